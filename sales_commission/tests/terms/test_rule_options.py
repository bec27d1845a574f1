"""Every option of a rule with every kind and basis: it changes what is paid, or it is refused and not offered."""

from itertools import product

from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from ...models.terms.sales_commission_rule import KINDS
from ...models.terms.sales_commission_rule_options import BY_DOCUMENT, OPTIONS
from ..common import TODAY, SalesCommissionCommon

FEBRUARY = "2026-02-15"
BASES = ("invoiced", "collected")
# What each option makes of what is paid on an invoice of 5,000 of which half is paid after 18 days, or how it differs.
EFFECTS = {
    "rate": lambda paid, without: paid != without,
    "unit_amount": lambda paid, without: paid != without,
    "tier_ids": lambda paid, without: paid != without,
    "uom_id": lambda paid, without: paid < without,
    "threshold": lambda paid, without: paid == 0,
    "period_cap": lambda paid, without: paid == 100,
    "period_floor": lambda paid, without: paid == 800,
    "deal_cap": lambda paid, without: 0 < paid <= 100,
    "invoiced_share": lambda paid, without: paid > without,
    "earned_on": lambda paid, without: paid == 0,
    "payment_step_ids": lambda paid, without: paid == without / 2,
}


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestRuleOptions(SalesCommissionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.metrics = {
            (basis, measure): cls.env["sales.metric"].create(
                {"name": f"{basis} {measure}", "code": f"{basis}_{measure}", "basis": basis, "measure": measure}
            )
            for basis, measure in product(BASES, ("amount", "quantity", "count"))
        }
        for basis in BASES:
            cls.env["sales.target"].create(
                {
                    "metric_id": cls.metrics[basis, "amount"].id,
                    "user_id": cls.salesperson.id,
                    "date_from": "2026-02-01",
                    "amount": 5000,
                }
            ).action_approve()
        line = {"product_id": cls.pepper.id, "price_unit": 500, "quantity": 10, "tax_ids": False}
        cls._pay(cls._invoice(day="2026-02-02", invoice_line_ids=[Command.create(line)]), 2500, "2026-02-20")

    def _rule(self, kind, basis, **vals):
        measure, paid = {
            "percent": ("amount", {"rate": 0.1}),
            "per_unit": ("quantity", {"unit_amount": 50}),
            "per_document": ("count", {"unit_amount": 500}),
            "tiers": ("amount", {"tier_ids": [Command.create({"rate": 0.1})]}),
            "attainment": ("amount", {"tier_ids": [Command.create({"attainment": 0.4, "payout": 500})]}),
        }[kind]
        return {"name": kind, "kind": kind, "metric_id": self.metrics[basis, measure].id, **paid, **vals}

    def _options(self):
        """Values that use each option."""
        tier = {"rate": 0.2, "attainment": 0.4, "payout": 700}
        return {
            "rate": {"rate": 0.2},
            "unit_amount": {"unit_amount": 70},
            "tier_ids": {"tier_ids": [Command.create(tier)]},
            "uom_id": {"uom_id": self.env.ref("uom.product_uom_dozen").id},
            "threshold": {"threshold": 1000000},
            "period_cap": {"period_cap": 100},
            "period_floor": {"period_floor": 800},
            "deal_cap": {"deal_cap": 100},
            "invoiced_share": {"invoiced_share": 0.3},
            "earned_on": {"earned_on": "paid_in_full"},
            "payment_step_ids": {
                "earned_on": "days_to_pay",
                "payment_step_ids": [Command.create({"days": 30, "share": 0.5})],
            },
        }

    def _paid(self, rule):
        return self._plan([rule]).action_compute(FEBRUARY)["amount"]

    def test_no_option_is_ignored(self):
        refused = set()
        for (kind, _label), basis in product(KINDS, BASES):
            without = self._paid(self._rule(kind, basis))
            self.assertEqual(without, 500 if basis == "invoiced" or kind == "attainment" else 250, (kind, basis))
            for option, vals in self._options().items():
                with self.subTest(kind=kind, basis=basis, option=option):
                    try:
                        with self.cr.savepoint():
                            paid = self._paid(self._rule(kind, basis, **vals))
                    except ValidationError as error:
                        self.assertIn("works only where", str(error))
                        refused.add((option, kind, basis))
                    else:
                        self.assertTrue(EFFECTS[option](paid, without), (paid, without))
        on_payments = {("collected", kind) for kind in (*BY_DOCUMENT, "tiers")}
        allowed = {
            "rate": {(basis, "percent") for basis in BASES},
            "unit_amount": set(product(BASES, ("per_unit", "per_document"))),
            "uom_id": {(basis, "per_unit") for basis in BASES},
            "tier_ids": set(product(BASES, ("tiers", "attainment"))),
            "deal_cap": set(product(BASES, BY_DOCUMENT)),
            **dict.fromkeys(("invoiced_share", "earned_on", "payment_step_ids"), on_payments),
        }
        self.assertEqual(
            refused,
            {
                (option, kind, basis)
                for option, works in allowed.items()
                for (kind, _label), basis in product(KINDS, BASES)
                if (basis, kind) not in works
            },
        )

    def test_options_of_overrides(self):
        """A level of management pays the manager so many levels above, and is refused for other roles."""
        top = self._user("top", "sales_team.group_sale_salesman")
        for level, amounts in ((1, [500, 0]), (2, [0, 500])):
            rule = self._rule("percent", "invoiced", role="override", override_level=level)
            plan = self._plan([rule])
            self._override(plan, self.peer, self.salesperson)
            self._override(plan, top, self.peer)
            plan.action_compute(FEBRUARY)
            self.assertEqual(self._shared(plan, [self.peer, top]), amounts)
        for role in ("seller", "support"):
            with self.assertRaisesRegex(ValidationError, '"Management Level"'), self.cr.savepoint():
                self._plan([self._rule("percent", "invoiced", role=role, override_level=2)])

    def test_refused_when_written(self):
        rule = self._plan([self._rule("percent", "invoiced")], approve=False).version_ids.rule_ids
        for vals in ({"uom_id": self.env.ref("uom.product_uom_dozen").id}, {"invoiced_share": 0.3}, {"kind": "tiers"}):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                rule.with_user(self.administrator).write(vals)
        with self.assertRaises(ValidationError), self.cr.savepoint():
            rule.tier_ids.create({"rule_id": rule.id, "rate": 0.1})

    def test_the_form_offers_what_works(self):
        """An option is hidden exactly where it is refused."""
        self.env.user.group_ids |= self.env.ref("uom.group_uom")
        arch = etree.fromstring(self.env["sales.commission.rule"].get_view(view_type="form")["arch"])
        values = {
            "kind": [kind for kind, _label in KINDS],
            "basis": BASES,
            "earned_on": ("cash", "paid_in_full", "days_to_pay"),
            "role": ("seller", "override"),
        }
        for combination in product(*values.values()):
            record = dict(zip(values, combination, strict=True))
            if record["earned_on"] != "cash" and (record["basis"] != "collected" or record["kind"] == "attainment"):
                continue
            for option, needs in OPTIONS.items():
                # The column of a tier may have the name of an option.
                [field] = arch.xpath(f"//field[@name='{option}'][not(ancestor::list)]")
                conditions = [node.get("invisible") for node in (field, field.getparent()) if node.get("invisible")]
                hidden = any(safe_eval(condition, dict(record)) for condition in conditions)
                works = all(record[name] in allowed for name, allowed in needs.items())
                self.assertEqual(not hidden, works, (option, record))

    def test_documents_paid_in_part_attain_nothing(self):
        rule = self._rule("attainment", "collected") | {"metric_id": self.metrics["collected", "count"].id}
        with self.assertRaisesRegex(ValidationError, "paid in part"), self.cr.savepoint():
            self._plan([rule])
