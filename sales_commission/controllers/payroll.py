from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import AccessError
from odoo.http import content_disposition, request

from odoo.addons.sales_tracking.controllers.malformed import ID


class PayrollController(http.Controller):
    @http.route(f"/sales_commission/payroll/<{ID}:payroll_id>.csv", type="http", auth="user", readonly=True)
    def download_csv(self, payroll_id):
        """The lines of a payroll file; not found for those who may not read it."""
        payroll = request.env["sales.commission.payroll"].browse(payroll_id).exists()
        try:
            payroll.check_access("read")
        except AccessError as error:
            raise NotFound() from error
        if not payroll:
            raise NotFound()
        headers = [
            ("Content-Type", "text/csv; charset=utf-8"),
            ("Content-Disposition", content_disposition(f"{payroll._xlsx_file_name()}.csv")),
        ]
        return request.make_response(payroll._csv_content(), headers)
