from odoo.fields import Command

from ..common import SalesTrackingCommon


class PricingCommon(SalesTrackingCommon):
    """A company in dollars with price lists in dollars and in euros, at 0.5 EUR/USD."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        everybody = cls.env.ref("base.group_user")
        everybody._apply_group(cls.env.ref("product.group_product_pricelist"))
        everybody._apply_group(cls.env.ref("sale.group_discount_per_so_line"))
        cls.usd = cls.company.currency_id
        cls.eur = cls.env.ref("base.EUR")
        cls.eur.active = True
        cls.eur.rate_ids.unlink()
        cls.env["res.currency.rate"].create(
            [
                {"currency_id": cls.eur.id, "company_id": cls.company.id, "name": day, "rate": rate}
                for day, rate in (("2025-01-01", 0.5), ("2026-06-01", 0.8))
            ]
        )
        cls.env["product.pricelist"].search([]).active = False
        cls.retail = cls._pricelist("Retail", cls.usd)
        cls.export = cls._pricelist("Export", cls.eur, cls._fixed(40))
        cls.wholesale = cls._pricelist("Wholesale", cls.usd, cls._percent(10), cls._percent(20, min_quantity=10))
        cls.customer.property_product_pricelist = cls.retail
        cls.contact.property_product_pricelist = cls.retail

    @classmethod
    def _pricelist(cls, name, currency, *rules, **vals):
        return cls.env["product.pricelist"].create(
            {
                "name": name,
                "currency_id": currency.id,
                "company_id": cls.company.id,
                "item_ids": [Command.create(rule) for rule in rules],
                **vals,
            }
        )

    @classmethod
    def _fixed(cls, price, product=None, **vals):
        return {
            "compute_price": "fixed",
            "fixed_price": price,
            "applied_on": "1_product",
            "product_tmpl_id": (product or cls.pepper).product_tmpl_id.id,
            **vals,
        }

    @staticmethod
    def _percent(discount, **vals):
        return {"compute_price": "percentage", "percent_price": discount, "applied_on": "3_global", **vals}

    @staticmethod
    def _formula(**vals):
        return {"compute_price": "formula", "applied_on": "3_global", "base": "list_price", **vals}

    @classmethod
    def _quotation(cls, *lines, **vals):
        """A quotation of the salesperson of 1 March 2026: (product, quantity) or (product, quantity, values)."""
        return (
            cls.env["sale.order"]
            .with_user(cls.salesperson)
            .create(
                {
                    "partner_id": cls.contact.id,
                    "user_id": cls.salesperson.id,
                    "team_id": cls.team.id,
                    "date_order": "2026-03-01 08:00:00",
                    "validity_date": "2099-12-31",
                    "order_line": [
                        Command.create(
                            {"product_id": product.id, "product_uom_qty": quantity, "tax_ids": [], **dict(*more)}
                        )
                        for product, quantity, *more in lines or [(cls.pepper, 1)]
                    ],
                    **vals,
                }
            )
        )
