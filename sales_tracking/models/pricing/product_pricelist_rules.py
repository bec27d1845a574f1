from collections import defaultdict
from heapq import merge

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain


class RuleIndex(dict):
    """What `_index_rules` found, passed on in the context: no caller over RPC can bring one."""


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    def _get_applicable_rules(self, products, date, **kwargs):
        """Where many lines are priced at once, their rules are in the context (`_index_rules`): no query per line."""
        indexes = self.env.context.get("pricelist_rules")
        index = indexes.get(self.id) if isinstance(indexes, RuleIndex) else None
        if index is None:
            return super()._get_applicable_rules(products, date, **kwargs)
        templates = products if products._name == "product.template" else products.product_tmpl_id
        ranked = merge(index[None], *(index.get(template, ()) for template in templates._ids))
        return self.env["product.pricelist.item"].browse([rule for _rank, rule in ranked])

    def _index_rules(self, products, date):
        """The rules of these lists, and of the lists that they are based on, for the products at the date.

        One query per level of lists, whatever the number of products.

        :return: by list and template (None: any product), the rules in the order in which they are tried
        :rtype: dict[int, dict[int | None, list[tuple[int, int]]]]
        """
        indexes = {}
        pricelists = self
        while pricelists:
            rules = self.env["product.pricelist.item"].search(
                Domain.OR(
                    Domain(pricelist._get_applicable_rules_domain(products=products, date=date))
                    for pricelist in pricelists
                )
            )
            for pricelist in pricelists:
                indexes[pricelist.id] = defaultdict(list, {None: []})
            for rank, rule in enumerate(rules):
                indexes[rule.pricelist_id.id][rule.product_tmpl_id.id or None].append((rank, rule.id))
            pricelists = rules.base_pricelist_id.filtered(lambda pricelist: pricelist.id not in indexes)
        return indexes

    def _check_usable(self, company):
        """Raise a UserError that names the lists which the company's orders can't use."""
        # Whose list it is must be known even where the user may not read it; its name stays hidden then.
        foreign = self.sudo().filtered(lambda pricelist: pricelist.company_id - company).sudo(self.env.su)
        if foreign:
            raise UserError(
                self.env._(
                    "Choose price lists of %(company)s: these belong to another company: %(pricelists)s",
                    company=company.name,
                    pricelists=", ".join(foreign._filtered_access("read").mapped("display_name")) or foreign.ids,
                )
            )
        archived = self.filtered(lambda pricelist: not pricelist.active)
        if archived:
            raise UserError(
                self.env._(
                    "Choose other price lists, or restore these, which are archived: %s",
                    ", ".join(archived.mapped("display_name")),
                )
            )
