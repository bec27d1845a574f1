from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import date_utils


class SalesCommissionSimulation(models.TransientModel):
    """What terms would have paid in a past period, person by person; the ledger stays as it is."""

    _name = "sales.commission.simulation"
    _description = "Commission Simulation"
    _inherit = ["sales.onchange.mixin"]

    version_id = fields.Many2one(
        comodel_name="sales.commission.version", string="Terms", required=True, ondelete="cascade"
    )
    plan_id = fields.Many2one(related="version_id.plan_id")
    currency_id = fields.Many2one(related="version_id.currency_id")
    period = fields.Selection(
        selection=[
            ("last", "Last Period"),
            ("current", "This Period"),
            ("year", "Last 12 Months"),
            ("custom", "Other Dates"),
        ],
        string="Run on",
        required=True,
        default="last",
    )
    date_from = fields.Date(
        string="From", compute="_compute_dates", store=True, precompute=True, readonly=False, required=True
    )
    date_to = fields.Date(
        string="To", compute="_compute_dates", store=True, precompute=True, readonly=False, required=True
    )
    line_ids = fields.One2many(
        comodel_name="sales.commission.simulation.line", inverse_name="simulation_id", readonly=True
    )
    # One row per person, for the list.
    person_line_ids = fields.One2many(
        comodel_name="sales.commission.simulation.line",
        inverse_name="simulation_id",
        string="By Person",
        domain=[("scenario", "=", "simulated")],
        readonly=True,
    )
    is_done = fields.Boolean(readonly=True)

    _dates = models.Constraint("CHECK (date_to >= date_from)", "The period can't end before it begins.")

    @api.depends("period", "version_id")
    def _compute_dates(self):
        for simulation in self.filtered(lambda simulation: simulation.period != "custom" or not simulation.date_to):
            plan = simulation.version_id.plan_id
            today = (plan.company_id or self.env.company)._sales_today()
            first, last = plan._period_bounds(today) if plan else date_utils.get_month(today)
            if simulation.period != "current":
                last = fields.Date.subtract(first, days=1)
                first = plan._period_bounds(last)[0] if plan else last.replace(day=1)
            if simulation.period == "year":
                first = fields.Date.add(fields.Date.subtract(last, months=12), days=1)
            simulation.date_from, simulation.date_to = first, last

    @api.model_create_multi
    def create(self, vals_list):
        simulations = super().create(vals_list)
        # It shows what whole teams earn.
        simulations.version_id.check_access("write")
        return simulations

    def action_run(self):
        """Fill in the lines, by the rights of whoever may change the terms.

        :return: the action that shows the simulation
        """
        self.ensure_one()
        self.version_id.check_access("write")
        users = self.env["res.users"]
        values = []
        for row in self.version_id.simulate(self.date_from, self.date_to):
            partner = row["partner_id"] or users.browse(row["user_id"]).sudo().partner_id.id
            for scenario, other in (("current", "simulated"), ("simulated", "current")):
                values.append(
                    {
                        "partner_id": partner,
                        "scenario": scenario,
                        "amount": row[scenario],
                        "other_amount": row[other],
                    }
                )
        # The lines are nobody's to write, only to look at.
        self.sudo().write({"line_ids": [Command.clear(), *map(Command.create, values)], "is_done": True})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Simulation"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_open_chart(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("sales_commission.sales_commission_simulation_line_action")
        return {**action, "domain": [("simulation_id", "=", self.id)], "name": self.version_id.display_name}


class SalesCommissionSimulationLine(models.TransientModel):
    """What one person earned, or would have earned."""

    _name = "sales.commission.simulation.line"
    _description = "Commission Simulation Line"
    _order = "simulation_id, difference desc, id"
    _rec_name = "partner_id"

    simulation_id = fields.Many2one(comodel_name="sales.commission.simulation", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="simulation_id.currency_id")
    partner_id = fields.Many2one(comodel_name="res.partner", string="Payee", readonly=True)
    scenario = fields.Selection(
        selection=[("current", "Now"), ("simulated", "With These Terms")], required=True, readonly=True
    )
    amount = fields.Monetary(string="Commission", readonly=True)
    other_amount = fields.Monetary(string="In the Ledger", readonly=True, aggregator=None)
    difference = fields.Monetary(compute="_compute_difference", store=True, aggregator=None)

    @api.depends("amount", "other_amount", "scenario")
    def _compute_difference(self):
        for line in self:
            difference = line.amount - line.other_amount
            line.difference = difference if line.scenario == "simulated" else -difference
