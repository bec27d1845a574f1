"""The models whose prices are watched, and those that take rules along when they are deleted."""

from odoo import models
from odoo.tools import format_datetime

from .price_state import PriceState


class ProductPricelistItem(models.Model):
    _name = "product.pricelist.item"
    _inherit = ["product.pricelist.item", "product.price.mixin"]

    # The markup is the discount with the other sign.
    _price_terms = (
        "pricelist_id", "currency_id", "applied_on", "categ_id", "product_tmpl_id", "product_id", "min_quantity",
        "date_start", "date_end", "compute_price", "base", "base_pricelist_id", "fixed_price", "percent_price",
        "price_discount", "price_round", "price_surcharge", "price_min_margin", "price_max_margin",
    )  # fmt: skip
    _price_fields = frozenset((*_price_terms, "price_markup"))

    def _price_states(self):
        return {
            rule.id: PriceState(
                kind="rule",
                terms=tuple(rule[name] for name in self._price_terms),
                value={"fixed": rule.fixed_price, "percentage": rule.percent_price}.get(
                    rule.compute_price, rule.price_discount
                ),
                label=rule._price_label(),
                subject=rule.name,
                active=rule.pricelist_id.active,
                is_percentage=rule.compute_price != "fixed",
                company_id=rule.company_id.id or None,
                currency_id=rule.currency_id.id or None,
                pricelist_id=rule.pricelist_id.id or None,
                pricelist_name=rule.pricelist_id.name or None,
                rule_id=rule.id,
                product_id=rule.product_id.id or None,
                product_tmpl_id=rule.product_tmpl_id.id or None,
                categ_id=rule.categ_id.id or None,
                min_quantity=rule.min_quantity,
                date_start=rule.date_start or None,
                date_end=rule.date_end or None,
            )
            for rule in self
        }

    def _price_label(self):
        """The price in words, with the quantity and the dates from which and until which it holds."""
        label = (self.price or "").strip()
        if self.min_quantity:
            label = self.env._("%(price)s, from %(quantity).15g", price=label, quantity=self.min_quantity)
        if self.date_start:
            label = self.env._("%(price)s, from %(date)s", price=label, date=format_datetime(self.env, self.date_start))
        if self.date_end:
            label = self.env._("%(price)s, until %(date)s", price=label, date=format_datetime(self.env, self.date_end))
        return label


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    def write(self, vals):
        if not vals.keys().isdisjoint(("active", "currency_id")):
            self._watch_rules("pricelist_id")
        return super().write(vals)

    def unlink(self):
        self._watch_rules("pricelist_id")
        return super().unlink()

    def _watch_rules(self, field_name):
        """The database deletes the rules of what is deleted, and no rule is written when its list is."""
        rules = self.env["product.pricelist.item"].sudo().search([(field_name, "in", self.ids)])
        self.env["product.price.history"]._watch(rules)


class ProductCategory(models.Model):
    _inherit = "product.category"

    def unlink(self):
        categories = self.search([("id", "child_of", self.ids)])
        rules = self.env["product.pricelist.item"].sudo().search([("categ_id", "in", categories.ids)])
        self.env["product.price.history"]._watch(rules)
        return super().unlink()


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "product.price.mixin"]

    _price_fields = frozenset(("list_price",))

    def _price_states(self):
        return {
            template.id: PriceState(
                kind="list_price",
                terms=(template.list_price,),
                value=template.list_price,
                label=template.currency_id.format(template.list_price),
                subject=template.display_name,
                company_id=template.company_id.id or None,
                currency_id=template.currency_id.id,
                product_tmpl_id=template.id,
                categ_id=template.categ_id.id or None,
            )
            for template in self
        }

    def unlink(self):
        history = self.env["product.price.history"]
        history._watch(self.env["product.pricelist.item"].sudo().search([("product_tmpl_id", "in", self.ids)]))
        variants = self.with_context(active_test=False).product_variant_ids
        variants._watch_costs()
        history._let_go_of(variants)
        return super().unlink()


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "product.price.mixin"]

    _price_fields = frozenset(("standard_price",))
    _price_per_company = True

    def _price_states(self):
        """A product without a cost has none: 0 means that nobody has said what it costs."""
        return {
            product.id: PriceState(
                kind="cost",
                terms=(product.standard_price,),
                value=product.standard_price,
                label=product.cost_currency_id.format(product.standard_price),
                subject=product.display_name,
                company_id=self.env.company.id,
                currency_id=product.cost_currency_id.id,
                product_id=product.id,
                product_tmpl_id=product.product_tmpl_id.id,
                categ_id=product.categ_id.id or None,
            )
            for product in self
            if product.standard_price
        }

    def unlink(self):
        rules = self.env["product.pricelist.item"].sudo().search([("product_id", "in", self.ids)])
        self.env["product.price.history"]._watch(rules)
        self._watch_costs()
        return super().unlink()

    def _watch_costs(self):
        """In every company, since a product is deleted for all of them."""
        for company in self.env["res.company"].sudo().search([("active", "in", (True, False))]):
            self.env["product.price.history"]._watch(self.with_company(company))


class ProductTemplateAttributeValue(models.Model):
    _name = "product.template.attribute.value"
    _inherit = ["product.template.attribute.value", "product.price.mixin"]

    _price_fields = frozenset(("price_extra",))

    def _price_states(self):
        return {
            value.id: PriceState(
                kind="price_extra",
                terms=(value.price_extra,),
                value=value.price_extra,
                label=value.currency_id.format(value.price_extra),
                subject=f"{value.product_tmpl_id.display_name} ({value.display_name})",
                company_id=value.product_tmpl_id.company_id.id or None,
                currency_id=value.currency_id.id,
                product_tmpl_id=value.product_tmpl_id.id,
                categ_id=value.product_tmpl_id.categ_id.id or None,
            )
            for value in self
            if value.price_extra
        }
