import hmac

from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..models.telephone.call_event import is_signed
from .call_event import answer, signed_body

# Of an event of the provider: three megabytes, and some more.
LARGEST_BODY = 4 * 1024 * 1024


class ChatWebhookController(http.Controller):
    @http.route(
        "/sales_tracking/chat/<string:key>",
        type="http",
        auth="public",
        methods=["GET"],
        csrf=False,
        save_session=False,
        readonly=True,
    )
    def chat_challenge(self, key, **query):
        """Prove to the provider that the address is ours, by the token that was entered there."""
        expected = self._account(key).verify_token or ""
        given = query.get("hub.verify_token") or ""
        is_right = hmac.compare_digest(expected.encode(), given.encode()) and expected
        if not is_right or query.get("hub.mode") != "subscribe":
            return answer(403, "The verify token is not right.")
        challenge = str(query.get("hub.challenge", ""))[:1000]
        return request.make_response(
            challenge, headers=[("Content-Type", "text/plain; charset=utf-8"), ("X-Content-Type-Options", "nosniff")]
        )

    @http.route(
        "/sales_tracking/chat/<string:key>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def chat_event(self, key, **_form):
        """Keep what the provider tells, and answer at once; see docs/integration.md."""
        body = signed_body(LARGEST_BODY)
        if body is None:
            return answer(413, "The body is too large.")
        account = self._account(key)
        signature = request.httprequest.headers.get("X-Hub-Signature-256")
        if not is_signed(body, account.app_secret or "", signature):
            return answer(403, "The account or the signature is not right: see X-Hub-Signature-256.")
        request.env["sales.chat.event"].receive(account, body)
        return answer(200)

    def _account(self, key):
        accounts = request.env["sales.chat.account"].with_user(SUPERUSER_ID)
        return accounts.search([("key", "=", key)], limit=1)
