from odoo import api, fields, models
from odoo.exceptions import UserError

LOCATION = "stock.location"


class SalesConsignment(models.Model):
    """Goods of ours that lie with a customer until the customer sells them.

    They lie in a stock location of their own, so that they are ours and in our stock's value; what is shipped there is
    no sale. The customer's reports of sales make the orders and invoices. Needs the Inventory application, without
    which nothing of this can be opened.
    """

    _name = "sales.consignment"
    _description = "Consignment"
    _inherit = ["mail.thread", "sales.guarded.mixin"]
    _order = "partner_id, id"
    _rec_name = "partner_id"
    _check_company_auto = True

    _given_once = frozenset({"company_id"})

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Consignee",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        default=lambda self: self.env.user,
        index=True,
        check_company=True,
        tracking=True,
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
    )
    active = fields.Boolean(default=True)
    # A number, as the location is of an application that may be missing.
    location_ref = fields.Integer(string="Location", readonly=True, copy=False, aggregator=None)
    report_ids = fields.One2many(
        comodel_name="sales.consignment.report", inverse_name="consignment_id", string="Reports of Sales"
    )
    quantity = fields.Float(
        compute="_compute_stock", digits="Product Unit", help="What lies with the consignee, in all units."
    )
    value = fields.Monetary(compute="_compute_stock", help="At cost.")
    currency_id = fields.Many2one(related="company_id.currency_id")

    _of_a_partner = models.UniqueIndex(
        "(company_id, partner_id) WHERE active", "The customer has a consignment of this company already."
    )

    @api.depends("user_id", "company_id")
    def _compute_team_id(self):
        for consignment in self:
            consignment.team_id = self.env["crm.team"]._get_default_team_id(
                user_id=consignment.user_id.id, domain=[("company_id", "in", [consignment.company_id.id, False])]
            )

    @api.depends("location_ref")
    def _compute_stock(self):
        for consignment in self:
            quants = consignment._quants()
            consignment.quantity = sum(quant.quantity for quant in quants)
            consignment.value = sum(
                quant.quantity * quant.product_id.with_company(consignment.company_id).standard_price
                for quant in quants
            )

    @api.model_create_multi
    def create(self, vals_list):
        self._require_stock()
        consignments = super().create(vals_list)
        for consignment in consignments:
            consignment._write_decided({"location_ref": consignment._make_location().id})
        return consignments

    def action_ship(self):
        """A transfer of goods to the consignee, to be filled and done in Inventory. It is no sale."""
        stock, location = self._warehouse().lot_stock_id, self._location()
        return self._open_transfer(stock, location)

    def action_return(self):
        """A transfer of goods that come back."""
        stock, location = self._warehouse().lot_stock_id, self._location()
        return self._open_transfer(location, stock)

    def action_report(self):
        """A new report of what the consignee sold."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Report of Sales"),
            "res_model": "sales.consignment.report",
            "view_mode": "form",
            "context": {"default_consignment_id": self.id},
        }

    def action_open_stock(self):
        """What lies with the consignee, with its age and value: Inventory's own list, in which it is counted too."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lying with %s", self.partner_id.display_name),
            "res_model": "stock.quant",
            "view_mode": "list,pivot",
            "domain": [("location_id", "child_of", self._location().id)],
            "context": {"inventory_mode": True, "no_at_date": True, "search_default_internal_loc": 1},
        }

    def _open_transfer(self, origin, destination):
        self.check_access("write")
        warehouse = self._warehouse()
        # In sudo mode: whoever may write the consignment may plan its transfers; doing them is Inventory's.
        transfer = (
            self.env["stock.picking"]
            .sudo()
            .create(
                {
                    "picking_type_id": warehouse.int_type_id.id,
                    "location_id": origin.id,
                    "location_dest_id": destination.id,
                    "partner_id": self.partner_id.id,
                    "user_id": False,
                    "origin": self.env._("Consignment %s", self.partner_id.display_name),
                }
            )
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "stock.picking",
            "view_mode": "form",
            "res_id": transfer.id,
        }

    @api.model
    def _require_stock(self):
        if LOCATION not in self.env:
            raise UserError(self.env._("Consignment needs the Inventory application: install it first."))

    def _location(self):
        """The stock location of the consignee, for code that has checked the access."""
        self._require_stock()
        self.ensure_one()
        return self.env[LOCATION].sudo().browse(self.location_ref)

    def _warehouse(self):
        self.ensure_one()
        self._require_stock()
        warehouse = self.env["stock.warehouse"].sudo().search([("company_id", "=", self.company_id.id)], limit=1)
        if not warehouse:
            raise UserError(self.env._("%s has no warehouse yet.", self.company_id.name))
        return warehouse

    def _make_location(self):
        """A location below the warehouse, so that what lies there is ours."""
        return (
            self.env[LOCATION]
            .sudo()
            .create(
                {
                    "name": self.env._("Consignment: %s", self.partner_id.display_name),
                    "usage": "internal",
                    "location_id": self._warehouse().view_location_id.id,
                    "company_id": self.company_id.id,
                }
            )
        )

    def _quants(self):
        """What lies with the consignee; nothing where Inventory is not installed."""
        if LOCATION not in self.env or not self.location_ref:
            return ()
        # In sudo mode: who sells sees what lies with the own consignee without a right of the warehouse.
        return self.env["stock.quant"].sudo().search([("location_id", "child_of", self.location_ref)])
