from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare, float_round
from odoo.tools.sql import column_exists, create_column


class SaleOrderLine(models.Model):
    """Each line may have a price list of its own, says where its price comes from and keeps what was typed."""

    _inherit = "sale.order.line"

    pricelist_id = fields.Many2one(
        comodel_name="product.pricelist",
        string="Line Pricelist",
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
        check_company=True,
        index="btree_not_null",
        groups="base.group_user",
        help="Prices this line by another list than the order's, converted into the order's currency.",
    )
    price_rule_id = fields.Many2one(
        comodel_name="product.pricelist.item",
        compute="_compute_price_unit",
        store=True,
        precompute=True,
        readonly=False,
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
        help="The rule that gave the price.",
    )
    price_source = fields.Char(
        string="Price From",
        compute="_compute_price_unit",
        store=True,
        precompute=True,
        readonly=False,
        copy=False,
        groups="base.group_user",
        help="The list and rule that gave the price, also after they were changed or deleted.",
    )
    technical_discount = fields.Float(
        compute="_compute_discount",
        digits="Discount",
        store=True,
        precompute=True,
        readonly=False,
        copy=True,
        groups="base.group_user",
    )
    is_price_manual = fields.Boolean(
        string="Typed Price",
        compute="_compute_is_price_manual",
        compute_sudo=True,
        help="The price or discount was typed by hand: it stays when the quantity or the price list changes.",
    )

    @api.constrains("pricelist_id")
    def _check_pricelist(self):
        for company, lines in self.grouped("company_id").items():
            lines.pricelist_id._check_usable(company)

    @api.depends("price_unit", "technical_price_unit", "discount", "technical_discount")
    def _compute_is_price_manual(self):
        for line in self:
            line.is_price_manual = bool(line.product_id) and (line._has_typed_price() or line._has_typed_discount())

    @api.depends("pricelist_id", "linked_line_id.pricelist_id")
    @api.depends_context("compared_pricelist")
    def _compute_pricelist_item_id(self):
        priced = self.filtered(lambda line: line._get_pricelist() != line.order_id.pricelist_id)
        result = super(SaleOrderLine, self - priced)._compute_pricelist_item_id()
        for line in priced:
            line.pricelist_item_id = bool(line.product_id) and line._get_pricelist()._get_product_rule(
                product=line.product_id, **line._get_pricelist_kwargs()
            )
        return result

    @api.depends("pricelist_id", "linked_line_id.pricelist_id")
    def _compute_price_unit(self):
        """As core, but what was typed stays; the parts of a new combo get their price when they are linked to it."""
        lines = self.filtered(lambda line: not line._is_unlinked_part())
        if not self.env.context.get("force_price_recomputation"):
            # Core compares at the currency's decimals, and takes 0.0141 and 0.0125 for the same price.
            lines = lines.filtered(lambda line: not line._has_typed_price())
        return super(SaleOrderLine, lines)._compute_price_unit()

    @api.depends("pricelist_id", "linked_line_id.pricelist_id")
    def _compute_discount(self):
        """As core, but what was typed stays: the discount, and the one that belongs to a typed price."""
        lines = self.filtered(lambda line: not line._is_unlinked_part())
        if not self.env.context.get("force_price_recomputation"):
            lines = lines.filtered(lambda line: not (line._has_typed_discount() or line._has_typed_over_price()))
        result = super(SaleOrderLine, lines)._compute_discount()
        is_enabled = self.env["product.pricelist.item"]._is_discount_feature_enabled()
        for line in lines:
            if line.pricelist_id and line.product_id and is_enabled:
                line.discount = line._get_list_discount()
            line.technical_discount = line.discount if is_enabled and line._get_pricelist() else 0.0
        return result

    @api.onchange("product_id")
    def _onchange_product_id(self):
        result = super()._onchange_product_id()
        self.with_context(force_price_recomputation=True)._compute_discount()
        return result

    def _auto_init(self):
        self._add_price_columns()
        return super()._auto_init()

    def _add_price_columns(self):
        """Add the columns without computing them: lines of the past keep their prices, open ones go on as they did."""
        cr = self.env.cr
        if column_exists(cr, self._table, "technical_discount"):
            return
        create_column(cr, self._table, "price_rule_id", "int4")
        create_column(cr, self._table, "price_source", "varchar")
        create_column(cr, self._table, "technical_discount", "numeric")
        cr.execute(
            "UPDATE sale_order_line SET technical_discount = discount"
            " WHERE discount != 0 AND state IN ('draft', 'sent')"
        )

    def _add_precomputed_values(self, vals_list):
        typed = [vals for vals in vals_list if "price_unit" in vals and "technical_price_unit" not in vals]
        result = super()._add_precomputed_values(vals_list)
        for vals in typed:
            vals["technical_price_unit"] = self._technical_price_of_typed(vals["price_unit"])
        return result

    def copy_data(self, default=None):
        """The copy keeps the list and what was typed; everything else is priced as of today."""
        vals_list = super().copy_data(default=default)
        for line, vals in zip(self, vals_list, strict=True):
            if not line.pricelist_id.active:
                vals.pop("pricelist_id", None)
            if line._is_priced_by_list() and not line.combo_item_id:
                for name in ("price_unit", "technical_price_unit", "discount", "technical_discount"):
                    if name not in (default or {}):
                        vals.pop(name, None)
        return vals_list

    def write(self, vals):
        if "pricelist_id" in vals and any(
            line.state == "sale" and line.pricelist_id.id != (vals["pricelist_id"] or False) for line in self
        ):
            raise UserError(self.env._("The price list of a line can't change once the order is confirmed."))
        return super().write(vals)

    def _reset_price_unit(self):
        result = super()._reset_price_unit()
        decided = self._deciding()
        decided.price_rule_id = self._get_price_rule()
        decided.price_source = self._get_price_source()
        return result

    @api.model
    def _technical_price_of_typed(self, price):
        """What core has to keep as the list's price, so that it takes this one as typed by hand: another one."""
        return 0.0 if price else -1.0

    def _has_typed_price(self):
        digits = self.env["decimal.precision"].precision_get("Product Price")
        price = self.price_unit  # first: computing it sets the other
        return bool(float_compare(self.technical_price_unit, price, precision_digits=digits))

    def _has_typed_over_price(self):
        """A line that is being created with a price has no discount yet that belongs to it."""
        return bool(self._origin or self.technical_price_unit) and self._has_typed_price()

    def _has_typed_discount(self):
        digits = self.env["decimal.precision"].precision_get("Discount")
        return bool(float_compare(self.technical_discount, self.discount, precision_digits=digits))

    def _is_repriced(self):
        """Whether another list or quantity gives the line another price; if not, it keeps price and discount."""
        return self._is_priced_by_list() and self.qty_invoiced <= 0

    def _is_priced_by_list(self):
        """Whether price and discount are those of the list, neither typed nor given by something else."""
        self.ensure_one()
        return not (
            not self.product_id
            or self.display_type
            or self.is_downpayment
            or self._is_global_discount()
            or (self.is_expense and self.product_id.expense_policy == "cost")
            or self._has_typed_price()
            or self._has_typed_discount()
        )

    def _is_unlinked_part(self):
        if not self.combo_item_id or self.linked_line_id:
            return False
        virtual_ids = self.order_id.order_line.mapped("virtual_id")
        return not self.linked_virtual_id or self.linked_virtual_id not in virtual_ids

    def _get_pricelist(self):
        """The list that prices the line: the one compared, its own, that of its combo, or the order's."""
        compared = self.env.context.get("compared_pricelist")
        # A record, which the comparison has checked and no caller over RPC can pass.
        if isinstance(compared, models.BaseModel):
            return compared.with_env(self.env)
        line = self._get_linked_line() if self.combo_item_id else self
        return line.pricelist_id or self.order_id.pricelist_id

    def _get_pricelist_kwargs(self):
        """Prices are computed in the currency of the list, because fixed prices, surcharges, roundings and margins
        are amounts in it, and then converted (`_get_pricelist_price`)."""
        kwargs = super()._get_pricelist_kwargs()
        return {**kwargs, "currency": self._get_pricelist().currency_id or kwargs["currency"]}

    def _get_pricelist_price_context(self):
        return {**super()._get_pricelist_price_context(), "pricelist": self._get_pricelist().id}

    def _get_pricelist_price(self):
        return self._convert_to_sol_currency(super()._get_pricelist_price(), self._get_pricelist().currency_id)

    def _get_pricelist_price_before_discount(self):
        return self._convert_to_sol_currency(
            super()._get_pricelist_price_before_discount(), self._get_pricelist().currency_id
        )

    def _get_list_price(self):
        """The unit price and the discount (%) that the line's list gives, in the order's currency."""
        self.ensure_one()
        line = self.with_company(self.company_id)
        price = line.product_id._get_tax_included_unit_price_from_price(
            line._get_display_price(),
            product_taxes=line.product_id.taxes_id._filter_taxes_by_company(line.company_id),
            fiscal_position=line.order_id.fiscal_position_id,
        )
        digits = self.env["decimal.precision"].precision_get("Discount")
        return price, float_round(line._get_list_discount(), precision_digits=digits)

    def _get_list_discount(self):
        """The discount that the line's list shows to the customer, as `_compute_discount` of core has it."""
        line = self._get_linked_line() if self.combo_item_id else self
        if line != self and line._has_typed_discount():
            return line.discount
        if not line.pricelist_item_id._show_discount():
            return 0.0
        line = line.with_company(line.company_id)
        price = line._get_pricelist_price()
        base_price = line._get_pricelist_price_before_discount()
        discount = (base_price - price) / base_price * 100 if base_price else 0.0
        return discount if discount * base_price > 0 else 0.0

    def _get_price_rule(self):
        """The rule that gives the price; the parts of a combo follow it."""
        return (self._get_linked_line() if self.combo_item_id else self).pricelist_item_id

    def _get_price_source(self):
        """In words, where the price comes from."""
        rule = self._get_price_rule()
        if not rule:
            return self.env._("Sales Price")
        source = {"pricelist": rule.pricelist_id.display_name, "price": rule.price, "quantity": rule.min_quantity}
        if rule.min_quantity:
            return self.env._("%(pricelist)s: %(price)s (from %(quantity)g)", **source)
        return self.env._("%(pricelist)s: %(price)s", **source)
