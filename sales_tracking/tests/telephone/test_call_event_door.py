from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..contact_inbox.common_channels import ChannelsCommon


@tagged("post_install", "-at_install")
class TestCallEventDoor(ChannelsCommon, HttpCase):
    """Events come in by HTTP, signed with the secret of their line."""

    def _post(self, body, headers=None):
        address = f"{self.base_url()}/sales_tracking/call"
        return self.opener.post(address, data=body, headers=headers or self._signed(body), timeout=30)

    def test_event(self):
        response = self._post(self._body("ringing"))
        self.assertEqual((response.status_code, response.json()), (200, {"status": "ok"}))
        for _time in range(3):
            self.assertEqual(self._post(self._body("ended")).status_code, 200)
        self.assertRecordValues(self._calls(), [{"state": "missed", "partner_id": self.contact.id}])

    @mute_logger("odoo.http")
    def test_wrong_signature_leaves_no_row(self):
        body = self._body()
        right = self._signed(body)
        for headers in (
            {**right, "X-Signature": "sha256=" + "0" * 64},
            {**right, "X-Signature": "séance"},
            {**right, "X-Signature": ""},
            {**right, "X-Line": "unknown"},
            {**right, "X-Line": ""},
            self._signed(body, secret="another secret of a line"),
            {"Content-Type": "application/json"},
        ):
            headers = {name: value.encode() for name, value in headers.items()}
            response = self._post(body, headers)
            self.assertEqual(response.status_code, 403)
            self.assertNotIn(self.line.secret, response.text)
        self.assertEqual(self._post(body + b" ", right).status_code, 403)
        self.line.active = False
        self.assertEqual(self._post(body).status_code, 403)
        self.assertFalse(self._calls())

    @mute_logger("odoo.http")
    def test_what_cannot_be_read(self):
        for body in (b"", b"[]", b"{", b"\xff\xfe", b'{"call_id": "7"}', b"[" * 5000):
            response = self._post(body)
            self.assertEqual(response.status_code, 400, body[:20])
            self.assertTrue(response.json()["message"])
        self.assertEqual(self._post(b" " * 70_000).status_code, 413)
        self.assertEqual(self.url_open("/sales_tracking/call").status_code, 405)
        self.assertFalse(self._calls())
