from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.query import Query

from ...models.attribution.credit import MODEL_CODES, Scope, attribution, order_of
from ...models.attribution.credit.touches import ORDER_COLUMNS, TOUCH_TYPES
from ...models.attribution.utm_medium import CHANNEL_KINDS
from ...models.interaction.sales_interaction import INTERACTION_KINDS
from ...tools import limits

MODELS = [
    ("first", "First Touch"),
    ("last", "Last Touch"),
    ("linear", "Linear"),
    ("position", "Position 40/20/40"),
    ("decay", "Time Decay"),
]
TOUCH_MODELS = {
    "lead": "crm.lead",
    "event": "event.registration",
    "mailing": "mailing.trace",
    "interaction": "sales.interaction",
    "order": "sale.order",
}


class SalesAttributionReport(models.Model):
    """What a touch contributed to an order: a row per confirmed order, model and touch that gets credit in it.

    In each model the amounts of an order sum to its untaxed revenue, in the company's currency at the order's own
    rate, exactly, and the shares to 1. An order without touches has one row, "Unattributed", so that the total of a
    model is the revenue. Each model tells the whole revenue once more: sums over several models are blank.
    What is a touch: `credit/touches.py`. How it is weighed: `credit/shares.py`.
    """

    _name = "sales.attribution.report"
    _inherit = ["sales.report.mixin"]
    _description = "Attribution Report"
    _auto = False
    _order = "day desc, order_id desc, model, position"
    _rec_name = "order_id"
    _period_field = "day"

    model = fields.Selection(
        selection=MODELS,
        readonly=True,
        help="First and last touch: all the credit to one. Linear: the same for each. Position: 40 % each for the "
        "first and the last, 20 % for those between. Time decay: a touch loses half its weight per half-life.",
    )
    order_id = fields.Many2one(comodel_name="sale.order", readonly=True)
    day = fields.Date(readonly=True, help="Day of the order in the sales time zone of the company.")
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    user_id = fields.Many2one(comodel_name="res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one(comodel_name="crm.team", string="Sales Team", readonly=True)
    partner_id = fields.Many2one(comodel_name="res.partner", string="Customer", readonly=True)
    country_id = fields.Many2one(comodel_name="res.country", readonly=True)
    lead_id = fields.Many2one(comodel_name="crm.lead", readonly=True)
    entry_point = fields.Selection(
        selection=CHANNEL_KINDS, readonly=True, help="How the prospect first came in, as the lead of the order says."
    )
    touch_type = fields.Selection(selection=TOUCH_TYPES, string="Touch", readonly=True)
    touch_id = fields.Integer(string="Touch ID", readonly=True, aggregator=None)
    touch_date = fields.Datetime(readonly=True)
    interaction_id = fields.Many2one(comodel_name="sales.interaction", readonly=True)
    interaction_kind = fields.Selection(selection=INTERACTION_KINDS, readonly=True)
    content = fields.Char(readonly=True, help="The event or the mailing.")
    source_id = fields.Many2one(comodel_name="utm.source", readonly=True)
    medium_id = fields.Many2one(comodel_name="utm.medium", readonly=True)
    channel_kind = fields.Selection(selection=CHANNEL_KINDS, readonly=True)
    channel = fields.Selection(selection=[("online", "Online"), ("offline", "Offline")], readonly=True)
    campaign_id = fields.Many2one(comodel_name="utm.campaign", readonly=True)
    position = fields.Integer(readonly=True, aggregator=None, help="1 is the first touch of the order.")
    share = fields.Float(
        readonly=True, digits=0, help="Part of the order, 1 is all of it. A sum over several models is blank."
    )
    amount = fields.Monetary(
        string="Untaxed Amount",
        readonly=True,
        help="In the company's currency at the order's own rate. A sum over several models is blank: each model "
        "tells the whole revenue.",
    )

    _depends = {
        "res.company": ["attribution_half_life", "attribution_lookback", "currency_id", "sales_tz"],
        "res.currency": ["decimal_places"],
        "res.partner": ["commercial_partner_id", "country_id"],
        "sale.order": [
            "amount_untaxed", "campaign_id", "company_id", "currency_rate", "date_order", "medium_id",
            "opportunity_id", "partner_id", "source_id", "state", "team_id", "user_id",
        ],
        "crm.lead": ["campaign_id", "entry_point", "medium_id", "source_id"],
        "utm.medium": ["channel", "channel_kind"],
        "sales.interaction": [
            "campaign_id", "commercial_partner_id", "company_id", "date", "is_touchpoint", "kind", "lead_id",
            "medium_id", "order_id", "source_id",
        ],
    }  # fmt: skip

    @property
    def _table_query(self) -> SQL:
        scope = self.env.context.get("attribution_scope")
        return attribution(self.env, scope if isinstance(scope, Scope) else Scope(tuple(MODEL_CODES)))

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        """Let the limits on model, day, order, company and people, those of the record rules too, reach the orders."""
        domain = Domain(domain).optimize_full(self)
        asked = limits.readable(self, domain, bypass_access)
        first, last, __ = limits.days(asked, "day")
        wanted = limits.values(asked, "model")
        orders = limits.on_columns(self, asked, ORDER_COLUMNS)
        row_ids = limits.values(asked, "id")
        if row_ids is not None:
            orders = SQL("%s AND sale.id = ANY(%s)", orders, sorted({order_of(row_id) for row_id in row_ids}))
        weighings = tuple(model for model in MODEL_CODES if wanted is None or model in wanted)
        if not weighings:
            return super()._search(Domain.FALSE, *args, bypass_access=bypass_access, **kwargs)
        scoped = self.with_context(attribution_scope=Scope(weighings, first, last, orders))
        return super(SalesAttributionReport, scoped)._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _read_group_select(self, aggregate_spec: str, query: Query) -> SQL:
        """Several models in one sum would multiply the revenue: it is blank."""
        select = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec.split(":", maxsplit=1)[0] not in ("amount", "share"):
            return select
        model = self._field_to_sql(self._table, "model", query)
        return SQL("CASE WHEN MIN(%s) = MAX(%s) THEN %s END", model, model, select)

    def action_open_order(self):
        self.ensure_one()
        return self.order_id.get_formview_action()

    def action_open_touch(self):
        """Open the interaction, lead, order, registration or mailing; for an order without touches the order."""
        self.ensure_one()
        touch = self.env[TOUCH_MODELS[self.touch_type]].browse(self.touch_id) if self.touch_id else self.order_id
        return touch.get_formview_action()
