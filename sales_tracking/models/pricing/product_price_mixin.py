from odoo import api, models

from .price_state import PriceState


class ProductPriceMixin(models.AbstractModel):
    """A record with a price whose changes go into product.price.history."""

    _name = "product.price.mixin"
    _description = "Watched Price"

    _price_fields = frozenset()
    _price_per_company = False

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env["product.price.history"]._watch(records, is_new=True)
        return records

    def write(self, vals):
        if not self._price_fields.isdisjoint(vals):
            self.env["product.price.history"]._watch(self)
        return super().write(vals)

    def unlink(self):
        self.env["product.price.history"]._watch(self)
        return super().unlink()

    def _price_states(self) -> dict[int, PriceState]:
        """The state of the price by record id; a record without a price has none."""
        raise NotImplementedError
