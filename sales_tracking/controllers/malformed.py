"""What callers of the addons' pages send, where core would fail on it instead of refusing it."""

import json
import re

from werkzeug.exceptions import BadRequest, NotFound

from odoo import fields
from odoo.http import request, route

from odoo.addons.web.controllers.report import ReportController

# The converter of an id in an address: what no id can be is not found.
ID = "int(max=2147483647)"
ADDONS = ("sales_tracking.", "sales_target.", "sales_commission.")
DATES = ("as_of", "date", "valid_until")
IDS = re.compile(r"[0-9]{1,9}(,[0-9]{1,9})*")


def ascii_token(token):
    """The token, or None for text that can be none and that core can't compare."""
    return token if token and token.isascii() else None


class SalesReportController(ReportController):
    @route()
    def report_routes(self, reportname, docids=None, converter=None, **data):
        """As core, but what can't be read is refused with a sentence for the reports of these addons."""
        if reportname.startswith(ADDONS):
            if docids and not IDS.fullmatch(docids):
                raise BadRequest(request.env._("The records to print are not given as numbers."))
            self._check_records(reportname, docids)
            options = [self._json_object(data, name) for name in ("options", "context")]
            self._check_dates({**data, **options[0]})
        return super().report_routes(reportname, docids=docids, converter=converter, **data)

    def _check_records(self, reportname, docids):
        # In sudo mode: which model the report is of; its records are read by the caller's rights.
        model = request.env["ir.actions.report"].sudo()._get_report_from_name(reportname).model
        if not docids or not model:
            return
        ids = [int(each) for each in docids.split(",")]
        records = request.env[model].browse(ids).exists()
        if len(records) < len(set(ids)) or not records.has_access("read"):
            raise NotFound()

    def _json_object(self, data, name):
        try:
            values = json.loads(data.get(name) or "{}")
        except ValueError:
            values = None
        if not isinstance(values, dict):
            raise BadRequest(request.env._("The %s of the report can't be read.", name))
        return values

    def _check_dates(self, data):
        for name in DATES:
            try:
                fields.Date.to_date(data.get(name))
            except (TypeError, ValueError) as error:
                raise BadRequest(request.env._("The %s of the report is no day such as 2026-01-31.", name)) from error
