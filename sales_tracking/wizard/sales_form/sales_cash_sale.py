from odoo import api, fields, models


class SalesCashSale(models.TransientModel):
    """A sale that is paid at once: confirmed, invoiced, paid and its cash invoice printed, by one button."""

    _name = "sales.cash.sale"
    _description = "Cash Sale"
    _inherit = ["sales.onchange.mixin"]
    _check_company_auto = True

    order_id = fields.Many2one(comodel_name="sale.order", required=True, ondelete="cascade", check_company=True)
    company_id = fields.Many2one(related="order_id.company_id")
    currency_id = fields.Many2one(related="order_id.currency_id")
    amount = fields.Monetary(related="order_id.amount_to_invoice", string="Amount to Pay")
    journal_id = fields.Many2one(
        comodel_name="account.journal",
        string="Paid into",
        compute="_compute_journal_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        check_company=True,
        domain="[('type', 'in', ('cash', 'bank', 'credit')), ('company_id', 'parent_of', company_id)]",
    )

    @api.constrains("order_id")
    def _check_order_read(self):
        # What is to be paid is told of orders that the user may read; constraints run as superuser.
        self.order_id.sudo(False).check_access("read")

    @api.depends("company_id")
    def _compute_journal_id(self):
        for sale in self:
            journals = self.env["account.journal"].search(
                [
                    *self.env["account.journal"]._check_company_domain(sale.company_id),
                    ("type", "in", ("cash", "bank")),
                ]
            )
            sale.journal_id = journals.sorted(lambda journal: journal.type != "cash")[:1]

    def action_collect(self):
        """Confirm the order unless it is, invoice and pay what is left of it, and print the cash invoice."""
        self.ensure_one()
        order = self.order_id
        if order.state in ("draft", "sent"):
            order.action_confirm()
        invoice = order._create_invoices(final=True)
        invoice.action_post()
        payments = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        payments.create({"journal_id": self.journal_id.id})._create_payments()
        return self.env.ref("sales_tracking.account_move_report_cash_invoice").report_action(invoice)
