import base64

from odoo import http
from odoo.http import request

from odoo.addons.web.controllers.webmanifest import WebManifest

SHARE = "/odoo/share-chat"
LARGEST_FILE = 64 * 1024 * 1024


class ShareTarget(WebManifest):
    def _get_webmanifest(self):
        """As core, and the installed app takes the chats that are shared with it."""
        return super()._get_webmanifest() | {
            "share_target": {
                "action": SHARE,
                "method": "POST",
                "enctype": "multipart/form-data",
                "params": {
                    "files": [{"name": "chat", "accept": ["text/plain", ".txt", "application/zip", ".zip"]}],
                },
            }
        }

    # The telephone shares without a token of the session. What comes in is a draft of the import, which the user
    # looks at and imports, or not.
    @http.route(SHARE, type="http", auth="user", methods=["POST"], csrf=False)
    def share_chat(self, chat=None, **_form):
        """Open the import with the chat that was shared."""
        content = chat.read(LARGEST_FILE + 1) if hasattr(chat, "read") else b""
        if not content or len(content) > LARGEST_FILE:
            return request.redirect("/odoo/sales-chats")
        draft = request.env["sales.chat.import"].create(
            {"file": base64.b64encode(content), "filename": (chat.filename or "")[:200]}
        )
        return request.redirect(f"/odoo/sales-chat-import/{draft.id}")
