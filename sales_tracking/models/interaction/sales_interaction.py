from collections import defaultdict

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize

from .capture.parts import only_holder
from .phone_holders import find_holders, normalize

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
# What a capture found out: when it was, of which kind, and whose it is.
CAPTURED_FIELDS = {"date", "kind", "user_id"}


class SalesInteraction(models.Model):
    """One touch with a prospect or customer, kept even when its lead or order is deleted."""

    _name = "sales.interaction"
    _description = "Sales Interaction"
    _inherit = ["utm.mixin", "sales.text.limit.mixin", "sales.guarded.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    _given_once = frozenset({"source_key"})

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
        compute="_compute_is_touchpoint",
        store=True,
        precompute=True,
        readonly=False,
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
        ondelete="set null",
        index="btree_not_null",
    )
    contact_address = fields.Char(
        string="Number or Address",
        help="The telephone number or e-mail address of the other side. Without a contact, lead or order, the only "
        "contact who has it is taken.",
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Customer", store=True, precompute=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Salesperson", default=lambda self: self.env.user, ondelete="set null"
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

    @api.depends("outcome_id")
    def _compute_is_touchpoint(self):
        for interaction in self:
            interaction.is_touchpoint = not interaction.outcome_id or interaction.outcome_id.is_touchpoint

    @api.depends("lead_id", "order_id")
    def _compute_from_document(self):
        """Take what the lead or order knows; what was given by hand stays where the document says nothing."""
        for interaction in self:
            document = interaction.order_id or interaction.lead_id
            interaction.partner_id = document.partner_id or interaction.partner_id
            company = self._company_of(document, interaction.company_id)
            interaction.company_id = company
            interaction.team_id = document.team_id or interaction.team_id or interaction.user_id._sale_team_in(company)
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
        self._check_source_keys(vals_list)
        vals_list = self._with_contacts(vals_list)
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
        return self.browse().concat(*(known[self._source_key(vals) or index] for index, vals in enumerate(vals_list)))

    def write(self, vals):
        if not self._is_deciding():
            captured = self.filtered("res_model")
            captured._refuse_guarded(captured._changed_fields(vals, CAPTURED_FIELDS))
            self._check_not_taken_over(vals)
        result = super().write(vals)
        self._check_document_access(DOCUMENT_FIELDS & vals.keys())
        return result

    def _check_not_taken_over(self, vals):
        """Interactions count for the person: nobody takes those of somebody else."""
        if vals.get("user_id") == self.env.uid and (taken := self.filtered(lambda each: each.user_id != self.env.user)):
            raise AccessError(
                self.env._(
                    '"%(interaction)s" was logged by %(person)s and counts for that person. Somebody else has to make '
                    "it yours.",
                    interaction=taken[0].display_name,
                    person=taken[0].user_id.name or self.env._("nobody"),
                )
            )

    @api.model
    def _check_source_keys(self, vals_list):
        """The key of a document of Odoo is for whoever may change it: its own record would be kept out."""
        if self._is_deciding():
            return
        for vals in vals_list:
            model_name, _comma, record_id = (vals.get("source_key") or "").partition(",")
            if not record_id or model_name not in self.env:
                continue
            document = self.env[model_name].browse(int(record_id) if record_id.isdecimal() else 0).exists()
            if not document or not document.has_access("write"):
                raise AccessError(
                    self.env._(
                        'The key "%(key)s" is that of a document of Odoo, which records itself. Give the interaction '
                        "a key of your own, such as that of the telephone system.",
                        key=vals["source_key"],
                    )
                )

    def _check_document_access(self, field_names):
        """An interaction shows whom it was with: only who may open the document can log one on it."""
        for field_name in field_names:
            self[field_name].check_access("read")

    @api.model
    def _source_key(self, vals):
        """The key (company id, source key) that makes the values unique, or None without a source key."""
        if not vals.get("source_key"):
            return None
        order = self.env["sale.order"].browse(vals.get("order_id"))
        lead = self.env["crm.lead"].browse(vals.get("lead_id"))
        return vals.get("company_id") or self._company_of(order or lead).id, vals["source_key"]

    @api.model
    def _company_of(self, document, given=None):
        """The company of an interaction with this lead or order; capture.record says the same in SQL."""
        return document.company_id or given or self.env.company

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

    @api.model
    def _with_contacts(self, vals_list):
        """The values, with the contact where only a number or address says who it was.

        Nobody is taken where two contacts share it, nor where it is a user's or our own company's.
        """
        asked = {
            index: vals["contact_address"]
            for index, vals in enumerate(vals_list)
            if vals.get("contact_address") and not any(vals.get(name) for name in DOCUMENT_FIELDS)
        }
        if not asked:
            return vals_list
        by_company = defaultdict(dict)
        for index, address in asked.items():
            company = self.env["res.company"].browse(vals_list[index].get("company_id")) or self.env.company
            by_company[company][index] = address
        found = {}
        for company, addresses in by_company.items():
            found |= self._find_contacts(company, addresses)
        return [
            {**vals, "partner_id": found[index]} if found.get(index) else vals for index, vals in enumerate(vals_list)
        ]

    @api.model
    def _find_contacts(self, company, addresses):
        """The ids of the contacts of these addresses and numbers, by the same keys; None where nobody is known."""
        emails = {key: email_normalize(address) for key, address in addresses.items() if "@" in address}
        numbers = {key: normalize(company, address) for key, address in addresses.items() if key not in emails}
        holders = find_holders(company, filter(None, numbers.values()))
        found = {key: holders[number].partner_id for key, number in numbers.items() if number}
        if any(emails.values()):
            self.env["res.partner"].flush_model(["email_normalized", "active", "company_id"])
            known = dict(
                self.env.execute_query(
                    SQL(
                        "SELECT asked.email, %s FROM unnest(%s::varchar[]) AS asked(email)",
                        only_holder(SQL("holder.email_normalized = asked.email"), SQL("%s", company.id)),
                        list({email for email in emails.values() if email}),
                    )
                )
            )
            found |= {key: known.get(email) for key, email in emails.items()}
        return found

    def action_open_document(self):
        """Open the order, lead or other document, or the contact that the interaction was with."""
        self.ensure_one()
        document = self.order_id or self.lead_id
        if not document and self.res_model == "mail.message":
            message = self.env["mail.message"].browse(self.res_id).exists()
            if message and message.model == "account.move":
                document = self.env["account.move"].browse(message.res_id).exists()
        return (document or self.partner_id).get_formview_action()
