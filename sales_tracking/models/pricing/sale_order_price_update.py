from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_amount


class SaleOrder(models.Model):
    """New prices for a quotation: none that was typed by hand is replaced without asking."""

    _inherit = "sale.order"

    def action_update_prices(self):
        """Price the lines again; where prices or discounts were typed, first ask what to do with them.

        The context `typed_prices` answers beforehand, for scripts: `keep` or `replace`.

        :return: the question (an action) where there is one, else what core returns
        """
        self.ensure_one()
        if "typed_prices" in self.env.context or not self._get_typed_lines():
            return super().action_update_prices()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Update Prices"),
            "res_model": "sales.price.update",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def _recompute_prices(self):
        # What core forces for prices goes for discounts as well, but not for what is still to be computed.
        self.order_line._recompute_recordset(["price_unit", "discount"])
        return super(SaleOrder, self.with_context(force_price_recomputation=True))._recompute_prices()

    def _get_update_prices_lines(self):
        lines = super()._get_update_prices_lines()
        if self.env.context.get("typed_prices") == "keep":
            return lines - self._get_typed_lines()
        return lines

    def _get_typed_lines(self):
        return self.order_line.filtered(
            lambda line: line.product_id and (line._has_typed_price() or line._has_typed_discount())
        )

    def action_use_pricelist(self, pricelist_id):
        """Make the quotation what the comparison shows for the list: typed prices stay, the currency as well.

        A list in another currency becomes the lines' own list, so that amounts in the order's currency keep meaning
        what they say.
        """
        self.ensure_one()
        self._check_compares_pricelists()
        self._check_repriceable()
        pricelist = self._get_comparable_pricelists(pricelist_id)
        total = self.amount_total
        self._set_pricelist(pricelist, self.order_line.filtered("product_id"))
        self.with_context(typed_prices="keep")._recompute_prices()
        self._log_new_total(self.env._("Priced by the list %s", pricelist.display_name), total)
        return True

    def _check_repriceable(self):
        if self.state not in ("draft", "sent"):
            raise UserError(
                self.env._("%s is no quotation any more: its prices can't change by another list.", self.name)
            )

    def _set_pricelist(self, pricelist, lines):
        """Let the list price the lines, keeping the order's currency."""
        own = self.env["product.pricelist"]
        if pricelist.currency_id != self.currency_id:
            own = pricelist
        elif self.pricelist_id != pricelist:
            self.pricelist_id = pricelist
        lines.filtered(lambda line: line.pricelist_id != own and not line.combo_item_id).pricelist_id = own

    def _log_new_total(self, event, old_total, **message):
        old, new = (format_amount(self.env, amount, self.currency_id) for amount in (old_total, self.amount_total))
        self.message_post(
            body=self.env._("%(event)s. Total: %(old)s → %(new)s", event=event, old=old, new=new), **message
        )
