import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_amount


class SaleOrder(models.Model):
    _inherit = "sale.order"

    price_option_ids = fields.One2many(
        comodel_name="sale.order.price.option", inverse_name="order_id", groups="sales_team.group_sale_salesman"
    )

    def action_create_price_options(self, pricelist_ids):
        """Freeze the quotation at the prices of each list and offer these versions to the customer on the portal.

        An older offer of the same list is withdrawn.

        :param list[int] pricelist_ids: the lists, in the order in which they are offered
        :return: the options
        :rtype: sale.order.price.option
        :raise UserError: the order is confirmed or cancelled, a list can't be used or is below the margin floor
        """
        self.ensure_one()
        self.check_access("write")
        self._check_repriceable()
        versions = self._get_pricelist_versions(pricelist_ids)
        self._check_margin_of_versions(versions)
        pricelists = self.env["product.pricelist"].with_context(lang=self._get_lang())
        fingerprint = self._get_price_fingerprint()
        # Nobody has the right to write options by hand; whoever may write the quotation may offer them.
        options = self.env["sale.order.price.option"].sudo()
        self.sudo().price_option_ids.filtered(
            lambda option: option.state == "offered" and option.pricelist_id.id in pricelist_ids
        ).state = "declined"
        options = options.create(
            [
                {
                    "order_id": self.id,
                    "pricelist_id": version["id"],
                    "name": pricelists.browse(version["id"]).name,
                    "currency_id": self.currency_id.id,
                    "amount_total": version["total"],
                    "fingerprint": fingerprint,
                    "line_ids": [Command.create(self._prepare_option_line(line)) for line in version["lines"]],
                }
                for version in versions
            ]
        )
        return options.sudo(self.env.su)

    def _check_margin_of_versions(self, versions):
        """Refuse prices that the margin guard would hold: the portal shows what is offered at once."""
        for version in versions:
            breaches = self._margin_breaches({line["line_id"]: line["subtotal"] for line in version["lines"]})
            if self._margin_level(breaches) in ("approval", "block"):
                raise UserError(
                    self.env._(
                        "The prices of %(pricelist)s bring %(order)s below the margin floor.\n%(explanation)s\n"
                        "Leave that price list out, or price the quotation by it and ask for approval.",
                        pricelist=version["name"],
                        order=self.name,
                        explanation=self._explain_margin(breaches),
                    )
                )

    def _prepare_option_line(self, values):
        line = self.env["sale.order.line"].browse(values["line_id"])
        return {
            "order_line_id": line.id,
            "name": line.name,
            "product_uom_qty": line.product_uom_qty,
            "product_uom_id": line.product_uom_id.id,
            "price_unit": values["price_unit"],
            "discount": values["discount"],
            "price_subtotal": values["subtotal"],
            "is_manual": values["manual"],
            "price_rule_id": values["rule_id"],
            "price_source": values["rule"],
        }

    def _get_price_fingerprint(self):
        """Changes whenever something does on which the options were based: what is sold, taxes, typed prices."""
        lines = self._get_priced_lines()
        repriced = lines.filtered(lambda line: line._is_repriced())
        content = [self.currency_id.id, self.partner_id.id, self.payment_term_id.id] + [
            [
                line.id,
                line.product_id.id,
                line.product_uom_qty,
                line.product_uom_id.id,
                sorted(line.tax_ids.ids),
                line in repriced or [line.price_unit, line.discount],
            ]
            for line in lines.sorted("id")
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    def _has_payment_under_way(self):
        # The salesperson may not read transactions; that there is one is all that is told.
        states = self.sudo().transaction_ids.mapped("state")
        return bool({"pending", "authorized", "done"}.intersection(states))

    def _get_portal_price_options(self):
        """What the customer may choose from, and what was chosen."""
        is_open = self.state in ("draft", "sent") and not self.is_expired and not self.signature
        fingerprint = self._get_price_fingerprint()
        return self.price_option_ids.filtered(
            lambda option: (
                option.state == "applied"
                or (option.state == "offered" and is_open and option.fingerprint == fingerprint)
            )
        )


class SaleOrderPriceOption(models.Model):
    """One price list's version of a quotation, frozen when it was offered."""

    _name = "sale.order.price.option"
    _description = "Price Option"
    _inherit = ["sales.guarded.mixin"]
    _order = "order_id, id"

    order_id = fields.Many2one(
        comodel_name="sale.order", string="Quotation", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, precompute=True)
    name = fields.Char(required=True, readonly=True, help="The name of the price list when the option was offered.")
    pricelist_id = fields.Many2one(
        comodel_name="product.pricelist", readonly=True, ondelete="set null", index="btree_not_null"
    )
    currency_id = fields.Many2one(comodel_name="res.currency", required=True, readonly=True)
    amount_total = fields.Monetary(string="Total", readonly=True)
    state = fields.Selection(
        selection=[("offered", "Offered"), ("applied", "Chosen"), ("declined", "Declined")],
        required=True,
        readonly=True,
        default="offered",
    )
    fingerprint = fields.Char(required=True, readonly=True)
    is_outdated = fields.Boolean(
        string="Outdated",
        compute="_compute_is_outdated",
        help="The quotation has changed since: offer the price lists again.",
    )
    line_ids = fields.One2many(comodel_name="sale.order.price.option.line", inverse_name="option_id", readonly=True)

    @api.depends("fingerprint", "state")
    def _compute_is_outdated(self):
        for option in self:
            option.is_outdated = option.state == "offered" and not option._is_current()

    def action_apply(self):
        """Make the quotation this option: its prices, discounts and list as they were frozen; decline the others.

        :return: True
        :raise UserError: the quotation is confirmed, signed, paid for, expired or has changed, or another was chosen
        """
        self.ensure_one()
        self.order_id.check_access("write")
        self._apply()
        return True

    def _apply(self, author=None):
        """See action_apply; the author is the customer's partner who chose on the portal."""
        order = self.order_id
        if not order.try_lock_for_update(allow_referencing=True):
            raise UserError(
                self.env._("Somebody else is working on %s at this moment. Load the page again.", order.name)
            )
        self._check_applicable()
        total = order.amount_total
        pricelist = self._get_usable_pricelist()
        if pricelist:
            order._set_pricelist(pricelist, self.env["sale.order.line"])
        for line in self.line_ids.filtered(lambda line: not line.is_manual):
            line.order_line_id._write_decided(line._prepare_order_line(pricelist))
        # The rights are those to write the quotation, which were checked.
        self.sudo().state = "applied"
        self.sudo()._get_rivals().state = "declined"
        # The customer's choice answers our reminders as well as words do.
        message = {"author_id": author.id, "message_type": "comment"} if author else {}
        order._log_new_total(self.env._("Price option %s chosen", self.name), total, **message)

    def action_decline(self):
        """Withdraw the offer."""
        self.order_id.check_access("write")
        # As in action_apply.
        self.sudo().filtered(lambda option: option.state == "offered").state = "declined"
        return True

    def _is_current(self):
        return self.fingerprint == self.order_id._get_price_fingerprint()

    def _check_applicable(self):
        order, reason = self.order_id, None
        if order.state not in ("draft", "sent"):
            reason = self.env._("%s is confirmed or cancelled.", order.name)
        elif order.is_expired:
            reason = self.env._("%s has expired.", order.name)
        elif order.signature or order._has_payment_under_way():
            reason = self.env._("%s is signed or paid for.", order.name)
        elif self.state != "offered":
            reason = self.env._("It is not offered any more.")
        elif not self._is_current():
            reason = self.env._("The quotation has changed since it was offered. The salesperson can offer it again.")
        if reason:
            raise UserError(
                self.env._("The price option %(name)s can't be chosen: %(reason)s", name=self.name, reason=reason)
            )

    def _get_usable_pricelist(self):
        """The list, unless it was deleted or archived since: then the frozen prices count as typed by hand."""
        return self.pricelist_id.filtered("active")

    def _get_rivals(self):
        return self.order_id.price_option_ids.filtered(lambda option: option.state == "offered") - self

    def _compute_display_name(self):
        for option in self:
            amount = format_amount(self.env, option.amount_total, option.currency_id)
            option.display_name = f"{option.name}: {amount}"


class SaleOrderPriceOptionLine(models.Model):
    _name = "sale.order.price.option.line"
    _description = "Price Option Line"
    _inherit = ["sales.guarded.mixin"]
    _order = "option_id, id"

    option_id = fields.Many2one(
        comodel_name="sale.order.price.option", required=True, readonly=True, ondelete="cascade", index=True
    )
    order_line_id = fields.Many2one(
        comodel_name="sale.order.line", readonly=True, ondelete="set null", index="btree_not_null"
    )
    name = fields.Text(string="Description", readonly=True)
    currency_id = fields.Many2one(related="option_id.currency_id")
    product_uom_qty = fields.Float(string="Quantity", digits="Product Unit", readonly=True)
    product_uom_id = fields.Many2one(comodel_name="uom.uom", string="Unit", readonly=True)
    price_unit = fields.Float(string="Unit Price", min_display_digits="Product Price", readonly=True)
    discount = fields.Float(string="Discount (%)", digits="Discount", readonly=True)
    price_subtotal = fields.Monetary(string="Subtotal", readonly=True)
    is_manual = fields.Boolean(string="Typed Price", readonly=True, help="The same in every option.")
    price_rule_id = fields.Many2one(
        comodel_name="product.pricelist.item", readonly=True, ondelete="set null", index="btree_not_null"
    )
    price_source = fields.Char(string="Price From", readonly=True)

    def _prepare_order_line(self, pricelist):
        """The values with which the order line has the frozen price, given by the list if it still exists."""
        line = self.order_line_id
        own = pricelist.currency_id != self.currency_id and not line.combo_item_id and pricelist
        technical_price = self.price_unit if pricelist else line._technical_price_of_typed(self.price_unit)
        return {
            "pricelist_id": own and own.id,
            "price_unit": self.price_unit,
            "technical_price_unit": technical_price,
            "discount": self.discount,
            "technical_discount": self.discount,
            "price_rule_id": self.price_rule_id.id,
            "price_source": self.price_source,
        }
