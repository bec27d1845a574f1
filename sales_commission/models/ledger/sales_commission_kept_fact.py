from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class SalesCommissionKeptFact(models.Model):
    """What the pay of a confirmed statement rests on: a line of a document as it was known then. Append-only.

    The run reads amounts, quantities and states from the documents each time, and what is known of the product and the
    customer of a line that was decided from here. A line whose document says something else since is decided anew; what
    is decided then is a further row of the next sequence. Documents are plain numbers, as in the ledger.
    """

    _name = "sales.commission.kept.fact"
    _description = "What Commission Was Computed From"
    _inherit = ["sales.kept.fact.mixin"]
    _order = "day desc, id desc"

    _refusal = _lt(
        "What a confirmed commission was computed from is kept by the confirmation and can't be changed. Correct the "
        "document instead: the difference goes into the open period."
    )

    plan_id = fields.Many2one(comodel_name="sales.commission.plan", required=True, ondelete="restrict", readonly=True)
    statement_id = fields.Many2one(
        comodel_name="sales.commission.statement",
        required=True,
        ondelete="restrict",
        readonly=True,
        index=True,
        help="The statement with which this was decided.",
    )
    company_id = fields.Many2one(comodel_name="res.company", required=True, ondelete="restrict", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Payee", required=True, ondelete="restrict", readonly=True, index=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Salesperson", ondelete="restrict", readonly=True, index="btree_not_null"
    )
    kept_on = fields.Datetime(string="Decided on", required=True, readonly=True)
    basis = fields.Char(required=True, readonly=True)
    line_id = fields.Integer(
        string="Document Line", required=True, readonly=True, aggregator=None, help="0 for a document without lines."
    )
    sequence = fields.Integer(required=True, readonly=True, aggregator=None, help="Above 1: decided anew.")
    day = fields.Date(readonly=True, help="The day on which the document counted.")
    customer_id = fields.Many2one(comodel_name="res.partner", readonly=True, ondelete="set null")
    country_id = fields.Many2one(comodel_name="res.country", readonly=True, ondelete="set null")
    product_id = fields.Many2one(comodel_name="product.product", readonly=True, ondelete="set null")
    categ_id = fields.Many2one(
        comodel_name="product.category", string="Product Category", readonly=True, ondelete="set null"
    )
    team_id = fields.Many2one(comodel_name="crm.team", string="Sales Team", readonly=True, ondelete="set null")
    source_id = fields.Many2one(comodel_name="utm.source", readonly=True, ondelete="set null")
    medium_id = fields.Many2one(comodel_name="utm.medium", readonly=True, ondelete="set null")
    campaign_id = fields.Many2one(comodel_name="utm.campaign", readonly=True, ondelete="set null")
    sales_type = fields.Char(readonly=True)
    amount = fields.Monetary(string="Untaxed Amount", readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True, help="In the unit of the product.")
    unit_ratio = fields.Float(
        string="Units of the Product", digits=0, readonly=True, aggregator=None, help="In one unit of the line."
    )
    unit_cost = fields.Float(string="Cost per Unit", digits=0, readonly=True, aggregator=None, groups="base.group_user")
    metrics = fields.Json(readonly=True, help="Whether the line matched each metric of the plan.")
    units = fields.Json(readonly=True, help="Units of the rules in one unit of the product.")
    metric_names = fields.Char(
        string="Counted for", compute="_compute_metric_names", compute_sudo=True, help="The metrics that it matched."
    )

    _key_unique = models.UniqueIndex(
        "(plan_id, res_model, res_id, line_id, basis, partner_id, sequence)", "This was decided already."
    )

    @api.depends("metrics")
    @api.depends_context("lang")
    def _compute_metric_names(self):
        for fact in self:
            matched = sorted(int(metric_id) for metric_id, matches in (fact.metrics or {}).items() if matches)
            metrics = self.env["sales.metric"].browse(matched).exists()
            fact.metric_names = ", ".join(metrics.mapped("name")) or self.env._("Nothing")

    @api.model
    def _action(self, name, domain):
        """The list of what something was computed from."""
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": self._name,
            "view_mode": "list,pivot",
            "domain": domain,
            "help": Markup("<p>%s</p>")
            % self.env._(
                "Nothing is kept yet: until it is confirmed, commission follows the documents, products and customers "
                "as they are today."
            ),
        }
