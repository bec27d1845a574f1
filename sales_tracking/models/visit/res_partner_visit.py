from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import float_compare

POSITION_FIELDS = ("partner_latitude", "partner_longitude")


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "sales.visit.mixin"]

    @api.model_create_multi
    def create(self, vals_list):
        is_guarded = self._is_position_guarded()
        if is_guarded and any(vals.get(name) for vals in vals_list for name in POSITION_FIELDS):
            raise self._position_refused()
        partners = super().create(vals_list)
        if is_guarded and any(partner._has_position() for partner in partners):
            # By a default of the context or of the user.
            raise self._position_refused()
        return partners

    def write(self, vals):
        if self._is_position_guarded() and any(partner._is_moved(vals) for partner in self):
            raise self._position_refused()
        return super().write(vals)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        if self._is_position_guarded():
            for vals in vals_list:
                for name in POSITION_FIELDS:
                    vals.pop(name, None)
        return vals_list

    def _is_position_guarded(self):
        """Whether the user's own check-ins could be verified by the positions of addresses that the user enters."""
        user = self.env.user
        return (
            not self.env.su
            and user.has_group("sales_team.group_sale_salesman")
            and not user.has_group("sales_team.group_sale_manager")
        )

    def _is_moved(self, vals):
        """Whether the values give the address another position; to have none verifies nothing."""
        return any(
            vals.get(name) and float_compare(vals[name], self[name], precision_digits=7) for name in POSITION_FIELDS
        )

    def _position_refused(self):
        return AccessError(
            self.env._(
                "The position of an address decides which visits are verified. A team lead takes it over from a "
                "check-in, or a sales administrator enters it."
            )
        )

    def _visit_link(self):
        return "commercial_partner_id"

    def _visit_subject(self):
        return self.commercial_partner_id

    def _visit_context(self):
        return {"default_partner_id": self.id}

    def _visit_address(self):
        """The partner whose position counts for a visit: a contact without one is met at its company's address."""
        self.ensure_one()
        if not self._has_position() and self.type == "contact" and self.parent_id:
            return self.parent_id
        return self

    def _has_position(self):
        """(0, 0), where nobody lives, is how an address without a position looks."""
        self.ensure_one()
        return bool(self.partner_latitude or self.partner_longitude)
