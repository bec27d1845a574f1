from odoo import fields, models
from odoo.fields import Domain

from ..handover.sales_handover_line import Work


class SalesHandoverLine(models.Model):
    """Open tenders and consignments go to a successor."""

    _inherit = "sales.handover.line"

    kind = fields.Selection(
        selection_add=[("tender", "Open Tenders"), ("consignment", "Consignments")],
        ondelete={"tender": "cascade", "consignment": "cascade"},
    )

    def _kinds(self):
        return {
            **super()._kinds(),
            "tender": Work("sales.tender", domain=Domain("state", "in", ("preparing", "submitted"))),
            "consignment": Work("sales.consignment"),
        }
