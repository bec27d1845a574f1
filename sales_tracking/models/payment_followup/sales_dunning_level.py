from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SalesDunningLevel(models.Model):
    """What happens so many days after an instalment has fallen due. Levels are taken in the order of their days."""

    _name = "sales.dunning.level"
    _description = "Payment Follow-Up Level"
    _inherit = ["sales.guarded.mixin", "sales.shared.mixin"]
    _order = "policy_id, delay, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    policy_id = fields.Many2one(comodel_name="sales.dunning.policy", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    name = fields.Char(required=True, translate=True)
    delay = fields.Integer(
        string="Days Overdue",
        required=True,
        help="Number of days after the due date; negative: before it. Due today is not overdue.",
    )
    min_days = fields.Integer(
        string="Days Since Last Level", required=True, default=7, help="It does not follow the level before sooner."
    )
    mode = fields.Selection(
        selection=[("automatic", "Automatic"), ("proposal", "Proposal")],
        required=True,
        default="automatic",
        help="Automatic reminders go out by themselves; a proposal waits until a person approves it.",
    )
    minimum_amount = fields.Monetary(
        help="Nothing goes out while less than this is claimed, in the currency of the policy."
    )
    currency_id = fields.Many2one(related="policy_id.currency_id")

    send_mail = fields.Boolean(string="Mail", default=True)
    template_id = fields.Many2one(
        comodel_name="mail.template",
        string="Mail Template",
        domain="[('model', '=', 'sales.dunning.account')]",
        ondelete="restrict",
        default=lambda self: self.env.ref("sales_tracking.mail_template_dunning_reminder", raise_if_not_found=False),
    )
    attach_invoices = fields.Boolean(default=True, help="The claimed invoices are attached to the mail as PDF.")
    print_letter = fields.Boolean(string="Letter", help="A letter waits to be printed among the reminders.")
    send_sms = fields.Boolean(string="SMS")
    has_sms = fields.Boolean(compute="_compute_has_sms")
    text = fields.Text(translate=True, help="What this level says, in the mail, the letter and the text message.")
    activity_type_id = fields.Many2one(comodel_name="mail.activity.type", string="Activity", ondelete="restrict")
    activity_summary = fields.Char(translate=True)
    chat_template_id = fields.Many2one(
        comodel_name="sales.chat.template",
        string="WhatsApp Text",
        domain="[('model', 'in', ('sales.dunning.account', False))]",
        ondelete="restrict",
        check_company=True,
        help="The activity shows this text, filled in, and a link that opens WhatsApp with it.",
    )
    activity_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Person",
        domain="[('share', '=', False)]",
        help="Who gets the activity; empty: the collector of the customer.",
    )

    fee = fields.Monetary(help="Claimed with each reminder of this level, in the currency of the policy.")
    charge_interest = fields.Boolean(string="Interest", help="The reminder claims interest at the rate of the policy.")

    _delay_once = models.Constraint("UNIQUE (policy_id, delay)", "Two levels of a policy can't have the same days.")
    _min_days_positive = models.Constraint("CHECK (min_days >= 0)", "The days since the last level can't be negative.")
    _amounts_positive = models.Constraint(
        "CHECK (fee >= 0 AND minimum_amount >= 0)", "The fee and the minimum amount can't be negative."
    )

    @api.constrains("send_mail", "template_id", "print_letter", "send_sms", "activity_type_id")
    def _check_complete(self):
        for level in self:
            if level.send_mail and level.template_id.model != "sales.dunning.account":
                raise ValidationError(
                    self.env._("The level %s sends a mail: choose a mail template for payment follow-up.", level.name)
                )
            if not (level.send_mail or level.print_letter or level.send_sms or level.activity_type_id):
                raise ValidationError(
                    self.env._("The level %s does nothing: choose a mail, a letter or an activity.", level.name)
                )

    @api.onchange("chat_template_id")
    def _onchange_chat_template_id(self):
        if self.chat_template_id:
            self.activity_type_id = self.env.ref("sales_tracking.mail_activity_whatsapp", raise_if_not_found=False)

    def _compute_has_sms(self):
        self.has_sms = "sms.sms" in self.env

    def _fee_in(self, company, day):
        """The fee in the currency of a company, at the rate of the day; 0 without a level."""
        return self.currency_id._convert(self.fee, company.currency_id, company, day) if self.fee else 0
