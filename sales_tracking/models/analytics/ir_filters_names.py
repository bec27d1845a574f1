from odoo import api, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# The names of the favourites that the addon ships, which core does not translate.
NAMES = {
    "filter_total_sales": _lt("Total Sales by Month"),
    "filter_sales_by_source": _lt("Sales by Source"),
    "filter_sales_by_salesperson": _lt("Sales by Salesperson"),
    "filter_average_transaction": _lt("Average Transaction"),
    "filter_collection": _lt("Collected by Salesperson"),
    "filter_visits": _lt("Visits by Salesperson"),
    "filter_website_visits": _lt("Website Visits by Source"),
    "filter_time_to_close": _lt("Time to Close by Source"),
    "filter_funnel_by_source": _lt("Funnel by Source"),
    "filter_retention_customers": _lt("Customers Who Came Back"),
    "filter_quarters_compared": _lt("Quarters Compared"),
}


class IrFilters(models.Model):
    _inherit = "ir.filters"

    @api.model
    def get_filters(self, model, action_id=None, embedded_action_id=None, embedded_parent_res_id=None):
        """Name the shipped favourites in the reader's language, unless somebody renamed them."""
        found = super().get_filters(model, action_id, embedded_action_id, embedded_parent_res_id)
        shipped = (
            self.env["ir.model.data"]
            .sudo()
            .search_fetch(
                [
                    ("module", "=", "sales_tracking"),
                    ("model", "=", "ir.filters"),
                    ("res_id", "in", [each["id"] for each in found]),
                ],
                ["name", "res_id"],
            )
        )
        names = {data.res_id: NAMES.get(data.name) for data in shipped}
        for each in found:
            name = names.get(each["id"])
            if name and each["name"] == name._source:
                each["name"] = str(name)
        return found
