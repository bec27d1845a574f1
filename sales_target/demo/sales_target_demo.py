from odoo import api, models


class SalesTargetDemo(models.AbstractModel):
    _name = "sales.target.demo"
    _description = "Sales Targets Demo Data"

    @api.model
    def _generate(self):
        return
