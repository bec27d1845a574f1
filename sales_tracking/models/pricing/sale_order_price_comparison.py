from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...tools.arguments import given_ids
from .product_pricelist_rules import RuleIndex


class SaleOrder(models.Model):
    """A quotation as other price lists would have it."""

    _inherit = "sale.order"

    @api.readonly
    def get_price_comparison(self, pricelist_ids=None):
        """Price the order by each list: same quantities, units, date and taxes. Nothing is written.

        Lists compute in their own currency; the price is converted at the order's date and company. Lines whose price
        or discount was typed, and those that no list prices (down payments, invoiced lines), keep their value.

        :param list[int] pricelist_ids: the lists, in this order; default: those that the user may use for the customer
        :return: amounts in the currency of the order. `total` is what the order's Total (`amount_total`: taxes
            included) would be, `subtotal` the line's (untaxed), `margin` that of sale_margin and only there for those
            who may see it, `rule` says in words which rule gives the price (False: none, or a typed price) ::

                {'currency_id': 2, 'pricelists': [{'id': 7, 'name': 'Export (EUR)', 'total': 80.0, 'margin': 20.0,
                    'lines': [{'line_id': 3, 'price_unit': 80.0, 'discount': 0.0, 'subtotal': 80.0, 'manual': False,
                               'rule': 'Export (EUR): € 40.00'}]}]}
        :rtype: dict
        :raise UserError: a list is archived, deleted or another company's
        """
        versions = self._get_pricelist_versions(pricelist_ids)
        for version in versions:
            for line in version["lines"]:
                line["rule"] = line.pop("rule_id") and line["rule"]
        return {"currency_id": self.currency_id.id, "pricelists": versions}

    def _get_pricelist_versions(self, pricelist_ids=None):
        """The versions of `get_price_comparison`, with the id of the rule and in words where each price comes from."""
        self.ensure_one()
        self.check_access("read")
        self._check_compares_pricelists()
        order = self.with_company(self.company_id)
        pricelists = order._get_comparable_pricelists(pricelist_ids)
        rules = pricelists._index_rules(order.order_line.product_id, order.date_order)
        order = order.with_context(pricelist_rules=RuleIndex(rules))
        order.order_line.invalidate_recordset(["pricelist_item_id"], flush=False)  # dates and rules may be others now
        return [order._get_pricelist_version(pricelist) for pricelist in pricelists]

    def _check_compares_pricelists(self):
        if not (self.env.su or self.env.user.has_group("sales_team.group_sale_salesman")):
            raise AccessError(self.env._("Only salespeople can compare the price lists of a quotation."))

    def action_compare_pricelists(self):
        """Open the comparison as a grid."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "sales_price_comparison",
            "name": self.env._("Price Lists Compared: %s", self.name),
            "target": "new",
            "context": {"dialog_size": "extra-large", "footer": False},
            "params": {"order_id": self.id},
        }

    @api.readonly
    def get_price_comparison_screen(self):
        """What the grid shows: the comparison, with what the order's lines and totals are now."""
        comparison = self.get_price_comparison()
        lines = self._get_priced_lines()
        current = self.env["product.pricelist"].union(*(line._get_pricelist() for line in lines))
        return {
            **comparison,
            "pricelist_id": current.id if len(current) == 1 else False,
            "total": self.amount_total,
            "lines": [
                {
                    "id": line.id,
                    "name": line.product_id.display_name or (line.name or "").split("\n")[0],
                    "quantity": line.product_uom_qty,
                    "unit": line.product_uom_id.name,
                }
                for line in lines
            ],
        }

    def _get_comparable_pricelists(self, pricelist_ids=None):
        """The given lists, or all that the user may use for the customer's country, with the order's own."""
        if pricelist_ids is None:
            country = self.partner_id.country_id
            return self.env["product.pricelist"].search(
                Domain("company_id", "in", [False, self.company_id.id])
                & (
                    Domain("country_group_ids", "=", False)
                    | Domain("country_group_ids.country_ids", "in", country.ids)
                    | Domain("id", "=", self.pricelist_id.id)
                )
            )
        pricelists = self.env["product.pricelist"].browse(given_ids(self.env, pricelist_ids))
        if pricelists != pricelists.exists():
            raise UserError(self.env._("A price list was deleted meanwhile. Load the page again and choose once more."))
        pricelists._check_usable(self.company_id)
        pricelists.check_access("read")
        return pricelists

    def _get_pricelist_version(self, pricelist):
        lines = self._get_priced_lines().with_context(compared_pricelist=pricelist)
        repriced = self._get_update_prices_lines().filtered(lambda line: line._is_repriced())
        prices = [line._get_list_price() if line in repriced else (line.price_unit, line.discount) for line in lines]
        subtotals, total = self._get_amounts_at(lines, prices)
        version = {"id": pricelist.id, "name": pricelist.display_name, "total": total}
        if lines._has_field_access(lines._fields["margin"], "read"):
            costs = [line.purchase_price * line.product_uom_qty for line in lines]
            version["margin"] = self.currency_id.round(sum(subtotals) - sum(costs))
        version["lines"] = [
            {
                "line_id": line.id,
                "price_unit": price,
                "discount": discount,
                "subtotal": subtotal,
                "manual": line not in repriced,
                "rule": line._get_price_source() if line in repriced else line.price_source,
                "rule_id": line in repriced and line._get_price_rule().id,
            }
            for line, (price, discount), subtotal in zip(lines, prices, subtotals, strict=True)
        ]
        return version

    def _get_amounts_at(self, lines, prices):
        """The subtotals of the lines and the order's total at other prices, by the tax engine of the order.

        See `_compute_amount` of sale.order.line and `_compute_amounts` of sale.order.

        :param list[tuple] prices: unit price and discount (%) of each line
        """
        AccountTax = self.env["account.tax"]
        company = self.company_id
        base_lines = []
        subtotals = []
        for line, (price, discount) in zip(lines, prices, strict=True):
            base_line = line._prepare_base_line_for_taxes_computation(price_unit=price, discount=discount)
            AccountTax._add_tax_details_in_base_line(base_line, company)
            AccountTax._round_base_lines_tax_details([base_line], company)
            base_lines.append(base_line)
            subtotals.append(base_line["tax_details"]["total_excluded_currency"])
        early_payment = self._add_base_lines_for_early_payment_discount()
        for less, more, subtotal in zip(early_payment[::2], early_payment[1::2], subtotals, strict=False):
            amount = subtotal / 100 * self.payment_term_id.discount_percentage
            less["price_unit"], more["price_unit"] = -amount, amount
        AccountTax._add_tax_details_in_base_lines(early_payment, company)
        AccountTax._round_base_lines_tax_details(base_lines + early_payment, company)
        totals = AccountTax._get_tax_totals_summary(
            base_lines=base_lines + early_payment, currency=self.currency_id, company=company
        )
        return subtotals, totals["total_amount_currency"]
