from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools import file_path

from ..common import SalesCommissionCommon

AUGUST, SEPTEMBER = "2026-08-15", "2026-09-15"


@tagged("post_install", "-at_install")
class TestDecided(SalesCommissionCommon):
    """Pay of a confirmed period follows changes of documents, never of master data: 10 % of 1,000 stay 100."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spices, cls.other = cls.env["product.category"].create([{"name": "Spices"}, {"name": "Other"}])
        cls.tag, cls.other_tag = cls.env["res.partner.category"].create([{"name": "Cafés"}, {"name": "Shops"}])
        cls.country, cls.other_country = cls.env.ref("base.id"), cls.env.ref("base.de")
        cls.pepper.categ_id = cls.spices
        (cls.customer | cls.contact).write({"category_id": [Command.set(cls.tag.ids)], "country_id": cls.country.id})

    def _on(self, domain, **vals):
        """A plan that pays 10 % on what matches a filter."""
        metric = self.env["sales.metric"].create(
            {"name": "Filtered", "code": f"filtered{self.id()}{len(domain)}{len(str(vals))}", "domain": domain, **vals}
        )
        return self._plan([self._percent(0.10, metric)])

    def _confirm(self, plan, day=AUGUST):
        plan.action_compute(day)
        self._statement(plan, day=f"{day[:8]}01").with_user(self.administrator).action_confirm()
        # A later day: what was cached and prepared of the facts is read anew.
        self.env.flush_all()

    def _later(self, plan):
        """The amounts that the nightly job adds, in August, its following month, and once more."""
        before = self._entries(plan)
        for day in (AUGUST, SEPTEMBER, AUGUST):
            plan.action_compute(day)
        return (self._entries(plan) - before).sorted("id").mapped("amount")

    def _unchanged(self, domain, change, **vals):
        """Decided on August, then the change of master data: nothing. The same change without a decision counts."""
        plan = self._on(domain, **vals)
        open_plan = self._plan([self._percent(0.10, plan.version_ids.rule_ids.metric_id)])
        invoice = self._invoice(1000, "2026-08-10")
        open_plan.action_compute(AUGUST)
        self._confirm(plan)
        paid = self._amounts(plan)
        change()
        self.assertEqual(self._later(plan), [], "decided")
        open_plan.action_compute(AUGUST)
        self.assertNotEqual(sum(self._amounts(open_plan)), sum(paid), "an open period follows the data of today")
        credit = self._reverse(invoice, "2026-09-10")
        self.assertEqual(sum(self._later(plan)), -sum(paid), "a later credit note takes back what was paid")
        credit.button_draft()
        self.assertEqual(sum(self._later(plan)), sum(paid))
        invoice.button_draft()
        self.assertEqual(sum(self._later(plan)), -sum(paid), "and so does taking the invoice back")
        return plan

    def test_product_moves_to_another_category(self):
        plan = self._unchanged(
            f"[('categ_id', 'child_of', {self.spices.id})]", lambda: self.pepper.write({"categ_id": self.other.id})
        )
        self.assertEqual(self._amounts(plan)[0], 100)

    def test_category_moves_in_the_tree(self):
        parent = self.env["product.category"].create({"name": "Food"})
        self.spices.parent_id = parent
        self._unchanged(
            f"[('categ_id', 'child_of', {parent.id})]", lambda: self.spices.write({"parent_id": self.other.id})
        )

    def test_customer_moves_to_another_country(self):
        self._unchanged(
            f"[('country_id', '=', {self.country.id})]",
            lambda: (self.customer | self.contact).write({"country_id": self.other_country.id}),
        )

    def test_customer_gets_another_tag(self):
        self._unchanged(
            f"[('partner_id.category_id', 'in', {self.tag.ids})]",
            lambda: self.customer.write({"category_id": [Command.set(self.other_tag.ids)]}),
        )

    def test_tag_is_archived(self):
        self._unchanged(f"[('partner_id.category_id.name', '=', '{self.tag.name}')]", self._archive_tag)

    def _archive_tag(self):
        self.tag.active = False

    def test_what_did_not_count_stays_so(self):
        """The second invoice's product is moved into the category that pays."""
        clove = self.env["product.product"].create({"name": "Clove", "categ_id": self.other.id})
        plan = self._on(f"[('categ_id', '=', {self.spices.id})]")
        self._invoice(1000, "2026-08-10")
        other = self._invoice(500, "2026-08-11", post=False)
        other.invoice_line_ids.product_id = clove
        other.invoice_line_ids.price_unit = 500
        other.action_post()
        self._confirm(plan)
        clove.categ_id = self.spices
        self.assertEqual(self._later(plan), [])
        self.assertEqual(sum(self._amounts(plan)), 100)

    def test_late_documents_follow_the_data_of_today(self):
        plan = self._on(f"[('categ_id', '=', {self.spices.id})]")
        self._invoice(1000, "2026-08-10")
        self._confirm(plan)
        self.pepper.categ_id = self.other
        self._invoice(300, "2026-08-12")
        self.assertEqual(self._later(plan), [])
        self.pepper.categ_id = self.spices
        self.assertEqual(self._later(plan), [30])

    def test_a_part_that_is_credited(self):
        plan = self._on(f"[('categ_id', '=', {self.spices.id})]")
        invoice = self._invoice(1000, "2026-08-10")
        self._confirm(plan)
        self.pepper.categ_id = self.other
        self._reverse(invoice, "2026-09-10", prices=[200])
        self.assertEqual(self._later(plan), [-20])

    def test_a_decided_document_gains_a_line(self):
        """50 per document: one with a line more is one document still, and its credit takes back one."""
        metric = self.env["sales.metric"].create({"name": "Documents", "code": "documents_decided", "measure": "count"})
        rule = {"name": "Document", "kind": "per_document", "metric_id": metric.id, "unit_amount": 50}
        plan = self._plan([rule])
        invoice = self._invoice(1000, "2026-08-10")
        self._confirm(plan)
        invoice.button_draft()
        invoice.invoice_line_ids = [Command.create({"product_id": self.pepper.id, "price_unit": 500, "tax_ids": False})]
        invoice.action_post()
        self.assertEqual(sum(self._later(plan)), 0)
        self._reverse(invoice, "2026-09-10")
        self.assertEqual(sum(self._later(plan)), -50)

    def test_customers_are_merged(self):
        plan = self._on(f"[('partner_id.category_id', 'in', {self.tag.ids})]")
        other = self.env["res.partner"].create({"name": "The same café"})
        self._invoice(1000, "2026-08-10")
        self._confirm(plan)
        self.assertEqual(self._amounts(plan), [100])
        merge = self.env["base.partner.merge.automatic.wizard"]
        merge._merge((self.customer | other).ids, other, extra_checks=False)
        other.category_id = self.other_tag
        self.env.flush_all()
        self.assertEqual(self._later(plan), [])

    def test_a_new_customer_is_merged(self):
        """50 for a new customer, who turns out to be one that bought before; then the order is cancelled."""
        metric = self.env["sales.metric"].create(
            {"name": "New", "code": "new_decided", "basis": "new_customer", "measure": "count"}
        )
        plan = self._plan([{"name": "New", "kind": "per_document", "metric_id": metric.id, "unit_amount": 50}])
        known, new = self.env["res.partner"].create([{"name": "Café"}, {"name": "The same café"}])
        self._order(100, moment="2026-07-10 03:00:00", partner_id=known.id)
        order = self._order(100, moment="2026-08-10 03:00:00", partner_id=new.id)
        self._confirm(plan)
        self.assertEqual(self._amounts(plan), [50])
        self.env["base.partner.merge.automatic.wizard"]._merge((known | new).ids, known, extra_checks=False)
        self.assertEqual(order.partner_id, known)
        self.assertEqual(self._later(plan), [])
        order._action_cancel()
        self.assertEqual(self._later(plan), [-50])

    def test_late_cash_follows_what_was_decided(self):
        metric = self.env["sales.metric"].create(
            {
                "name": "Cash",
                "code": "cash_of_spices",
                "basis": "collected",
                "domain": f"[('categ_id', '=', {self.spices.id})]",
            }
        )
        plan = self._plan([self._percent(0.10, metric)])
        invoice = self._invoice(1000, "2026-08-10")
        self._pay(invoice, 400, "2026-08-20")
        self._confirm(plan)
        self.assertEqual(self._amounts(plan), [40])
        self.pepper.categ_id = self.other
        self.assertEqual(self._later(plan), [])
        payment = self._pay(invoice, 600, "2026-09-05")
        self.assertEqual(self._later(plan), [60])
        payment.move_id.line_ids.remove_move_reconcile()
        self.assertEqual(self._later(plan), [-60])

    def test_cost_of_a_confirmed_month(self):
        """Cost 600 when invoiced, later 800: 10 % of a margin of 400 stay 40."""
        self.pepper.standard_price = 600
        plan = self._plan([self._percent(0.10, self.env.ref("sales_tracking.metric_margin"))])
        self._invoice(1000, "2026-08-10")
        self._confirm(plan)
        self.pepper.standard_price = 800
        self.assertEqual(self._later(plan), [])
        self.assertEqual(self._amounts(plan), [40])

    def test_unit_of_the_product_and_of_the_rule(self):
        """Twelve pieces of a dozen at 5 each; the dozen, and the rule's box, hold more later."""
        piece = self.env.ref("uom.product_uom_unit")
        dozen = self.env["uom.uom"].create({"name": "Bundle", "relative_factor": 12, "relative_uom_id": piece.id})
        box = self.env["uom.uom"].create({"name": "Box", "relative_factor": 6, "relative_uom_id": piece.id})
        metric = self.env["sales.metric"].create({"name": "Units", "code": "units_kept", "measure": "quantity"})
        plan = self._plan(
            [{"name": "Boxes", "metric_id": metric.id, "kind": "per_unit", "unit_amount": 5, "uom_id": box.id}]
        )
        invoice = self._invoice(1000, "2026-08-10", post=False)
        invoice.invoice_line_ids.product_uom_id = dozen
        invoice.action_post()
        self._confirm(plan)
        self.assertEqual(self._amounts(plan), [10])
        dozen.relative_factor = 24
        self.assertEqual(self._later(plan), [])
        box.relative_factor = 3
        self.assertEqual(self._later(plan), [])
        self._reverse(invoice, "2026-09-10")
        self.assertEqual(self._later(plan), [-10])

    def test_archived_product(self):
        plan = self._on(f"[('product_id.name', '=', '{self.pepper.name}')]")
        self._invoice(1000, "2026-08-10")
        self._confirm(plan)
        self.pepper.write({"active": False, "name": "Old Pepper"})
        self.assertEqual(self._later(plan), [])

    def test_document_that_changes_is_decided_anew(self):
        """Another product on the line is a change of the document; what is decided then stays as well."""
        clove = self.env["product.product"].create({"name": "Clove", "categ_id": self.other.id})
        plan = self._on(f"[('categ_id', '=', {self.spices.id})]")
        invoice = self._invoice(1000, "2026-08-10")
        self._confirm(plan)
        invoice.button_draft()
        invoice.invoice_line_ids.product_id = clove
        invoice.invoice_line_ids.price_unit = 1000
        invoice.invoice_line_ids.tax_ids = False
        invoice.action_post()
        self.assertEqual(self._later(plan), [-100])
        late = self._entries(plan)[-1].statement_id
        late.with_user(self.administrator).action_confirm()
        kept = self.env["sales.commission.kept.fact"].search([("plan_id", "=", plan.id)], order="id")
        self.assertEqual(kept.mapped("sequence"), [1, 2])
        clove.categ_id = self.spices
        self.assertEqual(self._later(plan), [])

    def test_late_rate_change_on_what_was_decided(self):
        """5 % → 6 % on a locked base of 10,000: +100, though its product has another category by now."""
        metric = self.env["sales.metric"].create(
            {"name": "Spices", "code": "spices_kept", "domain": f"[('categ_id', '=', {self.spices.id})]"}
        )
        plan = self._plan([self._percent(0.05, metric)])
        self._invoice(10000, "2026-08-10")
        self._confirm(plan)
        self.pepper.categ_id = self.other
        new = self.env["sales.commission.version"].create(
            {
                "plan_id": plan.id,
                "date_from": "2026-08-01",
                "reason": "Raised",
                "rule_ids": [Command.create(self._percent(0.06, metric))],
            }
        )
        new.action_approve()
        self.assertEqual(sum(self._later(plan)), 100)

    def test_each_payee_has_what_was_decided_for_them(self):
        """The manager's statement is confirmed, the salesperson's is open: only the latter follows the product."""
        plan = self._plan(
            [
                self._percent(0.10, metric := self.env["sales.metric"].create(
                    {"name": "Both", "code": "both_kept", "domain": f"[('categ_id', '=', {self.spices.id})]"}
                )),
                self._percent(0.02, metric, role="override"),
            ]
        )  # fmt: skip
        self._override(plan, self.peer, self.salesperson)
        self._invoice(1000, "2026-08-10")
        plan.action_compute(AUGUST)
        self._statement(plan, self.peer, "2026-08-01").with_user(self.administrator).action_confirm()
        self.pepper.categ_id = self.other
        plan.action_compute(AUGUST)
        self.assertEqual(self._shared(plan, [self.salesperson, self.peer]), [0, 20])

    def test_a_credit_split_that_is_made_later_is_a_change_of_the_document(self):
        plan = self._plan([self._percent(0.10)], self.salesperson | self.peer)
        order = self._order(1000, moment="2026-08-10 03:00:00")
        self._invoice_of(order, "2026-08-10")
        self._confirm(plan)
        self.env["sales.credit.split"].create(
            [{"order_id": order.id, "user_id": user.id, "share": 50} for user in (self.salesperson, self.peer)]
        )
        self._later(plan)
        self.assertEqual(self._shared(plan, [self.salesperson, self.peer]), [50, 50])

    def test_kept_facts_are_read_by_whom_they_concern_and_changed_by_nobody(self):
        plan = self._on(f"[('categ_id', '=', {self.spices.id})]")
        self._invoice(1000, "2026-08-10")
        self._confirm(plan)
        action = self._statement(plan, day="2026-08-01").with_user(self.salesperson).action_open_kept_facts()
        kept = self.env[action["res_model"]].with_user(self.salesperson).search(action["domain"])
        self.assertEqual((kept.amount, kept.categ_id, kept.metric_names), (1000, self.spices, "Filtered"))
        self.assertFalse(kept.with_user(self.peer).search(action["domain"]))
        [entry] = self._entries(plan)
        self.assertEqual(kept.search(entry.action_open_kept_facts()["domain"]), kept)
        with self.assertRaises(AccessError):
            kept.check_access("write")
        for change in (lambda: kept.sudo().write({"amount": 1}), kept.sudo().unlink, lambda: kept.sudo().create({})):
            with self.assertRaises(UserError):
                change()

    def test_upgrade_keeps_what_is_known_on_its_day(self):
        """Statements confirmed before rest on the data of the day of the upgrade, which adds nothing by itself."""
        plan = self._on(f"[('categ_id', '=', {self.spices.id})]")
        self._invoice(1000, "2026-08-10")
        self._confirm(plan)
        self.env.cr.execute("DELETE FROM sales_commission_kept_fact WHERE plan_id = %s", [plan.id])
        for _time in range(2):
            load_script(file_path("sales_commission/migrations/19.0.1.1.0/post-kept_facts.py"), "kept").migrate(
                self.env.cr, "19.0.1.0.0"
            )
        self.assertEqual(self.env["sales.commission.kept.fact"].search_count([("plan_id", "=", plan.id)]), 1)
        self.assertEqual(self._later(plan), [])
        self.pepper.categ_id = self.other
        self.assertEqual(self._later(plan), [])

    def test_confirming_many_takes_as_many_queries_for_the_facts_as_one(self):
        users = self.env["res.users"]
        for number in range(4):
            users |= self._user(f"seller{number}", "sales_team.group_sale_salesman")
        plan = self._plan([self._percent(0.10)], users)
        for user in users:
            self._invoice(100, "2026-08-10", user=user)
        plan.action_compute(AUGUST)
        statements = self.env["sales.commission.statement"].search([("plan_id", "=", plan.id)])
        counts = []
        for part in (statements[:1], statements[1:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            plan._keep_facts(part)
            counts.append(self.env.cr.sql_log_count - before)
        # The second time there are kept facts, which two more statements read.
        self.assertLessEqual(counts[1], counts[0] + 3)
