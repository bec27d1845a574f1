"""The external agent of a sale: chosen on the customer, kept on the order and on its invoices."""

from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column


class ResPartner(models.Model):
    _inherit = "res.partner"

    commission_agent_id = fields.Many2one(
        comodel_name="res.partner",
        string="External Agent",
        index="btree_not_null",
        help="The agent who earns commission on new sales to this customer.",
    )


class SalesCommissionAgentMixin(models.AbstractModel):
    """A document of a sale that an external agent brought."""

    _name = "sales.commission.agent.mixin"
    _description = "Sale of an External Agent"

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

    def _auto_init(self):
        # What was sold before the installation had no agent: millions of documents need not be computed for that.
        if not self._abstract and not column_exists(self.env.cr, self._table, "commission_agent_id"):
            create_column(self.env.cr, self._table, "commission_agent_id", "int4")
        return super()._auto_init()

    @api.depends("partner_id", "company_id")
    def _compute_commission_agent_id(self):
        for document in self:
            agent = document.partner_id.commercial_partner_id.commission_agent_id
            # A shared customer may have the agent of another company.
            is_ours = not agent.company_id or agent.company_id in document.company_id.sudo().parent_ids
            document.commission_agent_id = agent if is_ours else False


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "sales.commission.agent.mixin"]

    def _prepare_invoice(self):
        return {**super()._prepare_invoice(), "commission_agent_id": self.commission_agent_id.id}


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "sales.commission.agent.mixin"]

    @api.depends("partner_id", "company_id")
    def _compute_commission_agent_id(self):
        sales = self.filtered(lambda move: move.is_sale_document())
        (self - sales).commission_agent_id = False
        return super(AccountMove, sales)._compute_commission_agent_id()
