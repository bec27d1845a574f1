from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import AccessError
from odoo.http import content_disposition, request

from ..tools import id_ranges
from ..tools.xlsx import XLSX_TYPE


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
        is_known = model in request.env and isinstance(request.env[model], request.env.registry["sales.xlsx.mixin"])
        if not is_known:
            raise NotFound()
        try:
            records = request.env[model].browse(id_ranges.from_text(record_ids)).exists().sorted()
            records.check_access("read")
        except (ValueError, AccessError) as error:
            raise NotFound() from error
        if not records:
            raise NotFound()
        return records
