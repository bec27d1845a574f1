from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, ValidationError
from odoo.fields import Domain

INTERACTION_KINDS = [
    ("call", "Call"),
    ("chat", "Chat"),
    ("email", "Email"),
    ("sms", "SMS"),
    ("meeting", "Meeting"),
    ("visit", "Visit"),
    ("event", "Event"),
    ("web", "Web"),
    ("quote_sent", "Quotation Sent"),
    ("quote_viewed", "Quotation Viewed"),
    ("pricelist_sent", "Price List Sent"),
    ("other", "Other"),
]

DOCUMENT_FIELDS = {"lead_id", "order_id", "partner_id"}


class SalesInteraction(models.Model):
    """One touch with a prospect or customer, kept even when its lead or order is deleted."""

    _name = "sales.interaction"
    _description = "Sales Interaction"
    _inherit = ["utm.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    kind = fields.Selection(selection=INTERACTION_KINDS, required=True, default="call")
    direction = fields.Selection(
        selection=[("in", "Incoming"), ("out", "Outgoing")],
        required=True,
        default="out",
        help="Outgoing when we took the step, incoming when the prospect did.",
    )
    outcome_id = fields.Many2one(
        comodel_name="sales.interaction.outcome",
        domain="['|', ('kind', '=', False), ('kind', '=', kind)]",
        ondelete="restrict",
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    duration = fields.Integer(help="Duration in seconds.", aggregator="sum")
    note = fields.Text()
    is_touchpoint = fields.Boolean(
        string="Touchpoint",
        default=True,
        help="Touchpoints share the credit for the orders that follow them.",
    )

    lead_id = fields.Many2one(comodel_name="crm.lead", ondelete="set null", check_company=True)
    order_id = fields.Many2one(
        comodel_name="sale.order", ondelete="set null", index="btree_not_null", check_company=True
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        compute="_compute_from_document",
        store=True,
        precompute=True,
        readonly=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Customer", store=True, precompute=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Salesperson", default=lambda self: self.env.user, ondelete="restrict"
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        compute="_compute_from_document",
        store=True,
        precompute=True,
        readonly=False,
        check_company=True,
        index="btree_not_null",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        compute="_compute_from_document",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    campaign_id = fields.Many2one(compute="_compute_from_document", store=True, precompute=True, readonly=False)
    source_id = fields.Many2one(compute="_compute_from_document", store=True, precompute=True, readonly=False)
    medium_id = fields.Many2one(compute="_compute_from_document", store=True, precompute=True, readonly=False)

    res_model = fields.Char(string="Origin Model", readonly=True)
    res_id = fields.Many2oneReference(string="Origin Record", model_field="res_model", readonly=True)
    source_key = fields.Char(
        copy=False,
        readonly=True,
        help="Identifies the call, message or event that this interaction records, so that it is recorded once.",
    )

    _source_key_unique = models.UniqueIndex("(company_id, source_key)")
    _duration_positive = models.Constraint("CHECK (duration >= 0)", "The duration of an interaction can't be negative.")
    _customer_date_idx = models.Index("(commercial_partner_id, date DESC)")
    _user_date_idx = models.Index("(user_id, date)")
    _lead_date_idx = models.Index("(lead_id, date)")
    _touchpoint_idx = models.Index("(commercial_partner_id, date) WHERE is_touchpoint")

    @api.constrains("kind", "outcome_id")
    def _check_outcome_kind(self):
        for interaction in self:
            outcome = interaction.outcome_id
            if outcome.kind and outcome.kind != interaction.kind:
                kinds = dict(self._fields["kind"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        'The outcome "%(outcome)s" belongs to interactions of kind %(outcome_kind)s, not %(kind)s. '
                        "Choose another outcome.",
                        outcome=outcome.name,
                        outcome_kind=kinds[outcome.kind],
                        kind=kinds[interaction.kind],
                    )
                )

    @api.constrains("date")
    def _check_date(self):
        latest = fields.Datetime.add(fields.Datetime.now(), days=1)
        for interaction in self:
            if interaction.date > latest:
                raise ValidationError(
                    self.env._(
                        "An interaction records what has happened: %(date)s lies in the future. "
                        "Plan a meeting or an activity instead.",
                        date=interaction.date,
                    )
                )

    @api.depends("lead_id", "order_id")
    def _compute_from_document(self):
        """Take what the lead or order knows; what was given by hand stays where the document says nothing."""
        for interaction in self:
            document = interaction.order_id or interaction.lead_id
            interaction.partner_id = document.partner_id or interaction.partner_id
            interaction.team_id = document.team_id or interaction.team_id or interaction.user_id.sale_team_id
            interaction.company_id = document.company_id or interaction.company_id or self.env.company
            interaction.campaign_id = document.campaign_id or interaction.campaign_id
            interaction.source_id = document.source_id or interaction.source_id
            interaction.medium_id = document.medium_id or interaction.medium_id

    @api.depends("kind", "commercial_partner_id", "lead_id", "date")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for interaction in self:
            subject = interaction.commercial_partner_id.name or interaction.lead_id.name
            parts = (kinds.get(interaction.kind), subject)
            interaction.display_name = " · ".join(part for part in parts if part)

    @api.model_create_multi
    def create(self, vals_list):
        """Log interactions; a `source_key` that is already known gives back the interaction logged first.

        :param list[dict] vals_list: field values; `source_key` is unique within a company
        :return: one record per dict, in the same order
        """
        known = self._find_by_source_key(vals_list)
        new_vals = {}
        for index, vals in enumerate(vals_list):
            key = self._source_key(vals)
            if key not in known:
                new_vals.setdefault(key or index, vals)
        try:
            created = super().create(list(new_vals.values()))
        except UniqueViolation as error:
            # Another transaction logged the same key meanwhile: the retry finds its record.
            raise ConcurrencyError(str(error)) from error
        created._check_document_access(DOCUMENT_FIELDS)
        known.update(zip(new_vals, created, strict=True))
        return self.concat(*(known[self._source_key(vals) or index] for index, vals in enumerate(vals_list)))

    def write(self, vals):
        result = super().write(vals)
        self._check_document_access(DOCUMENT_FIELDS & vals.keys())
        return result

    def _check_document_access(self, field_names):
        """An interaction shows whom it was with: only who may open the document can log one on it."""
        for field_name in field_names:
            self[field_name].check_access("read")

    @api.model
    def _source_key(self, vals):
        """The key (company id, source key) that makes the values unique, or None without a source key."""
        if not vals.get("source_key"):
            return None
        return vals.get("company_id") or self._company_of(vals).id, vals["source_key"]

    @api.model
    def _company_of(self, vals):
        document = self.env["sale.order"].browse(vals.get("order_id")) or self.env["crm.lead"].browse(
            vals.get("lead_id")
        )
        return document.company_id or self.env.company

    @api.model
    def _find_by_source_key(self, vals_list):
        """The interactions of the given values that exist already, by (company id, source key)."""
        keys = [key for vals in vals_list if (key := self._source_key(vals))]
        if not keys:
            return {}
        company_ids, source_keys = zip(*keys, strict=True)
        # The key is taken even where the caller may not read the record that took it.
        interactions = self.sudo().search_fetch(
            Domain("company_id", "in", company_ids) & Domain("source_key", "in", source_keys),
            ["company_id", "source_key"],
        )
        return {
            (interaction.company_id.id, interaction.source_key): interaction.sudo(self.env.su)
            for interaction in interactions
        }

    def action_open_document(self):
        """Open the lead, order or contact that the interaction was with."""
        self.ensure_one()
        document = self.order_id or self.lead_id or self.partner_id
        return document.get_formview_action()
