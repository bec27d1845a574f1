from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_round, format_date

from ...fields import BlankFloat
from ...models.pricing.product_pricelist_sheet import moment_of
from ...tools.arguments import selected_records
from ...tools.bulk import bulk_insert
from ...tools.xlsx import Column, Sheet


class SalesPricelistDifference(models.TransientModel):
    """Two price lists against each other: where they differ and by how much, in the company's currency."""

    _name = "sales.pricelist.difference"
    _description = "Price List Difference"
    _inherit = ["sales.onchange.mixin", "sales.xlsx.mixin"]
    _check_company_auto = True

    company_id = fields.Many2one(comodel_name="res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    pricelist_a_id = fields.Many2one(
        comodel_name="product.pricelist",
        string="Price List A",
        required=True,
        check_company=True,
        default=lambda self: self._default_pricelists()[:1],
    )
    pricelist_b_id = fields.Many2one(
        comodel_name="product.pricelist",
        string="Price List B",
        required=True,
        check_company=True,
        default=lambda self: self._default_pricelists()[1:2],
    )
    date = fields.Date(string="Prices on", required=True, default=lambda self: self.env.company._sales_today())
    quantity = fields.Float(
        required=True,
        default=1,
        digits="Product Unit",
        help="In the unit of each product: lists may differ by quantity.",
    )
    categ_ids = fields.Many2many(
        comodel_name="product.category", string="Categories", help="With their sub-categories. Empty: all products."
    )
    line_ids = fields.One2many(comodel_name="sales.pricelist.difference.line", inverse_name="difference_id")

    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "The quantity must be more than 0.")

    @api.model
    def _default_pricelists(self):
        """The lists that were selected, filled up with the first ones of the company."""
        pricelists = self.env["product.pricelist"]
        if self.env.context.get("active_model") == "product.pricelist":
            pricelists = selected_records(pricelists)
        if len(pricelists) < 2:
            pricelists |= pricelists.search([("company_id", "in", (False, self.env.company.id))], limit=3)
        return pricelists[:2]

    @api.depends("pricelist_a_id", "pricelist_b_id")
    def _compute_display_name(self):
        for difference in self:
            difference.display_name = self.env._(
                "%(list_a)s against %(list_b)s",
                list_a=difference.pricelist_a_id.name or "",
                list_b=difference.pricelist_b_id.name or "",
            )

    def action_compare(self):
        """Compute the differences and open them.

        :raise UserError: when the lists are one, or there is no product to compare
        """
        self.ensure_one()
        self.check_access("write")
        rows = self._rows()
        # Nobody writes the lines by hand.
        self.sudo().line_ids.unlink()
        self._insert(rows)
        action = self.env["ir.actions.actions"]._for_xml_id("sales_tracking.sales_pricelist_difference_line_action")
        return {
            **action,
            "display_name": self.env._(
                "%(lists)s, %(quantity).15g on %(date)s",
                lists=self.display_name, quantity=self.quantity, date=format_date(self.env, self.date),
            ),
            "domain": [("difference_id", "=", self.id)],
        }  # fmt: skip

    def _rows(self):
        """A dict for each saleable product of the company: the fields of sales.pricelist.difference.line.

        The number of queries does not depend on the number of products.
        """
        self.ensure_one()
        pricelists = self.pricelist_a_id | self.pricelist_b_id
        pricelists.check_access("read")
        if len(pricelists) < 2:
            raise UserError(self.env._("A price list does not differ from itself. Choose two different lists."))
        if pricelists.company_id - self.company_id:
            raise UserError(
                self.env._("A price list belongs to another company than %(company)s.", company=self.company_id.name)
            )
        products = self.pricelist_a_id._sheet_products(self.company_id, self.categ_ids)
        if not products:
            raise UserError(self.env._("There is no saleable product to compare. Choose other categories."))
        prices_a, prices_b = (
            self._prices(pricelist, products) for pricelist in (self.pricelist_a_id, self.pricelist_b_id)
        )
        rule_ids = {rule_id for prices in (prices_a, prices_b) for _price, rule_id in prices.values() if rule_id}
        labels = {
            rule.id: f"{rule.name}: {rule._price_label()}"
            for rule in self.env["product.pricelist.item"].browse(rule_ids)
        }
        labels[False] = self.env._("Sales price")
        return [
            {
                "product_id": product.id,
                "product_tmpl_id": product.product_tmpl_id.id,
                "categ_id": product.categ_id.id or None,
                "uom_id": product.uom_id.id,
                "rule_a": labels[prices_a[product.id][1]],
                "rule_b": labels[prices_b[product.id][1]],
                **self._comparison(prices_a[product.id][0], prices_b[product.id][0]),
            }
            for product in products
        ]

    def _prices(self, pricelist, products):
        """Price in the company's currency, at the rate of the day, and rule id by product id."""
        moment = moment_of(self.date, self.company_id)
        rate = pricelist.currency_id._get_conversion_rate(
            pricelist.currency_id, self.currency_id, self.company_id, self.date
        )
        # A price of the list in its own currency: asked for in another one, core leaves fixed prices as they are.
        prices = pricelist._batch_prices(products, self.quantity, moment, self.company_id)
        return {
            product_id: (self._round_price(price * rate), rule_id) for product_id, (price, rule_id) in prices.items()
        }

    def _round_price(self, price):
        """Prices are told apart at their own digits, which may be more than those of the currency."""
        return float_round(price, precision_digits=self.env["decimal.precision"].precision_get("Product Price"))

    def _comparison(self, price_a, price_b):
        difference = self._round_price(price_b - price_a)
        return {
            "price_a": price_a,
            "price_b": price_b,
            "difference": difference,
            "difference_rate": difference / price_a if price_a else None,
            "result": "same" if not difference else "b_higher" if difference > 0 else "b_lower",
        }

    def _insert(self, rows):
        now = fields.Datetime.now()
        common = {
            "difference_id": self.id,
            "currency_id": self.currency_id.id,
            "create_uid": self.env.uid,
            "create_date": now,
        }
        self.flush_recordset()
        bulk_insert(self.line_ids, [{**common, **row} for row in rows])

    def _xlsx_sheets(self):
        return [difference._xlsx_sheet() for difference in self]

    def _xlsx_sheet(self):
        results = dict(self.env["sales.pricelist.difference.line"]._fields["result"]._description_selection(self.env))
        rows = self._rows()
        browse = {
            name: {record.id: record for record in self.env[model].browse({row[name] for row in rows if row[name]})}
            for name, model in (
                ("product_id", "product.product"),
                ("categ_id", "product.category"),
                ("uom_id", "uom.uom"),
            )
        }
        digits = self.currency_id.decimal_places
        return Sheet(
            self.display_name,
            [
                Column(self.env._("Category")),
                Column(self.env._("Product"), width=40),
                Column(self.env._("Unit"), width=10),
                Column(self.pricelist_a_id.name, "number", digits=digits),
                Column(self.pricelist_b_id.name, "number", digits=digits),
                Column(self.env._("Difference"), "number", digits=digits),
                Column(self.env._("Difference (%)"), "percent"),
                Column(self.env._("Result"), width=14),
                Column(self.env._("Rule of A"), width=40),
                Column(self.env._("Rule of B"), width=40),
            ],
            [
                [
                    row["categ_id"] and browse["categ_id"][row["categ_id"]].display_name,
                    browse["product_id"][row["product_id"]].display_name,
                    browse["uom_id"][row["uom_id"]].name,
                    row["price_a"],
                    row["price_b"],
                    row["difference"],
                    row["difference_rate"],
                    results[row["result"]],
                    row["rule_a"],
                    row["rule_b"],
                ]
                for row in rows
            ],
            heading=[
                self.company_id.name,
                self.display_name,
                self.env._(
                    "Prices in %(currency)s on %(date)s, for a quantity of %(quantity).15g",
                    currency=self.currency_id.name,
                    date=fields.Date.to_string(self.date),
                    quantity=self.quantity,
                ),
            ],
        )


