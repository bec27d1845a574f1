from random import randint

from odoo import fields, models


class SalesAudienceTag(models.Model):
    """The social environment of a person: what contact tags would show to every employee, for sales alone."""

    _name = "sales.audience.tag"
    _description = "Audience Tag"
    _inherit = ["sales.guarded.mixin", "sales.shared.mixin"]
    _order = "name"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer(default=lambda self: randint(1, 11))
    active = fields.Boolean(default=True)

    _name_unique = models.Constraint("UNIQUE(name)", "Another audience tag has this name already.")
