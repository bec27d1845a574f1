from odoo import fields, models


class SalesPromise(models.Model):
    """A customer's word to pay an amount by a day. Its instalments are silent until then and the grace is over."""

    _name = "sales.promise"
    _inherit = ["sales.dunning.hold"]
    _description = "Promise of Payment"

    move_line_ids = fields.Many2many(
        comodel_name="account.move.line",
        relation="sales_promise_line_rel",
        column1="promise_id",
        column2="move_line_id",
        string="Instalments",
        required=True,
        domain="[('company_id', '=', company_id), ('partner_id', 'child_of', partner_id), ('parent_state', '=', 'posted'),"
        " ('account_type', '=', 'asset_receivable'), ('reconciled', '=', False), ('amount_residual_currency', '>', 0)]",
    )
    date = fields.Date(string="Promised For", required=True)
    grace_days = fields.Integer(required=True, default=2, help="Silent for this number of days after the promised day.")
    state = fields.Selection(
        selection=[
            ("open", "Open"),
            ("kept", "Kept"),
            ("partial", "Kept in Part"),
            ("broken", "Broken"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        tracking=True,
        help="Closed by the follow-up: kept as soon as the amount is paid, else when the grace is over.",
    )
    matched_before = fields.Monetary(readonly=True, copy=False, help="Paid on the instalments before the promise.")
    received = fields.Monetary(readonly=True, copy=False, help="Paid since, until the grace was over.")

    _open_idx = models.Index("(company_id) WHERE state = 'open'")
