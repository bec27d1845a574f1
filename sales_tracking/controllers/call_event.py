from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..models.telephone.call_event import EventError, is_signed

LARGEST_BODY = 64 * 1024


class CallEventController(http.Controller):
    @http.route("/sales_tracking/call", type="http", auth="public", methods=["POST"], csrf=False, save_session=False)
    def call_event(self, **_form):
        """Take an event of a call from a telephone system, see docs/integration.md."""
        body = signed_body(LARGEST_BODY)
        if body is None:
            return answer(413, "The body is larger than 64 KB.")
        headers = request.httprequest.headers
        lines = request.env["sales.phone.line"].with_user(SUPERUSER_ID)
        line = lines.search([("key", "=", headers.get("X-Line", ""))], limit=1)
        # Without a line, too, the signature is computed: the time that it takes tells nothing.
        if not is_signed(body, line.secret or "", headers.get("X-Signature")) or not line:
            return answer(403, "The line or the signature is not right: see X-Line and X-Signature.")
        try:
            lines.env["sales.call"].receive(line, body)
        except EventError as error:
            return answer(400, str(error))
        return answer(200)


def signed_body(largest):
    """The raw body of the request, as it was signed; None if it is larger than that."""
    length = request.httprequest.content_length
    if length is not None and length > largest:
        return None
    body = request.httprequest.get_data()
    return body if len(body) <= largest else None


def answer(status, message=None):
    """The JSON answer to a machine: ok, or what is wrong in a sentence."""
    values = {"status": "ok"} if status == 200 else {"status": "error", "message": message}
    return request.make_json_response(values, status=status)
