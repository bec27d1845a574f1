"""The external agent of a sale: chosen on the customer, kept on the order and on its invoices."""

from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    commission_agent_id = fields.Many2one(
        comodel_name="res.partner",
        string="External Agent",
        index="btree_not_null",
        help="The agent who earns commission on new sales to this customer.",
    )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    commission_agent_id = fields.Many2one(
        comodel_name="res.partner",
        string="External Agent",
        compute="_compute_commission_agent_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        check_company=True,
        help="The agent who earns commission on this sale.",
    )

    @api.depends("partner_id")
    def _compute_commission_agent_id(self):
        for order in self:
            order.commission_agent_id = order.partner_id.commercial_partner_id.commission_agent_id

    def _prepare_invoice(self):
        return {**super()._prepare_invoice(), "commission_agent_id": self.commission_agent_id.id}


class AccountMove(models.Model):
    _inherit = "account.move"

    commission_agent_id = fields.Many2one(
        comodel_name="res.partner",
        string="External Agent",
        compute="_compute_commission_agent_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        check_company=True,
        help="The agent who earns commission on this sale.",
    )

    @api.depends("partner_id")
    def _compute_commission_agent_id(self):
        for move in self:
            is_sale = move.is_sale_document()
            move.commission_agent_id = is_sale and move.partner_id.commercial_partner_id.commission_agent_id
