"""Pictures, voice messages and documents of chats: fetched from the provider, as it documents it."""

import requests

from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.chat import whatsapp
from ..contact_inbox.common_channels import UNKNOWN_NUMBER
from .test_chat_account import TOKEN, ChatAccountCommon

PICTURE = b"\xff\xd8\xff\xe0 a picture"
ADDRESS = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1"


class FileProvider:
    """Tells of a file by its id, and then gives it, to the holder of the token alone."""

    def __init__(self):
        self.asked = []
        self.told = {"url": ADDRESS, "mime_type": "image/jpeg", "file_size": len(PICTURE), "id": "m1"}
        self.content = PICTURE
        self.failure = None

    def get(self, url, headers, **_values):
        self.asked.append(url)
        assert headers == {"Authorization": f"Bearer {TOKEN}"}
        if self.failure:
            raise self.failure
        answer = requests.Response()
        answer.status_code, answer.close = 200, lambda: None
        if url.startswith(whatsapp.API):
            answer.json = lambda: self.told
        else:
            answer.iter_content = lambda size: iter(
                [self.content[start : start + size] for start in range(0, len(self.content), size)]
            )
        return answer


@tagged("post_install", "-at_install")
class TestChatFile(ChatAccountCommon):
    def setUp(self):
        super().setUp()
        self.provider = FileProvider()
        self.patch(whatsapp.requests, "get", self.provider.get)
        self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_values: 60.0)
        self.company.chat_text_kept = True

    def _picture(self, number=None, **content):
        values = {"id": "m1", "mime_type": "image/jpeg", "caption": "Lada", **content}
        text = self._text(number=number) if number else self._text()
        self._tell([{**text, "type": "image", "image": values}])
        self._process()
        return self._chats().message_ids

    def _fetch(self):
        self.env["sales.chat.message"].sudo()._cron_fetch_files()

    def test_picture(self):
        message = self._picture()
        self.assertFalse(self.provider.asked, "the job fetches it, not what takes the event in")
        self._fetch()
        self._fetch()
        self.assertEqual(self.provider.asked, [f"{whatsapp.API}/m1", ADDRESS])
        [file] = message.attachment_ids
        self.assertEqual((file.raw, file.mimetype, file.res_model), (PICTURE, "image/jpeg", "sales.chat.message"))
        self.assertTrue(file.name.endswith("image.jpg"))
        self.assertEqual((message.body, message.file_error), ("Lada", False))
        self.assertTrue(file.with_user(self.salesperson).has_access("read"))
        self.assertFalse(file.with_user(self.peer).has_access("read"))

    def test_only_where_what_is_sent_is_kept(self):
        self.company.chat_text_kept = False
        message = self._picture()
        self._fetch()
        self.assertFalse(self.provider.asked)
        self.assertEqual((message.kind, message.file_error), ("media", False))

    def test_decided_otherwise_before_it_was_fetched(self):
        message = self._picture()
        self.company.chat_text_kept = False
        self._fetch()
        self.assertFalse(self.provider.asked)
        self.assertFalse(message.attachment_ids or message.file_key)

    def test_refused(self):
        """By its type, its size whatever was told of it, its address; the message stays and says why."""
        for told, content, reason in (
            ({"mime_type": "text/html"}, PICTURE, "Files of the type text/html are not kept."),
            ({"mime_type": "image/svg+xml"}, PICTURE, "Files of the type image/svg+xml are not kept."),
            ({"file_size": 1}, b"1" * (whatsapp.LARGEST_FILE + 1), "It is larger than 16 MB."),
            ({"url": "https://fbsbx.com.example.org/1"}, PICTURE, "It is not kept at the provider's own address."),
            ({"url": "http://lookaside.fbsbx.com/1"}, PICTURE, "It is not kept at the provider's own address."),
            ({"url": "https://fbsbx.com@10.0.0.1/"}, PICTURE, "It is not kept at the provider's own address."),
            ({"url": None}, PICTURE, "The provider has it no longer."),
        ):
            with self.subTest(reason, told=told):
                self.env["sales.chat.message"].sudo().search([]).unlink()
                self.provider.told, self.provider.content = {**FileProvider().told, **told}, content
                message = self._picture()
                self._fetch()
                self.assertEqual((message.file_error, message.attachment_ids.ids), (reason, []))
                asked = len(self.provider.asked)
                self._fetch()
                self.assertEqual(len(self.provider.asked), asked, "what was refused is not asked for again")

    def test_names(self):
        """The name is the customer's: no folders, marks of direction or other extension than that of the type."""
        for name, kept in (
            ("../../etc/passwd", "etc_passwd.jpg"),
            ("<b>lada</b>.html", "b_lada_b_.html.jpg"),
            ("invoice\u202egpj.exe", "invoice_gpj.exe.jpg"),
            ("lada.jpg", "lada.jpg"),
            ("x" * 300, "x" * 120 + ".jpg"),
        ):
            with self.subTest(name):
                self.env["sales.chat.message"].sudo().search([]).unlink()
                message = self._picture(filename=name)
                self._fetch()
                self.assertEqual(message.attachment_ids.name, kept)

    @mute_logger("odoo.addons.sales_tracking.tools.jobs")
    def test_tried_again(self):
        message = self._picture()
        self.provider.failure = requests.ConnectionError(f"Bearer {TOKEN}")
        self._fetch()
        self.assertTrue(message.file_key)
        self.assertEqual(message.file_error, "The provider did not answer (ConnectionError).")
        self.provider.failure = None
        self._fetch()
        self.assertEqual((message.attachment_ids.raw, message.file_error), (PICTURE, False))

    def test_given_up(self):
        message = self._picture()
        self.provider.failure = requests.Timeout()
        for _time in range(7):
            self._fetch()
        self.assertEqual(len(self.provider.asked), 5)
        self.assertFalse(message.file_key)
        self.assertTrue(message.file_error)

    def test_erased_with_the_chat(self):
        message = self._picture()
        self._fetch()
        file = message.attachment_ids
        self.env["sales.chat.message"].sudo()._erase_personal_data(self.contact)
        self.assertFalse(file.exists())
        self.assertEqual((message.file_name, message.body), (False, False))
        self.assertEqual(self._picture(UNKNOWN_NUMBER) and message.kind, "media")
