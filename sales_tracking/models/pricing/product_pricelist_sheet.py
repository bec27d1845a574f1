from datetime import datetime, time, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

from odoo import fields, models
from odoo.fields import Domain

from ...tools.xlsx import Column, Sheet


class PriceBatch:
    """The products whose prices are asked for together, and the rules of the lists for all of them."""

    def __init__(self, products):
        self.products = products
        self.rules = {}


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    def _get_applicable_rules(self, products, date, **kwargs):
        """For a batch, once per list; core asks again for each product of a list that is based on another."""
        batch = self.env.context.get("sales_price_batch")
        if not isinstance(batch, PriceBatch) or not self:
            return super()._get_applicable_rules(products, date, **kwargs)
        if self.id not in batch.rules:
            batch.rules[self.id] = super()._get_applicable_rules(batch.products, date, **kwargs)
        return batch.rules[self.id]

    def _batch_prices(self, products, quantity, moment, company):
        """The prices of many products, in a constant number of queries.

        :param quantity: in the product's own unit
        :param datetime moment: naive UTC
        :return: unit price in the currency of the list and id of its rule (or False), by product id
        """
        batched = self.with_company(company).with_context(sales_price_batch=PriceBatch(products))
        return batched._compute_price_rule(products.with_env(batched.env), quantity, date=moment)

    def _sheet_products(self, company, categories=None, favorites_only=False):
        """What a price list names: saleable products of the company, with a code first."""
        domain = Domain("sale_ok", "=", True) & Domain("company_id", "in", (False, company.id))
        if categories:
            domain &= Domain("categ_id", "child_of", categories.ids)
        if favorites_only:
            domain &= Domain("is_favorite", "=", True)
        return self.env["product.product"].search(domain, order="default_code, name, id")

    def _price_sheet(self, company, day=None, categories=None, favorites_only=False, valid_until=None):
        """What the printed list and the workbook show: prices, never costs.

        :return: dict: ``pricelist``, ``company``, ``currency``, ``date``, ``valid_until``, ``breaks`` (quantities, the
            first 1) and ``categories``: list of dicts with ``name``, ``breaks`` (those at which a price of the
            category changes) and ``rows``, dicts of ``code``, ``name``, ``unit`` and ``prices`` by break
        """
        self.ensure_one()
        day = day or company._sales_today()
        products = self._sheet_products(company, categories, favorites_only)
        moment = moment_of(day, company)
        rules = self._get_applicable_rules(products, moment) if products else self.env["product.pricelist.item"]
        breaks = sorted({1.0, *(rule.min_quantity for rule in rules if rule.min_quantity > 1)})
        prices = {quantity: self._batch_prices(products, quantity, moment, company) for quantity in breaks}
        shown = [
            {
                "name": category.display_name,
                "breaks": self._breaks_of(members, breaks, prices),
                "rows": [
                    {
                        "code": product.default_code or "",
                        "name": product.with_context(display_default_code=False).display_name,
                        "unit": product.uom_id.name,
                        "prices": {quantity: prices[quantity][product.id][0] for quantity in breaks},
                    }
                    for product in members
                ],
            }
            for category, members in sorted(
                products.grouped("categ_id").items(), key=lambda item: (item[0].complete_name or "", item[0].id)
            )
        ]
        return {
            "pricelist": self,
            "company": company,
            "currency": self.currency_id,
            "date": day,
            "valid_until": valid_until,
            "breaks": breaks,
            "categories": shown,
        }

    def _breaks_of(self, products, breaks, prices):
        """The quantities at which the price of one of the products changes."""
        changing = [
            quantity
            for before, quantity in pairwise(breaks)
            if any(prices[before][product.id][0] != prices[quantity][product.id][0] for product in products)
        ]
        return [breaks[0], *changing]

    def _xlsx_sheet(self, sheet):
        """The price sheet (`_price_sheet`) as a sheet of a workbook."""
        currency = sheet["currency"]
        heading = [
            sheet["company"].name,
            self.name,
            self.env._(
                "Prices in %(currency)s on %(date)s", currency=currency.name,
                date=fields.Date.to_string(sheet["date"]),
            ),
        ]  # fmt: skip
        if sheet["valid_until"]:
            heading.append(self.env._("Valid until %(date)s", date=fields.Date.to_string(sheet["valid_until"])))
        digits = max(currency.decimal_places, 0)
        return Sheet(
            self.name,
            [
                Column(self.env._("Category")),
                Column(self.env._("Code"), width=14),
                Column(self.env._("Product"), width=40),
                Column(self.env._("Unit"), width=10),
                *(
                    Column(self.env._("From %(quantity).15g", quantity=quantity), "number", digits=digits)
                    for quantity in sheet["breaks"]
                ),
            ],
            [
                [category["name"], row["code"], row["name"], row["unit"], *row["prices"].values()]
                for category in sheet["categories"]
                for row in category["rows"]
            ],
            heading=heading,
        )


def moment_of(day, company):
    """Noon of the day in the company's time zone, as naive UTC: rules begin and end within days."""
    noon = datetime.combine(day, time(12), ZoneInfo(company.sales_tz))
    return noon.astimezone(timezone.utc).replace(tzinfo=None)
