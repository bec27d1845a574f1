from odoo import api, fields, models

# The people who sell, ship and invoice.
STAFF = "sales_team.group_sale_salesman,account.group_account_invoice"


class SaleOrder(models.Model):
    """What an export needs besides: the data of its packing list, its shipping instruction and its bill of lading."""

    _inherit = "sale.order"

    # By the names of sale_stock, which has the same two fields where it is installed.
    incoterm = fields.Many2one(comodel_name="account.incoterms", ondelete="restrict", groups=STAFF)
    incoterm_location = fields.Char(groups=STAFF)
    port_of_loading = fields.Char(string="Port of Loading", groups=STAFF)
    port_of_discharge = fields.Char(string="Port of Discharge", groups=STAFF)
    vessel = fields.Char(string="Vessel, Voyage", groups=STAFF)
    consignee_id = fields.Many2one(
        comodel_name="res.partner",
        groups=STAFF,
        help="To whom the bill of lading is made out. Empty: the delivery address.",
    )
    notify_partner_id = fields.Many2one(
        comodel_name="res.partner", string="Notify Party", groups=STAFF, help="Whom the carrier tells of the arrival."
    )
    shipping_marks = fields.Text(groups=STAFF, help="What is written on the packages.")
    package_count = fields.Integer(string="Packages", groups=STAFF)
    package_kind = fields.Char(groups=STAFF, help="Bags, cartons, pallets, …")
    net_weight = fields.Float(
        compute="_compute_net_weight",
        digits="Stock Weight",
        groups=STAFF,
        help="Kilograms, by what is sold by weight and the weights of the other products.",
    )
    gross_weight = fields.Float(digits="Stock Weight", groups=STAFF, help="Kilograms, packages included.")
    measurement = fields.Float(digits="Volume", groups=STAFF, help="Cubic metres.")
    bill_of_lading = fields.Char(string="Bill of Lading", copy=False, groups=STAFF)
    bill_of_lading_date = fields.Date(string="Date of the Bill of Lading", copy=False, groups=STAFF)
    bill_of_lading_scan = fields.Binary(string="Scan of the Bill of Lading", copy=False, groups=STAFF)
    bill_of_lading_scan_name = fields.Char(copy=False, groups=STAFF)

    @api.depends("order_line.product_uom_qty", "order_line.product_uom_id", "order_line.product_id")
    def _compute_net_weight(self):
        for order in self:
            order.net_weight = sum(map(order._net_weight_of, order._lines_to_ship()))

    @api.model
    def _net_weight_of(self, line):
        """The weight of a line's goods, in kilograms: what is sold by weight weighs what is sold."""
        kilogram = self.env.ref("uom.product_uom_kgm", raise_if_not_found=False)
        if kilogram and line.product_uom_id and line.product_uom_id._has_common_reference(kilogram):
            return line.product_uom_id._compute_quantity(line.product_uom_qty, kilogram, round=False)
        unit = line.product_id.uom_id
        return line.product_uom_id._compute_quantity(line.product_uom_qty, unit, round=False) * line.product_id.weight

    @api.model
    def _hs_code(self, product):
        """The customs code of the product, where the delivery of goods is installed, which keeps it."""
        return ("hs_code" in product and product.hs_code) or ""

    def _lines_to_ship(self):
        """The lines of goods."""
        return self.order_line.filtered(lambda line: line.product_id.type == "consu" and not line.is_downpayment)

    def _prepare_invoice(self):
        values = super()._prepare_invoice()
        if self.sales_type == "export":
            values.setdefault("invoice_incoterm_id", self.incoterm.id)
            values.setdefault("incoterm_location", self.incoterm_location)
        return values
