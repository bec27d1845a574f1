"""The external agent of a sale: chosen on the customer, kept on the order and on its invoices.

Whom a sale pays is decided by sales administrators: on customers, confirmed orders and posted invoices they alone
choose the agent, and nobody chooses oneself. Companies that share a customer have each its own agent for it.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.sql import column_exists, create_column

AGENT = "commission_agent_id"
# Neither the customer nor everybody in the company reads who earns on a sale.
READERS = "sales_team.group_sale_salesman,account.group_account_invoice"


def decides_agents(env):
    """Whether the caller may choose the agent of what pays already."""
    return env.su or env.user.has_group("sales_team.group_sale_manager")


def check_decides(records):
    """Refuse to choose the agent of these customers or settled documents.

    :raise AccessError: for anyone but a sales administrator
    """
    if not records or decides_agents(records.env):
        return
    raise AccessError(
        records.env._(
            "The external agent of %(records)s is paid for it, so only a sales administrator chooses the agent. "
            "Ask one to enter it, and leave the field as it was.",
            records=", ".join(f'"{record.display_name}"' for record in records[:3]),
        )
    )


def pays_caller(records):
    """Those of the customers or documents whose agent is the caller, as the contact that is paid."""
    if records.env.su:
        return records.browse()
    user = records.env.user.sudo()
    own = user.partner_id | user.commercial_partner_id

    def is_own(record):
        agent = record.sudo().commission_agent_id
        return agent and (agent | agent.commercial_partner_id) & own

    return records.filtered(is_own)


def check_not_own(records):
    """Refuse oneself as the agent.

    :raise UserError: for everybody whose own contact the agent is
    """
    for record in pays_caller(records):
        raise UserError(
            record.env._(
                'You can\'t make yourself the external agent of "%(record)s": nobody decides what pays oneself. Ask '
                "another sales administrator to enter the agent.",
                record=record.display_name,
            )
        )


def with_agent(records):
    """Those of the records that have an agent, also for a caller who doesn't read it."""
    return records.filtered(lambda record: record.sudo().commission_agent_id)


def with_other_agent(records, vals):
    """Those of the records whose agent the values change."""
    if AGENT not in vals:
        return records.browse()
    return records.filtered(lambda record: record.sudo().commission_agent_id.id != (vals[AGENT] or False))


class ResPartner(models.Model):
    _inherit = "res.partner"

    commission_agent_id = fields.Many2one(
        comodel_name="res.partner",
        string="External Agent",
        company_dependent=True,
        check_company=True,
        index="btree_not_null",
        groups=READERS,
        help="The agent who earns commission on new sales of your company to this customer, and of its branches.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        # Also what a default or an import brought.
        if not self.env.su and (chosen := with_agent(partners)):
            check_decides(chosen)
            check_not_own(chosen)
        return partners

    def write(self, vals):
        chosen = with_other_agent(self, vals)
        check_decides(chosen)
        result = super().write(vals)
        check_not_own(chosen)
        return result

    def _commission_agent_in(self, company):
        """Return the agent of the customer for sales of a company: its own choice, else that of the one above."""
        companies = company.sudo().parent_ids
        for chooser in companies.sorted("parent_path", reverse=True):
            agent = self.sudo().with_company(chooser).commercial_partner_id.commission_agent_id
            if agent:
                # An agent who went over to another company earns nothing here.
                return agent if not agent.company_id or agent.company_id in companies else agent.browse()
        return self.browse()

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        # Core would copy it under the rights of whoever copies, who need not read it.
        if decides_agents(self.env):
            for partner, vals in zip(self.sudo(), vals_list, strict=True):
                vals.setdefault(AGENT, partner.commission_agent_id.id)
        return vals_list


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
        groups=READERS,
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
            document.commission_agent_id = document.partner_id._commission_agent_in(document.company_id)

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        if not self.env.su and (chosen := with_agent(documents)._unlike_customer()):
            check_decides(chosen._with_settled_agent())
            check_not_own(chosen)
        return documents

    def write(self, vals):
        chosen = with_other_agent(self, vals)
        check_decides(chosen._with_settled_agent())
        result = super().write(vals)
        check_not_own(chosen._unlike_customer())
        return result

    def _unlike_customer(self):
        """Those whose agent somebody chose; the customer's was chosen by an administrator."""
        return self.filtered(
            lambda document: (
                document.sudo().commission_agent_id
                != document.sudo().partner_id._commission_agent_in(document.sudo().company_id)
            )
        )

    def _with_settled_agent(self):
        """Those that pay their agent already. Drafts are open to whoever writes them."""
        raise NotImplementedError


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "sales.commission.agent.mixin"]

    def _with_settled_agent(self):
        return self.filtered(lambda order: order.state == "sale")

    def _prepare_invoice(self):
        return {**super()._prepare_invoice(), "commission_agent_id": self.sudo().commission_agent_id.id}


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "sales.commission.agent.mixin"]

    @api.depends("partner_id", "company_id")
    def _compute_commission_agent_id(self):
        sales = self.filtered(lambda move: move.is_sale_document())
        (self - sales).commission_agent_id = False
        return super(AccountMove, sales)._compute_commission_agent_id()

    def _with_settled_agent(self):
        return self.filtered(lambda move: move.state == "posted")
