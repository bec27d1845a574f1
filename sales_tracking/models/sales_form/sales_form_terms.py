from odoo import api, fields, models
from odoo.tools import ormcache

from ...tools.sales_types import SALES_TYPES


class SalesFormTerms(models.Model):
    """What is usual in a form of sale: its price list, and how much is ordered at least, by category of products."""

    _name = "sales.form.terms"
    _description = "Terms of a Form of Sale"
    _inherit = ["sales.guarded.mixin"]
    _order = "sales_type, categ_id, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, index=True, default=lambda self: self.env.company
    )
    sales_type = fields.Selection(selection=SALES_TYPES, required=True)
    categ_id = fields.Many2one(
        comodel_name="product.category",
        string="Product Category",
        ondelete="cascade",
        help="The minimum holds for products of this category and those below it. Empty: for all others.",
    )
    minimum_quantity = fields.Float(digits="Product Unit", help="In the unit of the product. 0: no minimum.")
    is_binding = fields.Boolean(
        string="Refuse Below", help="Orders with less are not confirmed. Otherwise who enters less is warned."
    )
    pricelist_id = fields.Many2one(
        comodel_name="product.pricelist",
        string="Price List",
        check_company=True,
        help="For customers of this form of sale without a price list of their own.",
    )

    _minimum_not_negative = models.Constraint("CHECK (minimum_quantity >= 0)", "A minimum can't be negative.")
    _one_of_a_kind = models.UniqueIndex(
        "(company_id, sales_type, COALESCE(categ_id, 0))", "These terms exist already for the form of sale."
    )
    _pricelist_of_all = models.Constraint(
        "CHECK (pricelist_id IS NULL OR categ_id IS NULL)",
        "The price list is for all products: enter it in the terms without a category.",
    )

    @api.depends("sales_type", "categ_id.complete_name")
    def _compute_display_name(self):
        labels = dict(self._fields["sales_type"]._description_selection(self.env))
        for terms in self:
            terms.display_name = " / ".join(filter(None, (labels.get(terms.sales_type), terms.categ_id.complete_name)))

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @ormcache("company_id", "sales_type")
    def _terms(self, company_id, sales_type):
        """The price list and the minimums of a form of sale.

        :return: (id of the price list or False, {id of the category or False: (minimum quantity, is it binding)})
        """
        terms = self.sudo().search([("company_id", "=", company_id), ("sales_type", "=", sales_type)])
        return terms.pricelist_id[:1].id, {each.categ_id.id: (each.minimum_quantity, each.is_binding) for each in terms}

    @api.model
    def _minimum(self, company, sales_type, product):
        """How much of the product is ordered at least, by its nearest category.

        :return: the quantity in the unit of the product, 0 for none, and whether less is refused
        """
        _pricelist_id, minimums = self._terms(company.id, sales_type)
        if not minimums:
            return 0.0, False
        path = [int(part) for part in (product.categ_id.parent_path or "").split("/") if part]
        return next((minimums[categ_id] for categ_id in [*reversed(path), False] if categ_id in minimums), (0.0, False))
