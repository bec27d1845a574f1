from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, date_utils
from odoo.tools.query import Query

from ...tools import limits
from ...tools.arguments import given_ids, given_period
from ...tools.tills import discount_products as till_discounts
from ...tools.tills import tills
from .bridge import CODES, Limits, Span, bridge

STEPS = [
    ("ordered_in_visits", "Ordered in Visits"),
    ("ordered_without_visit", "Ordered without a Visit"),
    ("invoiced_of_earlier", "Invoiced of Other Months' Orders"),
    ("not_yet_invoiced", "Ordered, Not Invoiced This Month"),
    ("down_payments", "Down Payments"),
    ("credit_notes", "Credit Notes"),
    ("invoiced_without_order", "Invoiced without an Order"),
    ("other_salesperson", "Invoiced by Another Salesperson"),
    ("differences", "Price and Quantity Differences"),
    ("collected_of_earlier", "Collected of Other Months' Invoices"),
    ("not_yet_collected", "Invoiced, Not Collected This Month"),
    ("written_off", "Written Off"),
    ("collected_tax", "Tax Collected"),
]
# The figures between which the steps lead, as bases of facts by the first step after each.
BASIS_BEFORE = {"invoiced_of_earlier": "ordered", "collected_of_earlier": "invoiced", "collected_tax": "collected"}
FIGURES = tuple(BASIS_BEFORE.values())
# What tills sell without an invoice is ordered, invoiced and mostly paid at once, and nobody's field work.
NOT_AT_TILLS = Domain("res_model", "!=", "pos.order")


