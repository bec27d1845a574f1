from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common_visit import NEAR, VisitCommon


@tagged("post_install", "-at_install")
class TestVisitCalendar(VisitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls._visit(date_start="2030-03-12 03:00:00", planned_hours=1.5)
        cls.event = cls.visit.sudo().event_id

    def test_the_event_shows_the_visit(self):
        self.assertRecordValues(
            self.event,
            [
                {
                    "name": "Visit: Toko Melati · Samples",
                    "start": self._at("2030-03-12 03:00:00"),
                    "stop": self._at("2030-03-12 04:30:00"),
                    "user_id": self.salesperson.id,
                    "partner_ids": self.salesperson.partner_id.ids,
                    "res_model": "sales.visit",
                    "res_id": self.visit.id,
                }
            ],
        )
        self.assertFalse(self.visit.activity_ids)

    def test_colleagues_see_that_the_time_is_taken_and_no_more(self):
        self.assertEqual((self.event.privacy, self.event.show_as), ("private", "busy"))
        own = self.event.with_user(self.salesperson)
        self.assertIn("Toko Melati", own.name)
        employee = new_test_user(self.env, login="employee-of-the-calendar", groups="base.group_user")
        for user in (self.peer, employee):
            self.env.invalidate_all()
            event = self.event.with_user(user)
            [values] = event.read(["name", "location", "display_name", "description"])
            self.assertNotIn("Toko Melati", str(values))
            self.assertNotIn("Jakarta", str(values))
            self.assertEqual(values["name"], "Busy")

    def test_colleagues_find_no_visit_by_whom_it_is_to(self):
        """By no filter, name search, group or order; by the time and the person they see that the time is taken."""
        partner = self.salesperson.partner_id
        for domain in (
            [("name", "ilike", "Melati")],
            [("name", "not ilike", "Melati")],
            [("display_name", "ilike", "Melati")],
            [("location", "!=", False)],
            ["!", ("location", "=", False)],
            [("res_model", "=", "sales.visit"), ("res_id", "=", self.visit.id)],
            [("partner_ids", "in", partner.ids), "|", ("name", "ilike", "Melati"), ("show_as", "=", "free")],
        ):
            for user, finds in ((self.peer, False), (self.salesperson, True)):
                event = self.env["calendar.event"].with_user(user)
                with self.subTest(domain=domain, user=user.login):
                    found = finds and self.event in self.event.sudo().filtered_domain(domain)
                    self.assertEqual(self.event in event.search(domain), found)
                    self.assertEqual(bool(event.search_count([("id", "=", self.event.id), *domain])), found)
                    self.assertEqual(
                        event._read_group([("id", "=", self.event.id), *domain], [], ["__count"]), [(int(found),)]
                    )
        peers = self.env["calendar.event"].with_user(self.peer)
        self.assertFalse(peers.name_search("Melati"))
        self.assertFalse(peers.search([("id", "=", self.event.id)], order="location desc, id"))
        self.assertFalse(peers.formatted_read_group([("id", "=", self.event.id)], ["name"], ["__count"]))
        by_event = self.env["res.partner"].with_user(self.peer)
        self.assertFalse(by_event.search([("meeting_ids.name", "ilike", "Melati"), ("id", "=", partner.id)]))
        self.assertFalse(by_event.search([("meeting_ids", "any", [("name", "ilike", "Melati")])]))
        self.assertIn(self.event, peers.search([("partner_ids", "in", partner.ids)]))
        self.assertIn(self.event, peers.search([("user_id", "=", self.salesperson.id)], order="start, id"))

    def test_colleagues_are_told_nothing(self):
        """No message, tracking value, reminder or follower of the event says whom the visit is to."""
        self.visit.with_user(self.salesperson).date_start = "2030-03-13 06:00:00"
        self.env.flush_all()
        messages = (
            self.env["mail.message"].sudo().search([("model", "=", "calendar.event"), ("res_id", "=", self.event.id)])
        )
        self.assertFalse(messages.filtered(lambda message: message.notified_partner_ids))
        for user in (self.peer, self.manager):
            self.assertFalse(messages.with_user(user)._filtered_access("read"))
        self.assertFalse(
            self.env["mail.mail"].sudo().search([("model", "=", "calendar.event"), ("res_id", "=", self.event.id)])
        )
        others = self.event.message_partner_ids - self.salesperson.partner_id
        self.assertFalse(others.user_ids & (self.peer | self.manager))

    def test_moving_the_visit_moves_the_event(self):
        self.visit.date_start = "2030-03-13 06:00:00"
        self.assertEqual(self.event.start, self._at("2030-03-13 06:00:00"))
        self.assertEqual(self.event.stop, self._at("2030-03-13 07:30:00"))
        self._assert_one_event()

    def test_moving_the_event_moves_the_visit(self):
        event = self.event.with_user(self.salesperson)
        event.write({"start": "2030-03-14 03:00:00", "stop": "2030-03-14 05:00:00"})
        self.assertEqual(self.visit.date_start, self._at("2030-03-14 03:00:00"))
        self.assertEqual(self.visit.date_stop, self._at("2030-03-14 05:00:00"))
        self.assertEqual(self.visit.planned_hours, 2)
        self.assertEqual(self.visit.day, self._day("2030-03-14"))
        self._assert_one_event()

    def test_cancelling_and_planning_again(self):
        self.visit.action_cancel()
        self.assertFalse(self.event.active)
        self.visit.action_plan()
        self.assertTrue(self.event.active)
        self.event.with_user(self.salesperson).action_archive()
        self.assertEqual(self.visit.state, "cancelled")
        self.event.with_user(self.salesperson).action_unarchive()
        self.assertEqual(self.visit.state, "planned")
        self._assert_one_event()

    def test_a_missed_visit_is_planned_again_by_its_event(self):
        self.visit._transition({"state": "missed"})
        self.event.with_user(self.salesperson).write({"start": "2030-03-14 03:00:00", "stop": "2030-03-14 04:30:00"})
        self.assertEqual((self.visit.state, self.visit.date_start), ("planned", self._at("2030-03-14 03:00:00")))
        self.assertEqual(self.event.start, self._at("2030-03-14 03:00:00"))

    def test_deleting_one(self):
        self.event.with_user(self.salesperson).unlink()
        self.assertEqual(self.visit.state, "cancelled")
        self.assertFalse(self.visit.event_id)
        self.visit.action_plan()
        self._assert_one_event()
        event = self.visit.sudo().event_id
        self.visit.with_user(self.manager).unlink()
        self.assertFalse(event.exists())

    def test_a_peer_can_not_move_the_visit_through_its_event(self):
        event = self.event.with_user(self.peer)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            event.write({"start": "2030-03-14 03:00:00", "stop": "2030-03-14 04:30:00"})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            event.unlink()
        with self.assertRaises(UserError):
            self._visit(self.peer, event_id=self.event.id)

    def test_the_lead_moves_it(self):
        self.event.with_user(self.lead_user).write({"start": "2030-03-14 03:00:00", "stop": "2030-03-14 04:30:00"})
        self.assertEqual(self.visit.date_start, self._at("2030-03-14 03:00:00"))

    def test_what_has_begun_stays(self):
        self.visit.action_check_in(*NEAR)
        self.event.with_user(self.salesperson).write({"start": "2030-03-14 03:00:00", "stop": "2030-03-14 04:30:00"})
        self.event.with_user(self.salesperson).unlink()
        self.assertEqual((self.visit.state, self.visit.date_start), ("in_progress", self._at("2030-03-12 03:00:00")))

    def test_another_person_another_calendar(self):
        self.visit.with_user(self.lead_user).user_id = self.peer
        self.assertEqual(self.event.user_id, self.peer)
        self.assertEqual(self.event.partner_ids, self.peer.partner_id)
        self._assert_one_event()

    def _assert_one_event(self):
        events = (
            self.env["calendar.event"]
            .sudo()
            .with_context(active_test=False)
            .search([("res_model", "=", "sales.visit"), ("res_id", "=", self.visit.id)])
        )
        self.assertEqual(events, self.visit.sudo().event_id)
        self.assertEqual(len(events), 1)


@tagged("post_install", "-at_install")
class TestVisitRecurrence(VisitCommon):
    """Tuesdays, 10:00 in Jakarta."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls._visit(date_start="2030-03-05 03:00:00")
        cls.recurrence = (
            cls.env["sales.visit.recurrence"].with_user(cls.salesperson).create({"visit_id": cls.visit.id, "count": 4})
        )
        cls.recurrence.action_apply()

    def _days(self):
        visits = self.env["sales.visit"].search([("user_id", "=", self.salesperson.id), ("state", "=", "planned")])
        return sorted(str(visit.date_start)[5:13] for visit in visits)

    def test_weekly(self):
        self.assertEqual(self._days(), ["03-05 03", "03-12 03", "03-19 03", "03-26 03"])
        visits = self.recurrence.visit_ids
        self.assertEqual(len(visits.sudo().event_id), 4)
        self.assertEqual(visits.partner_id, self.contact)
        self.recurrence.action_apply()
        self.assertEqual(len(self._days()), 4)

    def test_the_rule_is_edited(self):
        self.recurrence.visit_ids.sorted("date_start")[1].action_cancel()
        self.recurrence.write({"interval": 2, "end_type": "until", "until": "2030-04-02"})
        self.recurrence.action_apply()
        self.assertEqual(self._days(), ["03-05 03", "03-19 03", "04-02 03"])
        self.recurrence.write({"unit": "month", "interval": 1, "end_type": "count", "count": 3})
        self.recurrence.action_apply()
        self.assertEqual(self._days(), ["03-05 03", "04-05 03", "05-05 03"])

    def test_this_visit_alone(self):
        third = self.recurrence.visit_ids.sorted("date_start")[2]
        third.date_start = "2030-03-20 05:00:00"
        self.assertEqual(self._days(), ["03-05 03", "03-12 03", "03-20 05", "03-26 03"])
        self.recurrence.action_apply()
        self.assertEqual(self._days(), ["03-05 03", "03-12 03", "03-20 05", "03-26 03"])

    def test_this_and_following(self):
        second = self.recurrence.visit_ids.sorted("date_start")[1]
        second.write({"date_start": "2030-03-13 06:00:00", "purpose": "Payment", "recurrence_update": "following"})
        self.assertEqual(self._days(), ["03-05 03", "03-13 06", "03-20 06", "03-27 06"])
        self.assertEqual(second.recurrence_id.visit_ids.mapped("purpose"), ["Payment"] * 3)
        self.assertEqual(self.visit.purpose, "Samples")
        self.assertEqual(second.recurrence_id.count, 3)
        for recurrence in self.recurrence | second.recurrence_id:
            recurrence.action_apply()
        self.assertEqual(self._days(), ["03-05 03", "03-13 06", "03-20 06", "03-27 06"])
        events = second.recurrence_id.visit_ids.sudo().event_id
        self.assertEqual(sorted(str(start)[5:13] for start in events.mapped("start")), self._days()[1:])

    def test_a_visit_given_to_a_peer_keeps_its_place(self):
        second = self.recurrence.visit_ids.sorted("date_start")[1]
        second.with_user(self.lead_user).user_id = self.peer
        self.env.invalidate_all()
        self.recurrence.action_apply()
        self.assertEqual(self._days(), ["03-05 03", "03-19 03", "03-26 03"])

    def test_cancel_this_and_following(self):
        self.recurrence.visit_ids.sorted("date_start")[2].action_cancel_following()
        self.assertEqual(self._days(), ["03-05 03", "03-12 03"])

    def test_a_single_visit_has_no_following(self):
        with self.assertRaisesRegex(UserError, "series"):
            self._visit().write({"purpose": "Payment", "recurrence_update": "following"})

    def test_only_for_those_one_plans_for(self):
        with self.assertRaises(AccessError):
            self.env["sales.visit.recurrence"].with_user(self.peer).create({"visit_id": self.visit.id})
        with self.assertRaises(AccessError):
            self.recurrence.with_user(self.peer).action_apply()
        self.recurrence.with_user(self.lead_user).count = 5
        self.recurrence.with_user(self.lead_user).action_apply()
        self.assertEqual(len(self._days()), 5)
