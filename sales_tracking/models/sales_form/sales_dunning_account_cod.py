from odoo import api, models


class SalesDunningAccount(models.Model):
    _inherit = "sales.dunning.account"

    @api.model
    def _run(self, companies, senders, today=None, *args, **kwargs):
        # In sudo mode, as the job is: whoever starts it decides nothing about deliveries.
        self.env["account.move"].sudo()._follow_up_delivered(companies, today)
        return super()._run(companies, senders, today, *args, **kwargs)
