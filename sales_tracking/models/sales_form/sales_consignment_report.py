from datetime import time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...tools.numbers import find_decimal_mark, parse_number

COLUMNS = ("product", "quantity", "price")


class SalesConsignmentReport(models.Model):
    """What a consignee sold until a day: it becomes an order, a delivery from the consignee's stock, and an invoice."""

    _name = "sales.consignment.report"
    _description = "Report of Consignment Sales"
    _inherit = ["sales.guarded.mixin", "sales.xlsx.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    _given_once = frozenset({"consignment_id"})

    consignment_id = fields.Many2one(
        comodel_name="sales.consignment", required=True, ondelete="restrict", index=True, check_company=True
    )
    partner_id = fields.Many2one(related="consignment_id.partner_id")
    company_id = fields.Many2one(related="consignment_id.company_id", store=True, index=True)
    date = fields.Date(
        string="Sold on", required=True, default=lambda self: self.env.company._sales_today(),
        help="The day of the order and of the invoice.",
    )  # fmt: skip
    state = fields.Selection(
        selection=[("draft", "Draft"), ("done", "Invoiced")], required=True, default="draft", readonly=True, copy=False
    )
    line_ids = fields.One2many(
        comodel_name="sales.consignment.report.line", inverse_name="report_id", string="Sold", copy=True
    )
    sheet = fields.Binary(string="XLSX File", attachment=False, copy=False)
    sheet_name = fields.Char(copy=False)
    order_id = fields.Many2one(comodel_name="sale.order", readonly=True, copy=False)

    @api.depends("consignment_id.partner_id.display_name", "date")
    def _compute_display_name(self):
        for report in self:
            report.display_name = f"{report.partner_id.display_name or ''} {report.date or ''}".strip()

    def action_read_sheet(self):
        """Replace the lines by those of the file: a product's reference, barcode or name, the quantity, and a price."""
        self.ensure_one()
        self._require_draft()
        if not self.sheet:
            raise UserError(self.env._("Choose an XLSX file first, with the columns product, quantity and price."))
        rows = self._read_xlsx_rows(self.sheet, COLUMNS, required=COLUMNS[:2])
        mark = find_decimal_mark(values.get(name) for _number, values in rows for name in COLUMNS[1:])
        lines, problems = [], []
        for number, values in rows:
            try:
                lines.append(self._line_values(values, mark))
            except (UserError, ValueError) as error:
                problems.append(self.env._("Row %(row)s: %(problem)s", row=number, problem=error))
        if problems:
            raise UserError("\n".join(problems))
        self.write({"line_ids": [Command.clear(), *map(Command.create, lines)], "sheet": False, "sheet_name": False})

    def _line_values(self, values, mark):
        name = str(values.get("product") or "")
        products = self.env["product.product"]
        for field in ("default_code", "barcode", "name"):
            products = products.search([(field, "=ilike", name), ("sale_ok", "=", True)], limit=2) if name else products
            if products:
                break
        if len(products) != 1:
            raise UserError(self.env._("%s is not the reference, barcode or name of one product.", name or "-"))
        price = values.get("price")
        return {
            "product_id": products.id,
            "quantity": parse_number(values.get("quantity"), mark),
            "price_unit": parse_number(price, mark) if price is not None else 0,
        }

    def action_confirm(self):
        """Make the order, the delivery and the invoice of the day. All is done, or nothing."""
        for report in self:
            report._require_draft()
            report.consignment_id._require_stock()
            report._check_stock()
            order = report._make_order()
            report._deliver(order)
            invoice = order._create_invoices()
            invoice.invoice_date = report.date
            invoice.action_post()
            report._write_decided({"state": "done", "order_id": order.id})

    def action_open_order(self):
        self.ensure_one()
        return self.order_id.get_formview_action()

    def _require_draft(self):
        self.check_access("write")
        if any(report.state != "draft" for report in self):
            raise UserError(
                self.env._("What was invoiced can't be changed: report the difference, or credit the invoice.")
            )

    def _check_stock(self):
        """Refuse to sell more than lies with the consignee."""
        if not self.line_ids:
            raise UserError(self.env._("Enter first what %s sold.", self.partner_id.display_name))
        quants = self.consignment_id._quants() or self.env["stock.quant"].sudo()
        lying = {product: sum(there.mapped("quantity")) for product, there in quants.grouped("product_id").items()}
        for product, lines in self.line_ids.grouped("product_id").items():
            sold = sum(lines.mapped("quantity"))
            there = lying.get(product.sudo(), 0)
            if product.uom_id.compare(sold, there) > 0:
                raise UserError(
                    self.env._(
                        "%(consignee)s reports %(sold)s %(unit)s of %(product)s, of which %(there)s lie there. Count "
                        "what lies there, or correct the report.",
                        consignee=self.partner_id.display_name,
                        sold=sold,
                        unit=product.uom_id.name,
                        product=product.display_name,
                        there=there,
                    )
                )

    def _make_order(self):
        consignment = self.consignment_id
        order = self.env["sale.order"].create(
            {
                "partner_id": consignment.partner_id.id,
                "company_id": consignment.company_id.id,
                "user_id": consignment.user_id.id,
                "team_id": consignment.team_id.id,
                "sales_type": "consignment",
                "order_line": [
                    Command.create(
                        {
                            "product_id": line.product_id.id,
                            "product_uom_qty": line.quantity,
                            **({"price_unit": line.price_unit} if line.price_unit else {}),
                        }
                    )
                    for line in self.line_ids
                ],
            }
        )
        order.action_confirm()
        order.date_order = consignment.company_id._sales_moment(self.date, time(12))
        return order

    def _deliver(self, order):
        """The goods leave the consignee's stock, not the warehouse: its own transfers are not needed."""
        # In sudo mode: the access to the report was checked, and this is all that it moves.
        order = order.sudo()
        order.picking_ids.action_cancel()
        customers = order.partner_shipping_id.property_stock_customer
        transfer = (
            self.env["stock.picking"]
            .sudo()
            .create(
                {
                    "picking_type_id": self.consignment_id._warehouse().out_type_id.id,
                    "location_id": self.consignment_id.location_ref,
                    "location_dest_id": customers.id,
                    "partner_id": order.partner_shipping_id.id,
                    "origin": order.name,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": line.product_id.id,
                                "product_uom_qty": line.product_uom_qty,
                                "product_uom": line.product_uom_id.id,
                                "location_id": self.consignment_id.location_ref,
                                "location_dest_id": customers.id,
                                "sale_line_id": line.id,
                            }
                        )
                        for line in order._lines_to_ship()
                    ],
                }
            )
        )
        transfer.action_confirm()
        transfer.action_assign()
        for move in transfer.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        transfer.with_context(skip_backorder=True)._action_done()


class SalesConsignmentReportLine(models.Model):
    _name = "sales.consignment.report.line"
    _description = "Line of a Report of Consignment Sales"
    _inherit = ["sales.guarded.mixin"]
    _order = "id"

    _given_once = frozenset({"report_id"})

    report_id = fields.Many2one(comodel_name="sales.consignment.report", required=True, ondelete="cascade", index=True)
    product_id = fields.Many2one(
        comodel_name="product.product", required=True, ondelete="restrict", domain=[("sale_ok", "=", True)]
    )
    quantity = fields.Float(string="Sold", required=True, digits="Product Unit", help="In the unit of the product.")
    price_unit = fields.Float(
        string="Price", digits="Product Price", help="Empty: what the customer's price list says."
    )

    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "Enter a quantity above 0.")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.report_id._require_draft()
        return lines

    def write(self, vals):
        self.report_id._require_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self.report_id._require_draft()
