from odoo import fields, models


class SalesQuotationCadenceLog(models.Model):
    """What the follow-up of a quotation did. Rows are added and never changed.

    A step is taken or skipped once in each cycle, which the database sees to. A failed attempt is kept besides, once
    for each step: the step is tried again, and the row says since when and why it waits.
    """

    _name = "sales.quotation.cadence.log"
    _inherit = ["sales.append.only.mixin", "sales.guarded.mixin"]
    _description = "Quotation Follow-Up History"
    _order = "id desc"
    _check_company_auto = True
    _rec_name = "step_name"

    order_id = fields.Many2one(
        comodel_name="sale.order", string="Quotation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(comodel_name="res.company", required=True, index=True)
    user_id = fields.Many2one(related="order_id.user_id", string="Salesperson")
    team_id = fields.Many2one(related="order_id.team_id", string="Sales Team")
    partner_id = fields.Many2one(related="order_id.partner_id", string="Customer")
    step_id = fields.Many2one(
        comodel_name="sales.quotation.cadence.step",
        string="Step Now",
        index="btree_not_null",
        ondelete="set null",
    )
    step_name = fields.Char(
        string="Step", required=True, help="As it was called then: steps can be changed or deleted."
    )
    cycle = fields.Integer(required=True, help="The first sending is 1; sending again starts the next.")
    action = fields.Selection(selection=[("mail", "Mail"), ("activity", "Activity"), ("expiry", "Expiry")])
    result = fields.Selection(
        selection=[
            ("mail", "Mail Sent"),
            ("activity", "Activity Planned"),
            ("skipped", "Skipped"),
            ("failed", "Failed"),
            ("cancelled", "Quotation Cancelled"),
        ],
        required=True,
    )
    due_date = fields.Date(required=True)
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    message_id = fields.Many2one(
        comodel_name="mail.message", string="Mail", index="btree_not_null", ondelete="set null"
    )
    recipient = fields.Char()
    activity_id = fields.Many2one(comodel_name="mail.activity", ondelete="set null", index="btree_not_null")
    error = fields.Text()

    _step_once = models.UniqueIndex("(order_id, step_id, cycle) WHERE result <> 'failed'")
    _failure_once = models.UniqueIndex("(order_id, step_id, cycle) WHERE result = 'failed'")
