"""The fields that the addons keep on documents of Odoo, under the same guard as those of their own models."""

from odoo import models


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "sales.guarded.mixin"]


class CrmTeam(models.Model):
    _name = "crm.team"
    _inherit = ["crm.team", "sales.guarded.mixin"]


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "sales.guarded.mixin"]


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "sales.guarded.mixin"]

    # Where the price came from: computed with it, or taken over from the price option that was chosen.
    _decided_fields = frozenset({"price_rule_id", "price_source"})


class UtmMedium(models.Model):
    _name = "utm.medium"
    _inherit = ["utm.medium", "sales.guarded.mixin"]
