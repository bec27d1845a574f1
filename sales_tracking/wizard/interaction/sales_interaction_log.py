from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.interaction.address import parse_duration
from ...models.interaction.sales_interaction import INTERACTION_KINDS

# Quotations and price lists that are sent or viewed record themselves.
LOGGED_KINDS = [each for each in INTERACTION_KINDS if each[0] not in ("quote_sent", "quote_viewed", "pricelist_sent")]


class SalesInteractionLog(models.TransientModel):
    """The short form in which a salesperson logs what was done, and plans what comes next."""

    _name = "sales.interaction.log"
    _description = "Log Interaction"
    _inherit = ["sales.onchange.mixin"]

    lead_id = fields.Many2one(comodel_name="crm.lead", readonly=True)
    order_id = fields.Many2one(comodel_name="sale.order", readonly=True)
    event_id = fields.Many2one(comodel_name="calendar.event", readonly=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Contact", compute="_compute_partner_id", store=True, readonly=False
    )
    kind = fields.Selection(selection=LOGGED_KINDS, required=True, default="call")
    direction = fields.Selection(
        selection=[("in", "Incoming"), ("out", "Outgoing")],
        required=True,
        default="out",
        help="Outgoing when we took the step, incoming when the prospect did.",
    )
    outcome_id = fields.Many2one(
        comodel_name="sales.interaction.outcome",
        compute="_compute_outcome_id",
        store=True,
        readonly=False,
        domain="['|', ('kind', '=', False), ('kind', '=', kind)]",
    )
    duration = fields.Char(help="In minutes, or as hours and minutes: 15 or 1:30.")
    note = fields.Text()
    activity_type_id = fields.Many2one(
        comodel_name="mail.activity.type",
        string="Next Activity",
        domain="[('res_model', 'in', (False, activity_model)), ('category', '!=', 'upload_file')]",
    )
    activity_model = fields.Char(compute="_compute_activity_model")
    activity_summary = fields.Char(string="Summary", compute="_compute_activity", store=True, readonly=False)
    activity_date = fields.Date(string="Due Date", compute="_compute_activity", store=True, readonly=False)

    @api.depends("lead_id", "order_id", "event_id")
    def _compute_partner_id(self):
        for log in self:
            attendees = log.event_id.partner_ids.filtered("partner_share")
            document = log.order_id or log.lead_id
            log.partner_id = document.partner_id or log.partner_id or attendees[:1]

    @api.depends("kind")
    def _compute_outcome_id(self):
        for log in self:
            if log.outcome_id.kind not in (False, log.kind):
                log.outcome_id = False

    @api.depends("lead_id", "order_id")
    def _compute_activity_model(self):
        for log in self:
            # An order's own activities are steps of processes, such as an approval: nobody plans them by hand.
            log.activity_model = not log.order_id and log._document()._name

    @api.depends("activity_type_id")
    def _compute_activity(self):
        for log in self:
            log.activity_summary = log.activity_type_id.summary
            log.activity_date = log.activity_type_id and log.activity_type_id._get_date_deadline()

    def action_log(self):
        """Log the interaction and plan the next activity.

        :return: the action that closes the dialog
        """
        self.ensure_one()
        self._log()
        if self.activity_type_id:
            self._schedule()
        return {"type": "ir.actions.act_window_close"}

    def _document(self):
        return self.order_id or self.lead_id or self.partner_id

    def _log(self):
        values = {
            "kind": self.kind,
            "direction": self.direction,
            "outcome_id": self.outcome_id.id,
            "duration": self._seconds(),
            "note": self.note,
        }
        event_values = self._event_values()
        recorded = self._recorded(event_values)
        if recorded and recorded.has_access("write"):
            # The meeting had recorded itself: what is known of it now is added.
            recorded.write({name: value for name, value in values.items() if value})
            return recorded
        if recorded:
            # It counts once, as the touch of the colleague who has it.
            event_values = {"date": event_values["date"], "is_touchpoint": False}
        return self.env["sales.interaction"]._create_decided(
            {
                **values,
                "lead_id": (self.lead_id or self.order_id.opportunity_id._filtered_access("read")).id,
                "order_id": self.order_id.id,
                "partner_id": self.partner_id.id,
                **event_values,
            }
        )

    def _recorded(self, event_values):
        """The interaction of the meeting, in whichever company it recorded itself."""
        if not event_values:
            return self.env["sales.interaction"]
        # As superuser: who may not read it has been in the meeting all the same.
        # The companies are named since the index of the keys begins with them.
        companies = self.env["res.company"].sudo()._search([])
        recorded = (
            self.env["sales.interaction"]
            .sudo()
            .search([("company_id", "in", companies), ("source_key", "=", event_values["source_key"])], limit=1)
        )
        return recorded.sudo(self.env.su)

    def _event_values(self):
        """The meeting that has begun is one interaction, whether it records itself or is logged by hand."""
        event = self.event_id
        if not event or self.kind != "meeting" or event.start > fields.Datetime.now():
            return {}
        return {
            "date": event.start,
            "res_model": event._name,
            "res_id": event.id,
            "source_key": f"{event._name},{event.id}",
        }

    def _seconds(self):
        if not self.duration:
            if self.event_id and self.kind == "meeting":
                return round(self.event_id.duration * 3600)
            return 0
        seconds = parse_duration(self.duration)
        if seconds is None:
            raise UserError(
                self.env._(
                    '"%(duration)s" is no duration. Enter minutes, or hours and minutes: 15 or 1:30.',
                    duration=self.duration,
                )
            )
        return seconds

    def _schedule(self):
        document = self._document()
        if not document:
            raise UserError(
                self.env._("There is no contact, lead or order to plan the next activity for. Choose a contact.")
            )
        document.activity_schedule(
            activity_type_id=self.activity_type_id.id,
            summary=self.activity_summary,
            date_deadline=self.activity_date,
            user_id=self.env.uid,
        )
