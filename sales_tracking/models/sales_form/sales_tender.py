from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL
from odoo.tools.query import Query

STATES = [
    ("preparing", "Preparing"),
    ("submitted", "Submitted"),
    ("won", "Won"),
    ("lost", "Lost"),
    ("withdrawn", "Withdrawn"),
]
DECIDED_STATES = ("won", "lost")
BOND_STATES = [("none", "None"), ("held", "Held"), ("returned", "Returned"), ("forfeited", "Forfeited")]
# Days before the deadline, by the kind of task.
DOCUMENTS_BEFORE = 7
SUBMISSION_BEFORE = 1


class SalesTender(models.Model):
    """A call for bids: until when and with what to bid, the bond, the competitors, and how it ended.

    Win rates compare what was won with what was won or lost, by number and by value in the company's currency.
    """

    _name = "sales.tender"
    _description = "Tender"
    _inherit = ["mail.thread", "mail.activity.mixin", "sales.guarded.mixin"]
    _order = "deadline desc, id desc"

    name = fields.Char(string="Subject", required=True, tracking=True)
    reference = fields.Char(help="The number that the buyer gave the tender.")
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Buyer", required=True, index=True, tracking=True, check_company=True
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        index=True,
        tracking=True,
        check_company=True,
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
    )
    lead_id = fields.Many2one(comodel_name="crm.lead", string="Opportunity", index="btree_not_null", check_company=True)
    order_ids = fields.One2many(comodel_name="sale.order", inverse_name="tender_id", string="Quotations")
    state = fields.Selection(
        selection=STATES,
        required=True,
        default="preparing",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        group_expand=True,
    )
    deadline = fields.Datetime(required=True, tracking=True, help="The bid has to be there by then.")
    opening_date = fields.Datetime(string="Opening", help="When the bids are opened.")
    submitted_on = fields.Datetime(readonly=True, copy=False)
    decided_on = fields.Date(readonly=True, copy=False)
    currency_id = fields.Many2one(
        comodel_name="res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    bid_amount = fields.Monetary(string="Our Bid", tracking=True, help="Untaxed.")
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    bid_amount_company = fields.Monetary(
        string="Our Bid in Company Currency",
        currency_field="company_currency_id",
        compute="_compute_bid_amount_company",
        store=True,
        help="At the rate of the deadline.",
    )
    document_ids = fields.One2many(
        comodel_name="sales.tender.document", inverse_name="tender_id", string="Documents", copy=True
    )
    missing_document_count = fields.Integer(string="Documents Missing", compute="_compute_missing_document_count")
    competitor_ids = fields.One2many(
        comodel_name="sales.tender.competitor", inverse_name="tender_id", string="Competitors"
    )
    bond_amount = fields.Monetary(string="Bid Bond")
    bond_issuer_id = fields.Many2one(comodel_name="res.partner", string="Issued by", help="The bank or insurance.")
    bond_valid_until = fields.Date(string="Valid until")
    bond_state = fields.Selection(selection=BOND_STATES, string="Bond", required=True, default="none", tracking=True)
    bond_returned_on = fields.Date(string="Returned on", copy=False)
    lost_reason_id = fields.Many2one(comodel_name="crm.lost.reason", string="Reason", copy=False, tracking=True)
    result_note = fields.Text(string="Result", copy=False)
    # Reports average these over what was decided: see _read_group_select.
    win_rate = fields.Float(
        string="Win Rate by Number",
        compute="_compute_win_rates",
        store=True,
        aggregator="avg",
        help="Won ÷ (won + lost).",
    )
    win_rate_value = fields.Float(
        string="Win Rate by Value",
        compute="_compute_win_rates",
        store=True,
        aggregator="avg",
        help="Our bids that won ÷ all of ours that won or lost, in the company's currency.",
    )

    _bid_not_negative = models.Constraint("CHECK (bid_amount >= 0)", "A bid can't be negative.")
    _bond_not_negative = models.Constraint("CHECK (bond_amount >= 0)", "The amount of a bid bond can't be negative.")

    @api.depends("user_id", "company_id")
    def _compute_team_id(self):
        for tender in self:
            tender.team_id = self.env["crm.team"]._get_default_team_id(
                user_id=tender.user_id.id, domain=[("company_id", "in", [tender.company_id.id, False])]
            )

    @api.depends("bid_amount", "currency_id", "company_id", "deadline")
    def _compute_bid_amount_company(self):
        for tender in self:
            tender.bid_amount_company = tender.currency_id._convert(
                tender.bid_amount,
                tender.company_id.currency_id,
                tender.company_id,
                tender.company_id._sales_day(tender.deadline or fields.Datetime.now()),
            )

    @api.depends("document_ids.is_ready", "document_ids.is_required")
    def _compute_missing_document_count(self):
        for tender in self:
            tender.missing_document_count = len(tender._missing_documents())

    @api.depends("state")
    def _compute_win_rates(self):
        for tender in self:
            tender.win_rate = tender.win_rate_value = tender.state == "won"

    @api.constrains("bond_state", "bond_amount", "bond_valid_until")
    def _check_bond(self):
        for tender in self:
            if tender.bond_state != "none" and not (tender.bond_amount and tender.bond_valid_until):
                raise ValidationError(
                    self.env._("A bid bond of %(tender)s needs an amount and a validity.", tender=tender.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        tenders = super().create(vals_list)
        tenders._check_lead_access()
        tenders._plan_tasks()
        return tenders

    def write(self, vals):
        result = super().write(vals)
        if "lead_id" in vals:
            self._check_lead_access()
        if {"deadline", "user_id"} & vals.keys():
            self.filtered(lambda tender: tender.state == "preparing")._plan_tasks()
        return result

    def _check_lead_access(self):
        """A tender shows the name of its opportunity: only who may open that can choose it."""
        self.lead_id.check_access("read")

    def _read_group_select(self, aggregate_spec: str, query: Query) -> SQL:
        """Win rates are shares of what was decided; nothing decided has none."""
        if aggregate_spec not in ("win_rate:avg", "win_rate_value:avg"):
            return super()._read_group_select(aggregate_spec, query)
        weight = (
            SQL("1.0")
            if aggregate_spec == "win_rate:avg"
            else self._field_to_sql(self._table, "bid_amount_company", query)
        )
        state = self._field_to_sql(self._table, "state", query)
        return SQL(
            "(SUM(%(weight)s) FILTER (WHERE %(state)s = 'won')"
            " / NULLIF(SUM(%(weight)s) FILTER (WHERE %(state)s IN %(decided)s), 0))::float8",
            weight=weight,
            state=state,
            decided=DECIDED_STATES,
        )

    def action_submit(self):
        """Our bid is with the buyer; all that is required must be ready."""
        self.check_access("write")
        for tender in self:
            tender._require_state("preparing")
            if missing := tender._missing_documents():
                raise UserError(
                    self.env._(
                        "%(tender)s can't be submitted yet: %(documents)s are not ready.",
                        tender=tender.name,
                        documents=", ".join(missing.mapped("name")),
                    )
                )
        self._write_decided({"state": "submitted", "submitted_on": fields.Datetime.now()})
        self.activity_unlink(["sales_tracking.mail_activity_tender"])

    def action_won(self):
        self._decide("won")

    def action_lost(self):
        for tender in self:
            if not tender.lost_reason_id:
                raise UserError(self.env._("Say first why %(tender)s was lost, under Result.", tender=tender.name))
        self._decide("lost")

    def action_withdraw(self):
        """We don't bid, or took our bid back; it counts for no win rate."""
        self.check_access("write")
        for tender in self:
            tender._require_state("preparing", "submitted")
        self._write_decided({"state": "withdrawn"})
        self.activity_unlink(["sales_tracking.mail_activity_tender"])

    def action_reopen(self):
        """Back to where the result was not known."""
        self.check_access("write")
        for tender in self:
            tender._require_state("won", "lost", "withdrawn")
            tender._write_decided({"state": "submitted" if tender.submitted_on else "preparing", "decided_on": False})

    def action_open_orders(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Quotations"),
            "res_model": "sale.order",
            "view_mode": "list,form",
            "domain": [("tender_id", "=", self.id)],
            "context": {
                "default_tender_id": self.id,
                "default_partner_id": self.partner_id.id,
                "default_opportunity_id": self.lead_id.id,
                "default_sales_type": "tender",
                "default_user_id": self.user_id.id,
            },
        }

    def _decide(self, state):
        self.check_access("write")
        for tender in self:
            tender._require_state("submitted")
            tender._write_decided({"state": state, "decided_on": tender.company_id._sales_today()})

    def _require_state(self, *states):
        if self.state not in states:
            raise UserError(
                self.env._(
                    "%(tender)s is %(state)s: this can't be done any more.",
                    tender=self.name,
                    state=dict(self._fields["state"]._description_selection(self.env))[self.state],
                )
            )

    def _missing_documents(self):
        return self.document_ids.filtered(lambda document: document.is_required and not document.is_ready)

    def _plan_tasks(self):
        """Tasks of the responsible person before the deadline: documents a week before, submission the day before."""
        self.activity_unlink(["sales_tracking.mail_activity_tender"])
        for tender in self:
            today = tender.company_id._sales_today()
            for days, summary in (
                (DOCUMENTS_BEFORE, self.env._("Complete the documents of the tender")),
                (SUBMISSION_BEFORE, self.env._("Submit the bid")),
            ):
                day = tender.company_id._sales_day(tender.deadline) - timedelta(days=days)
                if tender.user_id and day >= today:
                    tender.activity_schedule(
                        "sales_tracking.mail_activity_tender",
                        date_deadline=day,
                        summary=summary,
                        user_id=tender.user_id.id,
                    )
