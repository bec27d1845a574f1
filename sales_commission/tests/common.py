from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

from odoo.addons.sales_tracking.tests.common import SalesTrackingCommon

MARCH = "2026-03-15"
TODAY = "2026-03-20"


class CommissionPlans:
    """Makes plans for the test's company."""

    TIERS = ((0, 10000, 0.05), (10000, 25000, 0.08), (25000, 0, 0.10))

    @classmethod
    def _prepare_plans(cls, company, salesperson):
        cls.company = company
        cls.salesperson = salesperson
        cls.metric_invoiced = cls.env.ref("sales_tracking.metric_invoiced")
        cls.metric_collected = cls.env.ref("sales_tracking.metric_collected")

    @classmethod
    def _plan(cls, rules, users=None, date_from="2026-01-01", approve=True, **vals):
        """A monthly plan with one version and the given rules.

        :param list rules: field values of the rules
        """
        plan = cls.env["sales.commission.plan"].create(
            {
                "name": "Commission",
                "company_id": cls.company.id,
                "version_ids": [
                    Command.create({"date_from": date_from, "rule_ids": [Command.create(rule) for rule in rules]})
                ],
                "assignment_ids": [
                    Command.create({"user_id": user.id, "date_from": date_from}) for user in users or cls.salesperson
                ],
                **vals,
            }
        )
        if approve:
            plan.version_ids.action_approve()
        return plan

    @classmethod
    def _percent(cls, rate, metric=None, **vals):
        return {
            "name": "Percentage",
            "metric_id": (metric or cls.metric_invoiced).id,
            "kind": "percent",
            "rate": rate,
            **vals,
        }

    @classmethod
    def _tiers(cls, mode="marginal", tiers=TIERS, **vals):
        return {
            "name": "Tiers",
            "metric_id": cls.metric_invoiced.id,
            "kind": "tiers",
            "tier_mode": mode,
            "tier_ids": [
                Command.create({"amount_from": lower, "amount_to": upper, "rate": rate}) for lower, upper, rate in tiers
            ],
            **vals,
        }


class CommissionPlanCommon(CommissionPlans, TransactionCase):
    """Plans in a company without accounts, for what needs no documents."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("sales_team.group_sale_manager")
        company = cls.env["res.company"].create({"name": "Toko Lada", "currency_id": cls.env.ref("base.USD").id})
        cls.company_2 = cls.env["res.company"].create({"name": "Toko Cengkeh"})
        cls.env.user.company_ids |= company | cls.company_2
        cls._prepare_plans(
            company,
            new_test_user(
                cls.env,
                login="salesperson",
                groups="sales_team.group_sale_salesman",
                company_id=company.id,
                company_ids=[Command.set(company.ids)],
            ),
        )


class SalesCommissionCommon(CommissionPlans, SalesTrackingCommon):
    """Plans of the company in Jakarta; the salesperson of the common set-up earns."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._prepare_plans(cls.company, cls.salesperson)
        cls.administrator = cls._user("administrator", "sales_team.group_sale_manager")

    @classmethod
    def _won_leads(cls, count, moment):
        leads = cls.env["crm.lead"].create(
            [
                {"name": f"Deal {number}", "type": "opportunity", "expected_revenue": 100 + number}
                for number in range(count)
            ]
        )
        leads.write({"user_id": cls.salesperson.id, "company_id": cls.company.id})
        leads.action_set_won()
        leads.date_closed = moment
        cls.env.flush_all()

    def _entries(self, plan, **filters):
        """The plan's entries in the order in which they were written."""
        domain = [("plan_id", "=", plan.id), *((name, "=", value) for name, value in filters.items())]
        return self.env["sales.commission.entry"].search(domain, order="id")

    def _amounts(self, plan, **filters):
        """The amounts of the plan's entries in the order of their documents."""
        entries = self._entries(plan, **filters).sorted(
            lambda entry: (entry.document_date, entry.res_id, entry.partial_id, entry.id)
        )
        return [round(amount, 3) for amount in entries.mapped("amount")]

    def _statement(self, plan, user=None, day="2026-03-01"):
        return self.env["sales.commission.statement"].search(
            [("plan_id", "=", plan.id), ("user_id", "=", (user or self.salesperson).id), ("period_start", "=", day)]
        )

    def _by_person(self, plan, **filters):
        """What each payee earned, by name."""
        groups = self.env["sales.commission.entry"]._read_group(
            [("plan_id", "=", plan.id), *((name, "=", value) for name, value in filters.items())],
            ["partner_id"],
            ["amount:sum"],
        )
        return {partner: round(amount, 3) for partner, amount in groups}

    def _shared(self, plan, users):
        """What the users earned."""
        amounts = self._by_person(plan)
        return [amounts.get(user.partner_id, 0) for user in users]

    def _shared_invoice(self, price, shares, day="2026-03-02"):
        """The posted invoice of an order of the people, who share its credit."""
        order = self._order(price, shares=dict(zip(self.people, shares, strict=True)), moment=f"{day} 03:00:00")
        return self._invoice_of(order, day)

    @staticmethod
    def _invoice_of(order, day):
        """The posted invoice of an order."""
        invoice = order._create_invoices()
        invoice.write({"invoice_date": day, "invoice_payment_term_id": False})
        invoice.action_post()
        return invoice

    def _reversal(self, move, day):
        """The dialog that credits a posted invoice or bill."""
        return (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"date": day, "journal_id": move.journal_id.id, "reason": "Returned"})
        )

    def _reverse(self, invoice, day, prices=None):
        """A posted credit note of the invoice.

        :param list prices: of its lines; default: all of the invoice
        """
        credit = self.env["account.move"].browse(self._reversal(invoice, day).refund_moves()["res_id"])
        for line, price in zip(credit.invoice_line_ids, prices or (), strict=False):
            line.price_unit = price
        credit.write({"invoice_date": day, "invoice_payment_term_id": False})
        credit.action_post()
        return credit

    def _override(self, plan, manager, person=None, team=None, **vals):
        plan.assignment_ids = [
            Command.create(
                {
                    "user_id": manager.id,
                    "role": "override",
                    "managed_user_id": person and person.id,
                    "managed_team_id": team and team.id,
                    "date_from": "2026-01-01",
                    **vals,
                }
            )
        ]
