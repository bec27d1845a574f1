from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# Hints look back this far.
MONTHS = 12
# One customer's whim is no hint: at least so many bought both, and at least this part of those who bought the one.
LEAST_CUSTOMERS = 3
LEAST_SHARE = 0.2
HINTS = 6
# Some of the candidates can't be sold, or are not for the user to see.
CANDIDATES = 5 * HINTS


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_open_upsell_hints(self):
        """The dialog of what similar customers bought besides, newly counted."""
        self.ensure_one()
        self.check_access("write")
        # In sudo mode: hints are counted, nobody makes one up.
        hints = self.env["sales.upsell.hint"].sudo().create(self._upsell_hints())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Often Bought With This"),
            "res_model": "sales.upsell.hint",
            "views": [(False, "kanban")],
            "domain": [("id", "in", hints.ids)],
            "target": "new",
        }

    def _upsell_hints(self):
        """What similar customers bought besides the products of the quotation, the likeliest first.

        Similar are the customers of the company that ordered at the same price list within the last 12 months. Of those
        who bought a product of the quotation, the share that bought the other one as well is what counts.

        :return: values of `sales.upsell.hint`
        :rtype: list[dict]
        """
        self.ensure_one()
        products = self.order_line.filtered(lambda line: not line.is_downpayment).product_id
        if not products:
            return []
        self.env["sale.order"].flush_model(["company_id", "date_order", "partner_id", "pricelist_id", "state"])
        self.env["sale.order.line"].flush_model(
            ["is_downpayment", "order_id", "price_subtotal", "product_id", "product_uom_qty"]
        )
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        # Numbers of customers alone leave the statement, so it counts orders that the user may not read as well.
        rows = self.env.execute_query(self._upsell_query(products))
        sellable = self.env["product.product"].search(
            Domain("id", "in", [row[0] for row in rows])
            & Domain("sale_ok", "=", True)
            & Domain("type", "!=", "combo")
            & Domain("company_id", "in", [False, self.company_id.id])
        )
        return [
            {"order_id": self.id, "product_id": product, "bought_id": bought, "also_bought": also, "buyers": buyers}
            for product, bought, also, buyers in rows
            if product in sellable._ids
        ][:HINTS]

    def _upsell_query(self, products):
        return SQL(
            """
            WITH purchase AS (
                SELECT DISTINCT partner.commercial_partner_id AS customer_id, line.product_id
                  FROM sale_order sale
                  JOIN res_partner partner ON partner.id = sale.partner_id
                  JOIN sale_order_line line ON line.order_id = sale.id
                 WHERE sale.state = 'sale'
                   AND sale.company_id = %(company)s
                   AND sale.date_order >= %(since)s
                   AND sale.pricelist_id IS NOT DISTINCT FROM %(pricelist)s
                   AND partner.commercial_partner_id != %(customer)s
                   AND line.product_id IS NOT NULL
                   AND line.is_downpayment IS NOT TRUE
                   AND line.product_uom_qty > 0
                   AND line.price_subtotal >= 0
            ), buyer AS (
                SELECT customer_id, product_id, COUNT(*) OVER (PARTITION BY product_id) AS buyers
                  FROM purchase
                 WHERE product_id IN %(products)s
            ), pair AS (
                SELECT other.product_id, buyer.product_id AS bought_id, COUNT(*) AS also_bought, buyer.buyers
                  FROM buyer
                  JOIN purchase other ON other.customer_id = buyer.customer_id
                 WHERE other.product_id NOT IN %(products)s
              GROUP BY other.product_id, buyer.product_id, buyer.buyers
                HAVING COUNT(*) >= %(least_customers)s
                   AND COUNT(*) >= %(least_share)s * buyer.buyers
            ), best AS (
                SELECT DISTINCT ON (product_id) *
                  FROM pair
              ORDER BY product_id, also_bought::numeric / buyers DESC, also_bought DESC, bought_id
            )
            SELECT product_id, bought_id, also_bought, buyers
              FROM best
          ORDER BY also_bought::numeric / buyers DESC, also_bought DESC, product_id
             LIMIT %(limit)s
            """,
            company=self.company_id.id,
            since=fields.Datetime.now() - relativedelta(months=MONTHS),
            pricelist=self.pricelist_id.id or None,
            customer=self.partner_id.commercial_partner_id.id,
            products=products._ids,
            least_customers=LEAST_CUSTOMERS,
            least_share=LEAST_SHARE,
            limit=CANDIDATES,
        )