class SalesReconciliationReport(models.Model):
    """What lies between the orders of a month and its invoices, and between these and the money: field against books.

    A row per month, salesperson, step and document, untaxed, in the company's currency. The steps of ordered add up to
    what was ordered, those with the steps of invoiced to what was invoiced, and so on: all of them to the money
    received, tax included. An order, invoice or payment is one of a month by its day in sales.achievement, and of those
    people whom it counts for there.
    """

    _name = "sales.reconciliation.report"
    _inherit = ["sales.report.mixin"]
    _description = "Field against Books"
    _auto = False
    _order = "month desc, id"
    _rec_name = "code"
    _period_field = "month"

    code = fields.Selection(selection=STEPS, string="Step", readonly=True)
    month = fields.Date(readonly=True, help="First day of the month.")
    user_id = fields.Many2one(comodel_name="res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one(comodel_name="crm.team", string="Sales Team", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    partner_id = fields.Many2one(comodel_name="res.partner", string="Customer", readonly=True)
    amount = fields.Monetary(
        readonly=True,
        help="Untaxed, in the company's currency. What tills sell without an invoice is no part of this report.",
    )
    res_model = fields.Char(string="Document Model", readonly=True)
    res_id = fields.Many2oneReference(string="Document", model_field="res_model", readonly=True)
    visit_id = fields.Many2one(comodel_name="sales.visit", readonly=True)
    tie = fields.Selection(
        selection=[("link", "Made from the Visit"), ("day", "Customer and Day")],
        string="Tied by",
        readonly=True,
        help="How an order is known to be of the visit: it was made from it, or is of the same salesperson and "
        "customer, between the check-in and the end of that day.",
    )
    flag = fields.Selection(
        selection=[
            ("out_of_range", "Visit out of Range"),
            ("no_order", "Order Told, None Found"),
            ("outside_visit", "Dated outside the Visit"),
            ("cancelled", "Cancelled Since"),
        ],
        readonly=True,
    )

    _depends = {
        "res.company": [
            "currency_id", "money_account_ids", "sale_discount_product_id", "sales_commission_write_off_is_cash",
            "sales_tz",
        ],
        "res.partner": ["commercial_partner_id"],
        "product.product": ["product_tmpl_id"],
        "product.template": ["uom_id"],
        "uom.uom": ["factor"],
        "sale.order": [
            "company_id", "currency_rate", "date_order", "partner_id", "state", "team_id", "user_id", "visit_id",
        ],
        "sale.order.line": [
            "display_type", "invoice_lines", "is_downpayment", "order_id", "price_subtotal", "product_id",
            "product_uom_id", "product_uom_qty",
        ],
        "sales.credit.split": ["order_id", "share", "user_id"],
        "account.move": [
            "amount_total", "amount_untaxed", "commercial_partner_id", "company_id", "invoice_date", "invoice_user_id",
            "move_type", "state", "team_id",
        ],
        "account.move.line": [
            "account_id", "balance", "date", "display_type", "invoice_date", "is_downpayment", "journal_id", "move_id",
            "product_id", "product_uom_id", "quantity", "tax_line_id",
        ],
        "account.account": ["account_type"],
        "account.journal": ["type"],
        "account.partial.reconcile": [
            "credit_amount_currency", "credit_move_id", "debit_amount_currency", "debit_move_id", "exchange_move_id",
        ],
        "sales.interaction.outcome": ["expects_order"],
        "sales.visit": [
            "check_in_time", "check_out_time", "commercial_partner_id", "company_id", "day", "outcome_id", "state",
            "team_id", "user_id", "verification",
        ],
    }  # fmt: skip

    @property
    def _table_query(self) -> SQL:
        span = self.env.context.get("reconciliation_span")
        # A caller over RPC can't pass such an object.
        if not isinstance(span, Span):
            span = self._span()
        return bridge(span)

    @api.model
    def _span(self, first=None, last=None):
        discount_products = self.env["res.company"]._discount_products() + till_discounts(self.env)
        return Span(first, last, discount_products, tills(self.env))

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        """Let the limits on the month, on people and on teams, those of the record rules too, reach the documents."""
        domain = Domain(domain).optimize_full(self)
        asked = limits.readable(self, domain, bypass_access)
        first, last, domain = limits.days(domain, "month")
        # A month is told by its first day: the one after a limit in the middle of a month is the next.
        first = first and date_utils.start_of(first - timedelta(days=1), "month") + relativedelta(months=1)
        span = self._span(first, last and date_utils.end_of(last, "month"))
        spanned = self.with_context(reconciliation_span=span._replace(limits=self._limits(asked)))
        return super(SalesReconciliationReport, spanned)._search(domain, *args, bypass_access=bypass_access, **kwargs)

    @api.model
    def _limits(self, asked):
        """What the domain asks of people and teams, of which each document of a row has to fulfil its own part.

        :param Domain asked: optimized in full
        """
        if not any(condition.field_expr in ("team_id", "user_id") for condition in asked.iter_conditions()):
            return None

        def on(user, team=None):
            columns = {"user_id": SQL.identifier(*user)} | ({"team_id": SQL.identifier(*team)} if team else {})
            return limits.on_columns(self, asked, columns)

        return Limits(
            # Of a share only the person is asked for: its documents may be of several teams.
            orders=SQL(
                """(%s OR EXISTS (
                    SELECT FROM sales_credit_split share WHERE share.order_id = sale.id AND %s
                ))""",
                on(("sale", "user_id"), ("sale", "team_id")),
                on(("share", "user_id")),
            ),
            documents=on(("move", "invoice_user_id"), ("move", "team_id")),
            facts=on(("fact", "user_id"), ("fact", "team_id")),
        )

    @api.model
    def _read_group_orderby(self, order: str, groupby_terms: dict[str, SQL], query: Query) -> SQL:
        """Steps come in the order in which they lead from one figure to the next."""
        if "code" not in groupby_terms:
            return super()._read_group_orderby(order, groupby_terms, query)
        terms = {**groupby_terms, "code": SQL("ARRAY_POSITION(%s, %s)", list(CODES), groupby_terms["code"])}
        ordered = super()._read_group_orderby(order, terms, query)
        groupby_terms.update({name: term for name, term in terms.items() if name != "code"})
        return ordered

    @api.model
    @api.readonly
    def get_bridge(self, date_from, date_to, user_ids=None):
        """Read the bridge from ordered to invoiced to collected, by month, company and salesperson.

        Whole months, all that the days touch, under the caller's rights, for the allowed companies. What tills sell
        without an invoice is no part of it.

        :param date_from: first day, a date or its ISO text
        :param date_to: last day, included
        :param list user_ids: default: everybody whom the caller may see
        :return: a list of dicts ``user_id, month, company_id, currency_id, lines``; a line is a dict ``code, label,
            amount, action``: the steps, before and after them the figures between which they lead (ordered, invoiced,
            collected, received), and last ``unexplained``: what no step explains, without sign, 0 if all is well.
            Amounts are untaxed but for the tax and what is received, rounded to the currency; an action opens the
            documents.
        :raise UserError: for days that are none or in the wrong order
        """
        first, last = given_period(self.env, date_from, date_to)
        first, last = date_utils.start_of(first, "month"), date_utils.end_of(last, "month")
        people = Domain.TRUE if user_ids is None else Domain("user_id", "in", given_ids(self.env, user_ids))
        steps = self._read_group(
            Domain("month", ">=", first) & Domain("month", "<=", last) & people,
            ["month:month", "company_id", "user_id", "code"],
            ["amount:sum"],
        )
        figures = self.env["sales.achievement"]._read_group(
            Domain("day", ">=", first)
            & Domain("day", "<=", last)
            & people
            & Domain("basis", "in", list(FIGURES))
            & NOT_AT_TILLS,
            ["day:month", "company_id", "user_id", "basis"],
            ["amount:sum"],
        )
        amounts = {}
        for month, company, user, code, amount in [*steps, *figures]:
            amounts.setdefault((month, company, user), {})[code] = amount
        return [
            {
                "user_id": user.id,
                "month": fields.Date.to_string(month),
                "company_id": company.id,
                "currency_id": company.currency_id.id,
                "lines": self._bridge_lines(month, company, user, amounts[month, company, user]),
            }
            for month, company, user in sorted(amounts, key=_month_company_person)
        ]

    @api.model
    def _bridge_lines(self, month, company, user, amounts):
        labels = dict(self._fields["code"]._description_selection(self.env))
        bases = dict(self.env["sales.achievement"]._fields["basis"]._description_selection(self.env))
        where = {"company_id": company.id, "user_id": user.id}
        lines, reached, unexplained = [], 0, 0

        def add(code, label, amount, action):
            rounded = company.currency_id.round(amount) + 0.0  # never -0.0
            lines.append({"code": code, "label": label, "amount": rounded, "action": action})

        for code in CODES:
            basis = BASIS_BEFORE.get(code)
            if basis:
                figure = amounts.get(basis, 0)
                unexplained += abs(company.currency_id.round(figure - reached))
                reached = figure
                add(basis, bases[basis], figure, self._open_facts(basis, month, where))
            reached += amounts.get(code, 0)
            add(code, labels[code], amounts.get(code, 0), self._open_steps(month, {**where, "code": code}))
        add("received", self.env._("Received"), reached, self._open_steps(month, where))
        add("unexplained", self.env._("Unexplained"), unexplained, False)
        return lines

    @api.model
    def _open_steps(self, month, where):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Field against Books"),
            "res_model": self._name,
            "views": [(False, "list")],
            "domain": [*_equal(where), ("month", "=", fields.Date.to_string(month))],
        }

    @api.model
    def _open_facts(self, basis, month, where):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Achievements"),
            "res_model": "sales.achievement",
            "views": [(False, "list")],
            "domain": [
                *_equal({**where, "basis": basis}),
                *NOT_AT_TILLS,
                ("day", ">=", fields.Date.to_string(month)),
                ("day", "<=", fields.Date.to_string(date_utils.end_of(month, "month"))),
            ],
        }

    def action_open_document(self):
        """Open the order, invoice, credit note or visit."""
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id).get_formview_action()


def _month_company_person(key):
    month, company, user = key
    return month, company.id, user.name or "", user.id


def _equal(values):
    return [(name, "=", value) for name, value in values.items()]
