from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.people import responsible


class SalesQuotationCadenceStep(models.Model):
    _name = "sales.quotation.cadence.step"
    _description = "Quotation Follow-Up Step"
    _inherit = ["sales.guarded.mixin", "sales.shared.mixin"]
    _order = "cadence_id, sequence, id"
    _check_company_auto = True

    cadence_id = fields.Many2one(comodel_name="sales.quotation.cadence", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="cadence_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    days = fields.Integer(
        required=True, default=3, help="Number of days after the day of sending, or before the last day of validity."
    )
    moment = fields.Selection(
        selection=[("after_sending", "After Sending"), ("before_expiry", "Before Expiry")],
        required=True,
        default="after_sending",
        help="The day of sending is day 0 in the company's time zone. Quotations without expiration skip steps before "
        "the expiry.",
    )
    action = fields.Selection(selection=[("mail", "Mail"), ("activity", "Activity")], required=True, default="mail")
    template_id = fields.Many2one(
        comodel_name="mail.template",
        string="Mail Template",
        domain="[('model', '=', 'sale.order')]",
        ondelete="restrict",
        help="Sent to the customer in the customer's language, from the salesperson. Answers come to the quotation.",
    )
    activity_type_id = fields.Many2one(
        comodel_name="mail.activity.type",
        domain="[('res_model', 'in', (False, 'sale.order'))]",
        ondelete="restrict",
        default=lambda self: self.env.ref("mail.mail_activity_data_call", raise_if_not_found=False),
    )
    summary = fields.Char(translate=True)
    chat_template_id = fields.Many2one(
        comodel_name="sales.chat.template",
        string="WhatsApp Text",
        domain="[('model', 'in', ('sale.order', False))]",
        ondelete="restrict",
        check_company=True,
        help="The activity shows this text, filled in, and a link that opens WhatsApp with it.",
    )
    responsible = fields.Selection(
        selection=[("salesperson", "Salesperson"), ("team_lead", "Team Leader"), ("user", "Another Person")],
        default="salesperson",
        help="Who gets the activity. Without a salesperson it is the team leader.",
    )
    user_id = fields.Many2one(comodel_name="res.users", string="Person", domain="[('share', '=', False)]")

    _days_positive = models.Constraint("CHECK (days >= 0)", "The number of days of a step can't be negative.")

    @api.constrains("action", "moment", "days", "template_id", "activity_type_id", "responsible", "user_id")
    def _check_complete(self):
        for step in self:
            if step.action == "mail" and step.template_id.model != "sale.order":
                raise ValidationError(
                    self.env._("The step of day %s sends a mail: choose a mail template for quotations.", step.days)
                )
            if step.action == "mail" and step.moment == "after_sending" and not step.days:
                raise ValidationError(
                    self.env._("A reminder on the day of sending comes too early: let it go out on day 1 or later.")
                )
            if step.action == "activity" and not step.activity_type_id:
                raise ValidationError(self.env._("The step of day %s plans an activity: choose its type.", step.days))
            if step.action == "activity" and step.responsible == "user" and not step.user_id:
                raise ValidationError(
                    self.env._("The step of day %s plans an activity for another person: choose who.", step.days)
                )

    @api.onchange("chat_template_id")
    def _onchange_chat_template_id(self):
        if self.chat_template_id:
            self.activity_type_id = self.env.ref("sales_tracking.mail_activity_whatsapp", raise_if_not_found=False)

    @api.depends("action", "days", "moment", "template_id", "activity_type_id", "summary")
    def _compute_display_name(self):
        for step in self:
            what = step._followup_name()
            when = (
                self.env._("day %s", step.days)
                if step.moment == "after_sending"
                else self.env._("%s days before expiry", step.days)
            )
            step.display_name = f"{what} ({when})"

    def _followup_name(self):
        """What goes out, or what is to be done."""
        return self.template_id.name if self.action == "mail" else self.summary or self.activity_type_id.name

    def _responsible_of(self, order):
        """The person who gets the activity on the quotation."""
        lead = order.team_id.user_id
        people = {"salesperson": order.user_id or lead, "team_lead": lead or order.user_id, "user": self.user_id}
        return responsible(order.company_id, people[self.responsible or "salesperson"], order._followup_responsible())
