from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import AccessError
from odoo.http import content_disposition, request

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class XlsxController(http.Controller):
    @http.route("/sales_tracking/xlsx/<string:model>/<string:record_ids>", type="http", auth="user", readonly=True)
    def download(self, model, record_ids):
        """The workbook of records whose model inherits sales.xlsx.mixin; not found for those who may not read them."""
        records = self._records(model, record_ids)
        headers = [
            ("Content-Type", XLSX_TYPE),
            ("Content-Disposition", content_disposition(f"{records._xlsx_file_name()}.xlsx")),
        ]
        return request.make_response(records._xlsx_content(), headers)

    def _records(self, model, record_ids):
        ids = record_ids.split(",")
        is_known = model in request.env and isinstance(request.env[model], request.env.registry["sales.xlsx.mixin"])
        if not is_known or not all(each.isdecimal() for each in ids):
            raise NotFound()
        records = request.env[model].browse(map(int, ids)).exists()
        try:
            records.check_access("read")
        except AccessError as error:
            raise NotFound() from error
        if not records:
            raise NotFound()
        return records
