from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..visit.common_visit import FAR, NEAR, VisitCommon

POSITIONS = ("check_in_latitude", "check_in_longitude", "check_out_latitude", "check_out_longitude")


@tagged("post_install", "-at_install")
class TestPrivacy(VisitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.system = new_test_user(cls.env, login="privacy-officer", groups="base.group_system,base.group_user")
        cls.person = cls.env["res.partner"].create(
            {
                "name": "Sekar Ayu",
                "email": "sekar@example.com",
                "phone": "+62 813-5550-1234",
                "country_id": cls.env.ref("base.id").id,
                "birth_date": "1990-05-17",
                "gender": "female",
                "audience_tag_ids": [(0, 0, {"name": "Farmers"})],
                "partner_latitude": NEAR[0],
                "partner_longitude": NEAR[1],
            }
        )
        cls.other = cls.env["res.partner"].create({"name": "Somebody Else", "birth_date": "1980-01-01"})

    def _interaction(self, **vals):
        return self.env["sales.interaction"].create({"kind": "call", "note": "Has three children", **vals})

    def _erase(self, person=None, user=None):
        wizard = self.env["sales.erase"].with_user(user or self.system)
        return wizard.create({"partner_id": (person or self.person).id, "reason": "Asked for on 3 March"})

    def _expire(self):
        return self.env["sales.erasure"]._cron_erase_expired()

    def _visit_of_person(self):
        visit = self._visit(partner_id=self.person.id, purpose="Wedding", note="At home", lead_id=False)
        visit.action_check_in(*NEAR)
        visit.action_check_out(*NEAR)
        photo = self.env["ir.attachment"].create({"name": "Sekar.jpg", "raw": b"1", "res_model": "sales.visit"})
        visit.sudo().photo_ids = photo
        return visit, photo

    def test_content_is_erased_and_counts_stay(self):
        visit, photo = self._visit_of_person()
        by_number = self._interaction(contact_address="0813 5550-1234")
        own, others = self._interaction(partner_id=self.person.id), self._interaction(partner_id=self.other.id)
        by_number.partner_id = False
        kept = visit.sudo().read(["verification", "check_in_time", "duration", "check_in_distance", "state", "day"])
        interactions = self.env["sales.interaction"].search_count([])
        wizard = self._erase()
        self.assertIn("Interaction: 3", wizard.preview.replace("Sales Interaction", "Interaction"))
        action = wizard.action_erase()
        self.env.invalidate_all()
        self.assertEqual(
            self.person.read(["birth_date", "gender", "audience_tag_ids", "partner_latitude"]),
            [
                {
                    "id": self.person.id,
                    "birth_date": False,
                    "gender": False,
                    "audience_tag_ids": [],
                    "partner_latitude": 0,
                }
            ],
        )
        self.assertEqual(self.other.birth_date, fields.Date.to_date("1980-01-01"))
        self.assertEqual([own.note, own.contact_address, by_number.contact_address], [False] * 3)
        self.assertEqual(others.note, "Has three children")
        self.assertEqual(self.env["sales.interaction"].search_count([]), interactions)
        erased = visit.sudo()
        self.assertFalse(any(erased[name] for name in (*POSITIONS, "address_latitude", "note", "purpose", "photo_ids")))
        self.assertFalse(photo.exists())
        self.assertEqual(erased.read(list(kept[0])), kept)
        self.assertEqual((erased.event_id.name, erased.event_id.location), ("Visit", False))
        record = self.env["sales.erasure"].browse(action["res_id"])
        self.assertEqual((record.user_id, record.partner_id), (self.system, self.person))
        self.assertNotIn("Sekar", record.details)
        self.assertFalse(self._erase().preview)
        with self.assertRaisesRegex(UserError, "Nothing is left"):
            self._erase().action_erase()

    def test_ledgers_lose_the_address_alone(self):
        account = (
            self.env["sales.dunning.account"]
            .sudo()
            .create({"partner_id": self.person.id, "company_id": self.company.id})
        )
        reminder = (
            self.env["sales.dunning.reminder"]
            .sudo()
            .create(
                {
                    "account_id": account.id,
                    "partner_id": self.person.id,
                    "company_id": self.company.id,
                    "level_name": "First",
                    "day": "2026-03-01",
                    "claimed": 1000,
                    "recipient": "sekar@example.com",
                }
            )
        )
        order = self.env["sale.order"].create({"partner_id": self.person.id})
        log = (
            self.env["sales.quotation.cadence.log"]
            .sudo()
            .create(
                {
                    "order_id": order.id,
                    "company_id": self.company.id,
                    "step_name": "Reminder",
                    "cycle": 1,
                    "result": "mail",
                    "due_date": "2026-03-01",
                    "recipient": "sekar@example.com",
                }
            )
        )
        for row in (reminder, log):
            with self.assertRaises(UserError):
                row.write({"recipient": False})
        before = [row.read()[0] for row in (reminder, log)]
        self._erase().action_erase()
        self.env.invalidate_all()
        for row, values in zip((reminder, log), before, strict=True):
            self.assertEqual(row.read()[0], {**values, "recipient": False})

    def test_positions_of_a_salesperson(self):
        """Who was where goes; whom and when somebody visited stays."""
        visit = self._done(FAR)
        peer_visit = self._done(NEAR, user=self.peer, user_id=self.peer.id)
        self._erase(self.salesperson.partner_id).action_erase()
        self.env.invalidate_all()
        self.assertFalse(any(visit.sudo()[name] for name in POSITIONS))
        self.assertTrue(peer_visit.sudo().check_in_latitude)
        self.assertEqual((visit.verification, visit.partner_id), ("out_of_range", self.contact))

    def test_administrators_of_the_system_alone(self):
        for user in (self.salesperson, self.manager):
            with self.assertRaises(AccessError):
                self._erase(user=user)
            wizard = self.env["sales.erase"].sudo().create({"partner_id": self.person.id, "reason": "Because"})
            with self.assertRaises(AccessError):
                wizard.with_user(user).action_erase()
            with self.assertRaises(AccessError):
                wizard.with_user(user).sudo().action_erase()
        self._erase().action_erase()
        record = self.env["sales.erasure"].search([("partner_id", "=", self.person.id)])
        for change in (lambda: record.sudo().write({"reason": "Another"}), record.sudo().unlink):
            with self.assertRaises(UserError):
                change()

    def test_the_log_of_privacy_lookup(self):
        if "privacy.log" not in self.env:
            self.skipTest("The module Privacy Lookup is not installed.")
        self._erase().action_erase()
        log = self.env["privacy.log"].search([("user_id", "=", self.system.id)])
        self.assertEqual(log.additional_note, "Asked for on 3 March")
        self.assertTrue(log.execution_details)
        self.assertNotIn("Sekar", log.anonymized_name)
        # What is left of the person is found there.
        lookup = self.env["privacy.lookup.wizard"].create({"name": self.person.name, "email": self.person.email})
        lookup.action_lookup()
        found = lookup.line_ids.filtered(lambda line: line.res_model == "res.partner")
        self.assertIn(self.person.id, found.mapped("res_id"))

    def test_positions_are_kept_for_as_long_as_the_company_says(self):
        self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 1)
        old, recent, elsewhere = self._done(NEAR), self._done(NEAR), self._done(NEAR)
        today = self.company._sales_today()
        self.env.flush_all()
        for visit, months in ((old, 25), (recent, 23), (elsewhere, 13)):
            day = fields.Date.subtract(today, months=months)
            self.env.cr.execute("UPDATE sales_visit SET day = %s WHERE id = %s", [day, visit.id])
        self.env.invalidate_all()
        self.assertEqual(self.company.visit_position_months, 24)
        self.assertEqual(self._expire(), 1)
        self.assertFalse(any(old.sudo()[name] for name in POSITIONS))
        self.assertTrue(recent.sudo().check_in_latitude)
        self.assertEqual(old.verification, "verified")
        self.assertEqual(self._expire(), 0)
        self.company.visit_position_months = 0
        self.assertEqual(self._expire(), 0)
        self.company.visit_position_months = 12
        self.assertEqual(self._expire(), 2)

    def test_chats_and_recordings_are_kept_for_as_long_as_the_company_says(self):
        """The 1st of a month two years ago is the last day that is erased, in the time zone of the company."""
        self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 1)
        first_kept = fields.Date.subtract(self.company._sales_today(), months=24)
        start = self.company._sales_moment(first_kept)
        values = {"company_id": self.company.id, "partner_id": self.other.id, "number": "+6281355501234"}
        chat = self.env["sales.chat"].sudo().create(values)
        record = {"direction": "in", "state": "received", "chat_id": chat.id, "body": "Pagi"}
        old, recent = chat.message_ids.create(
            [{**record, "date": fields.Datetime.subtract(start, seconds=1)}, {**record, "date": start}]
        )
        old.attachment_ids = photo = self.env["ir.attachment"].create({"name": "a.jpg", "raw": b"1"})
        call = self.env["sales.call"].sudo().create(
            {**values, "call_key": "1", "direction": "in", "state": "answered", "duration": 60, "date": old.date,
             "recording_url": "https://pbx.example.com/1.wav"}
        )  # fmt: skip
        interaction = {"kind": "chat", "company_id": self.company.id, "date": old.date, "note": "Pagi"}
        day, own = (
            self.env["sales.interaction"]
            .sudo()
            .create([{**interaction, "res_model": "sales.chat", "res_id": chat.id}, interaction])
        )
        self.company.write({"chat_text_months": 0, "call_recording_months": 0})
        self.assertEqual(self._expire(), 0)
        self.company.write({"chat_text_months": 24, "call_recording_months": 24})
        self.assertEqual(self._expire(), 3)
        self.env.invalidate_all()
        self.assertEqual((old.body, recent.body, call.recording_url), (False, "Pagi", False))
        self.assertEqual((old.state, call.duration, call.number), ("received", 60, "+6281355501234"))
        self.assertFalse(photo.exists())
        self.assertEqual((day.note, own.note), (False, "Pagi"))
        self.assertEqual(self._expire(), 0)

    def test_calls_and_chats(self):
        values = {"company_id": self.company.id, "partner_id": self.person.id, "number": "+6281355501234"}
        call = self.env["sales.call"].sudo().create(
            {
                **values, "call_key": "1", "direction": "in", "state": "answered", "date": "2026-03-02 02:00:00",
                "duration": 60, "recording_url": "https://pbx.example.com/1.wav",
            }
        )  # fmt: skip
        chat = self.env["sales.chat"].sudo().create({**values, "profile_name": "Sekar"})
        message = chat.message_ids.create(
            {
                "chat_id": chat.id, "direction": "in", "state": "received", "date": "2026-03-02 02:00:00",
                "body": "Secret",
            }
        )  # fmt: skip
        inbox = self.env["sales.contact.inbox"].sudo().create({**values, "state": "linked"})
        self._erase().action_erase()
        self.env.invalidate_all()
        self.assertEqual((call.number, call.recording_url, call.duration, call.state), (False, False, 60, "answered"))
        self.assertEqual((chat.number, chat.profile_name, message.body), (False, False, False))
        self.assertFalse(inbox.exists())

    def test_what_the_models_name_can_be_erased(self):
        """Stored columns that take what they become; of a model that names people, addresses or positions."""
        personal = self.env.registry["sales.personal.data.mixin"]
        models = [model for model in self.env.values() if isinstance(model, personal) and not model._abstract]
        for model in models:
            for domain, erased in model._personal_data(self.person):
                model.sudo().search(domain, limit=1)
                for name, value in erased.items():
                    field = model._fields[name]
                    self.assertTrue(field.store or field.type == "many2many", f"{model._name}.{name}")
                    self.assertTrue(value is not None or not field.required, f"{model._name}.{name}")
        telling = ("recipient", "contact_address", "check_in_latitude", "birth_date")
        named = {model._name for model in models}
        for model in self.env.values():
            held = [name for name in telling if name in model._fields and model._fields[name].store]
            if held and model._auto and not model._transient and not model._abstract and model._original_module in (
                "sales_tracking", "sales_target", "sales_commission"
            ):  # fmt: skip
                self.assertIn(model._name, named, held)
