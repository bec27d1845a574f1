from odoo import fields, models


class SalesDunningReminder(models.Model):
    """What was sent to a customer, or left out by a person. Rows are added and never changed."""

    _name = "sales.dunning.reminder"
    _inherit = ["sales.append.only.mixin", "sales.guarded.mixin"]
    _description = "Payment Reminder"
    _order = "id desc"
    _rec_name = "level_name"
    _check_company_auto = True

    account_id = fields.Many2one(
        comodel_name="sales.dunning.account", string="Follow-Up", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(comodel_name="res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(comodel_name="res.users", string="Sent By", help="Empty: by itself.")
    level_id = fields.Many2one(
        comodel_name="sales.dunning.level", string="Level Now", index="btree_not_null", ondelete="set null"
    )
    level_name = fields.Char(string="Level", required=True, help="As it was called then.")
    result = fields.Selection(selection=[("sent", "Sent"), ("skipped", "Skipped")], required=True, default="sent")
    day = fields.Date(required=True, help="The day in the company's time zone.")
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    claimed = fields.Monetary(help="What was claimed, credit notes and payments deducted, in company currency.")
    fee = fields.Monetary()
    interest = fields.Monetary(help="In company currency.")
    message_id = fields.Many2one(
        comodel_name="mail.message", string="Mail", index="btree_not_null", ondelete="set null"
    )
    recipient = fields.Char()
    activity_id = fields.Many2one(comodel_name="mail.activity", index="btree_not_null", ondelete="set null")
    is_letter = fields.Boolean(string="Letter")
    printed_on = fields.Datetime(string="Letter Printed On")
    charge_move_id = fields.Many2one(
        comodel_name="account.move", string="Invoice of Charges", index="btree_not_null", ondelete="set null"
    )
    charge_state = fields.Selection(related="charge_move_id.state")
    line_ids = fields.One2many(
        comodel_name="sales.dunning.reminder.line", inverse_name="reminder_id", string="Instalments"
    )

    _changeable = frozenset({"printed_on", "charge_move_id"})


class SalesDunningReminderLine(models.Model):
    """An instalment that a reminder was about, with the level that it reached, or a credit that was deducted.

    An instalment reaches each level once in a round, which the database sees to.
    """

    _name = "sales.dunning.reminder.line"
    _inherit = ["sales.append.only.mixin", "sales.guarded.mixin"]
    _description = "Instalment of a Payment Reminder"
    _order = "date_maturity, id"
    _rec_name = "move_name"
    _check_company_auto = True

    reminder_id = fields.Many2one(comodel_name="sales.dunning.reminder", required=True, index=True, ondelete="cascade")
    account_id = fields.Many2one(related="reminder_id.account_id", store=True, precompute=True, index=True)
    company_id = fields.Many2one(related="reminder_id.company_id", store=True, precompute=True)
    day = fields.Date(related="reminder_id.day", store=True, precompute=True)
    move_line_id = fields.Many2one(comodel_name="account.move.line", string="Journal Item", ondelete="set null")
    move_id = fields.Many2one(
        comodel_name="account.move", string="Invoice", index="btree_not_null", ondelete="set null"
    )
    move_name = fields.Char(string="Number", required=True, help="As it was called then.")
    level_id = fields.Many2one(
        comodel_name="sales.dunning.level",
        string="New Level",
        index="btree_not_null",
        ondelete="set null",
        help="Empty for what is listed only: credits, and instalments that wait for their next level.",
    )
    level_delay = fields.Integer(
        string="Days of the Level", aggregator=None, help="The level's days as they were then; levels can be deleted."
    )
    is_level = fields.Boolean(string="Reached a Level")
    cycle = fields.Integer(required=True, aggregator=None)
    date_maturity = fields.Date(string="Due Date", required=True)
    days_late = fields.Integer(aggregator="max")
    currency_id = fields.Many2one(comodel_name="res.currency", required=True)
    residual = fields.Monetary(required=True, help="What was open, in the currency of the invoice; negative: a credit.")
    promised = fields.Monetary(help="The part of it that was promised, and so not claimed.")
    interest = fields.Monetary(help="What this reminder claimed.")
    interest_charged = fields.Monetary(help="What earlier invoices had charged, and this reminder did not claim again.")

    _level_once = models.UniqueIndex("(move_line_id, level_id, cycle)")
