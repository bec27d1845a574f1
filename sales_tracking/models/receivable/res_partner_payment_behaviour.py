from odoo import api, fields, models
from odoo.tools import SQL

from ...fields import BlankFloat
from ...tools import payments
from . import collection
from .open_items import IS_UNPAID, TRADE_ACCOUNTS

# They read the invoices of everybody.
SEES_ALL_CUSTOMERS = ("account.group_account_invoice", "account.group_account_readonly")
MAY_SEE = "sales_team.group_sale_salesman,account.group_account_invoice,account.group_account_readonly"


class ResPartner(models.Model):
    """What a customer owes the current company and how it pays: totals alone, for whoever sells to the customer.

    The totals hold what colleagues sold, too, so that they are given only to those who may read a document of the
    customer: an invoice, an order, or a quotation of one's own.
    """

    _inherit = "res.partner"

    receivable_open = fields.Monetary(
        string="Owed",
        compute="_compute_receivable",
        groups=MAY_SEE,
        help="Open instalments less credits and unmatched payments, in the company's currency.",
    )
    receivable_overdue = fields.Monetary(
        string="Overdue", compute="_compute_receivable", groups=MAY_SEE, help="Of what is owed, what is overdue."
    )
    receivable_overdue_days = fields.Integer(
        string="Overdue Since (Days)", compute="_compute_receivable", groups=MAY_SEE, help="Of the oldest instalment."
    )
    payment_delay = BlankFloat(
        string="Average Days Late",
        compute="_compute_payment_behaviour",
        groups=MAY_SEE,
        digits=(16, 1),
        help="Days from the due date to the payment, weighted with the amounts paid in the last 12 months; negative "
        "means early.",
    )
    payment_score = fields.Selection(
        selection=[(grade, grade) for grade in "ABCDE"],
        compute="_compute_payment_behaviour",
        groups=MAY_SEE,
        help="Days late, weighted with amounts, of what was paid in the last 12 months (early counts as 0) and what is "
        "overdue now: A up to 3 days, B up to 10, C up to 20, D up to 45, E beyond. Blank without history.",
    )

    @api.depends_context("company", "uid")
    def _compute_receivable(self):
        figures = self._with_readable_documents()._open_figures(self.env.company)
        for partner in self:
            figure = figures.get(partner._origin.id, {})
            partner.receivable_open = figure.get("open", 0)
            partner.receivable_overdue = figure.get("overdue", 0)
            partner.receivable_overdue_days = figure.get("days", 0)

    @api.depends_context("company", "uid")
    def _compute_payment_behaviour(self):
        readable = self._with_readable_documents()
        open_figures = readable._open_figures(self.env.company)
        paid_figures = readable._paid_figures(self.env.company)
        for partner in self:
            owed = open_figures.get(partner._origin.id, {})
            paid = paid_figures.get(partner._origin.id, {})
            amount = paid.get("paid", 0)
            partner.payment_delay = paid["amount_days"] / amount if amount else None
            partner.payment_score = collection.payment_score(
                amount, paid.get("late_amount_days", 0), owed.get("late", 0), owed.get("late_amount_days", 0)
            )

    def action_open_receivables(self):
        """The open items of the customers, those that the user may see."""
        action = self.env["ir.actions.act_window"]._for_xml_id("sales_tracking.sales_receivable_report_action")
        customers = self.commercial_partner_id
        return {
            **action,
            "path": False,
            "views": [(False, "list"), (False, "pivot"), (False, "graph"), (False, "kanban")],
            "domain": [("commercial_partner_id", "in", customers.ids)],
        }

    def _with_readable_documents(self):
        """Keep the partners of whose customer the user may read an invoice or an order, in two statements."""
        if self.env.su or any(self.env.user.has_group(group) for group in SEES_ALL_CUSTOMERS):
            return self
        customers = self.commercial_partner_id._origin
        readable = self.env["res.partner"]
        for model in ("sale.order", "account.move"):
            documents = self.env[model]
            if not documents.has_access("read"):
                continue
            domain = [("company_id", "=", self.env.company.id), ("commercial_partner_id", "in", customers.ids)]
            if model == "sale.order":
                domain[1] = ("partner_id", "child_of", customers.ids)
            for (partner,) in documents._read_group(domain, ["partner_id"]):
                # In sudo mode: a contact of the document may be one that the user does not see.
                readable |= partner.sudo().commercial_partner_id.sudo(False)
        return self.filtered(lambda partner: partner.commercial_partner_id._origin in readable)

    def _open_figures(self, company):
        """What the customers owe, in one statement that reads the index of open items. Rights are the caller's.

        :return: dict by id of the contact asked for: ``open`` and ``overdue`` (net of credits), ``late`` (overdue
            instalments alone), ``late_amount_days``, ``days`` (of the oldest), in the company's currency, and
            ``policy``, the customer's own for orders (`overdue_order_policy`) or None
        """
        if not self._origin.ids:
            return {}
        self.env["account.move.line"].flush_model(
            ["account_id", "amount_residual", "company_id", "date", "date_maturity", "parent_state", "partner_id",
             "reconciled"]
        )  # fmt: skip
        for model in ("account.move", "account.payment"):
            self.env[model].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id", "overdue_order_policy"])
        query = SQL(
            """
            SELECT asked.id, SUM(item.residual)::float8 AS open,
                SUM(item.residual) FILTER (WHERE item.days > 0)::float8 AS overdue,
                SUM(item.residual) FILTER (WHERE item.days > 0 AND item.residual > 0)::float8 AS late,
                SUM(item.residual * item.days) FILTER (WHERE item.days > 0 AND item.residual > 0)::float8
                    AS late_amount_days,
                MAX(item.days) FILTER (WHERE item.days > 0 AND item.residual > 0) AS days,
                customer.overdue_order_policy ->> %(company)s::text AS policy
            FROM res_partner asked
            JOIN res_partner customer ON customer.id = asked.commercial_partner_id
            LEFT JOIN LATERAL (
                SELECT line.amount_residual AS residual, %(today)s - COALESCE(line.date_maturity, line.date) AS days
                FROM account_move_line line
                JOIN account_move move ON move.id = line.move_id AND %(is_unpaid)s
                WHERE line.reconciled IS NOT TRUE AND line.parent_state = 'posted' AND line.company_id = %(company)s
                    AND line.account_id IN %(accounts)s
                    AND line.partner_id IN (SELECT id FROM res_partner WHERE commercial_partner_id = customer.id)
            ) item ON TRUE
            WHERE asked.id = ANY(%(asked)s)
            GROUP BY asked.id, customer.id
            """,
            company=company.id,
            today=company._sales_today(),
            accounts=TRADE_ACCOUNTS,
            is_unpaid=IS_UNPAID,
            asked=self._origin.ids,
        )
        return {
            row.pop("id"): {key: value or 0 if key != "policy" else value for key, value in row.items()}
            for row in self.env.execute_query_dict(query)
        }

    def _paid_figures(self, company):
        """What the customers paid in the last 12 months, in one statement. Rights are the caller's.

        A payment is what `tools.payments` says; its day is the one of its entry.

        :return: dict by id of the commercial partner: ``paid``, ``amount_days`` (paid × days after the due date) and
            ``late_amount_days`` (the same with 0 for what was early), in the company's currency
        """
        customers = self.commercial_partner_id._origin
        if not customers:
            return {}
        for model, names in {
            "account.move.line": ["date_maturity", "display_type", "parent_state", "partner_id"],
            "account.partial.reconcile": ["amount"],
            "res.partner": ["commercial_partner_id"],
        }.items():
            self.env[model].flush_model(names)
        payments.flush(self.env)
        incoming = payments.incoming(self.env)
        query = SQL(
            """
            SELECT customer.commercial_partner_id AS id, SUM(paid.amount)::float8 AS paid,
                SUM(paid.amount * (payment.date - claim.date_maturity))::float8 AS amount_days,
                SUM(paid.amount * GREATEST(payment.date - claim.date_maturity, 0))::float8 AS late_amount_days
            FROM res_partner customer
            JOIN account_move_line claim ON claim.partner_id = customer.id AND claim.display_type = 'payment_term'
                AND claim.parent_state = 'posted' AND claim.company_id = %(company)s AND claim.balance > 0
            JOIN account_partial_reconcile partial ON partial.debit_move_id = claim.id
            %(payment)s AND payment.date > %(today)s::date - interval '12 months' AND payment.date <= %(today)s
            CROSS JOIN LATERAL (SELECT %(money)s AS amount) paid
            WHERE customer.commercial_partner_id = ANY(%(customers)s)
                AND claim.account_id IN %(accounts)s
            GROUP BY customer.commercial_partner_id
            """,
            company=company.id,
            today=company._sales_today(),
            accounts=TRADE_ACCOUNTS,
            payment=payments.payment_join(incoming),
            money=payments.money(incoming, SQL("partial.amount")),
            customers=customers.ids,
        )
        return {row.pop("id"): row for row in self.env.execute_query_dict(query)}