class SalesPricelistDifferenceLine(models.TransientModel):
    """One product at the prices of both lists, in the company's currency."""

    _name = "sales.pricelist.difference.line"
    _description = "Price List Difference of a Product"
    _order = "difference_rate, id"
    _rec_name = "product_id"

    difference_id = fields.Many2one(
        comodel_name="sales.pricelist.difference",
        string="Comparison",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    product_id = fields.Many2one(comodel_name="product.product", readonly=True, ondelete="cascade")
    product_tmpl_id = fields.Many2one(
        comodel_name="product.template", string="Product Template", readonly=True, ondelete="cascade"
    )
    categ_id = fields.Many2one(comodel_name="product.category", readonly=True, ondelete="cascade")
    uom_id = fields.Many2one(comodel_name="uom.uom", string="Unit", readonly=True, ondelete="cascade")
    price_a = fields.Monetary(readonly=True, aggregator="avg")
    price_b = fields.Monetary(readonly=True, aggregator="avg")
    difference = fields.Monetary(readonly=True, aggregator="avg", help="The price of B less that of A.")
    difference_rate = BlankFloat(
        string="Difference (%)", readonly=True, aggregator="avg", help="The difference, in parts of the price of A."
    )
    result = fields.Selection(
        selection=[("b_lower", "B is lower"), ("same", "Same"), ("b_higher", "B is higher")], readonly=True
    )
    rule_a = fields.Char(string="Rule of A", readonly=True)
    rule_b = fields.Char(string="Rule of B", readonly=True)

    def action_open_product(self):
        self.ensure_one()
        return self.product_id.get_formview_action()
