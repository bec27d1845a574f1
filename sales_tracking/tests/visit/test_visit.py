from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ...models.visit import sales_visit
from .common_visit import NEAR, VisitCommon


@tagged("post_install", "-at_install")
class TestVisit(VisitCommon):
    def test_day_of_a_visit_over_midnight(self):
        """Jakarta is at UTC+7: 16:30 UTC is 23:30, half an hour before midnight."""
        with freeze_time("2026-03-10 16:30:00"):
            visit = self._visit(date_start="2026-03-11 02:00:00")
            self.assertEqual(visit.day, self._day("2026-03-11"))
            visit.action_check_in(*NEAR)
        with freeze_time("2026-03-10 18:30:00"):
            visit.action_check_out(*NEAR)
        self.assertEqual(visit.day, self._day("2026-03-10"))
        self.assertEqual(visit.duration, 2)
        fact = self._facts("visit")
        self.assertEqual((fact.day, fact.res_model, fact.res_id), (visit.day, "sales.visit", visit.id))

    def test_is_today_in_the_zone_of_the_company(self):
        with freeze_time("2026-03-10 16:30:00"):
            today = self._visit(date_start="2026-03-10 16:59:00")
            tomorrow = self._visit(date_start="2026-03-10 17:00:00")
            found = self.env["sales.visit"].search([("is_today", "=", True), ("user_id", "=", self.salesperson.id)])
            self.assertEqual(found, today)
            self.assertTrue(today.is_today)
            self.assertFalse(tomorrow.is_today)

    def test_missed_when_its_day_has_passed(self):
        with freeze_time("2026-03-10 03:00:00"):
            visit = self._visit(date_start="2026-03-10 10:00:00")
            cancelled = self._visit(date_start="2026-03-10 10:00:00")
            cancelled.action_cancel()
        with freeze_time("2026-03-10 16:59:00"):
            self.assertEqual(self.env["sales.visit"].cron_mark_missed(), {"missed": 0})
        with freeze_time("2026-03-10 17:00:00"):
            self.assertEqual(self.env["sales.visit"].cron_mark_missed(), {"missed": 1})
            self.assertEqual((visit.state, cancelled.state), ("missed", "cancelled"))
            self.assertEqual(self.env["sales.visit"].cron_mark_missed(), {"missed": 0})
            visit.action_plan()
            self.assertEqual((visit.state, visit.day), ("planned", self._day("2026-03-11")))
        with self.assertRaises(AccessError):
            self.env["sales.visit"].with_user(self.lead_user).cron_mark_missed()

    def test_missed_visits_are_marked_in_batches(self):
        with freeze_time("2026-03-10 03:00:00"):
            visits = self.env["sales.visit"].union(*(self._visit(date_start="2026-03-10 10:00:00") for _ in range(3)))
        told = []

        def commit_progress(_job, processed=0, **remaining):
            told.append(remaining.get("remaining", processed))
            return len(told) < 2  # time for one batch

        job = self.env.ref("sales_tracking.cron_mark_missed_visits")
        with (
            freeze_time("2026-03-11 03:00:00"),
            patch.object(sales_visit, "MISSED_AT_ONCE", 2),
            patch.object(self.registry["ir.cron"], "_commit_progress", commit_progress),
        ):
            job_visits = self.env["sales.visit"].with_context(cron_id=job.id)
            self.assertEqual(job_visits.cron_mark_missed(), {"missed": 2})
            self.assertEqual(told, [3, 2])
            self.assertEqual(sorted(visits.mapped("state")), ["missed", "missed", "planned"])
            told.clear()
            self.assertEqual(job_visits.cron_mark_missed(), {"missed": 1})

    def test_a_done_visit_is_an_interaction(self):
        lead = self.env["crm.lead"].create(
            {"name": "Pepper", "type": "opportunity", "user_id": self.salesperson.id, "partner_id": self.contact.id,
             "team_id": self.team.id, "source_id": self.env["utm.source"].create({"name": "Fair"}).id}
        )  # fmt: skip
        met = self.env.ref("sales_tracking.sales_interaction_outcome_met")
        with freeze_time("2026-03-10 03:00:00"):
            visit = self._visit(lead_id=lead.id, outcome_id=met.id, note="Wants 10 kg")
            visit.action_check_in(*NEAR)
        with freeze_time("2026-03-10 03:45:00"):
            visit.action_check_out(*NEAR)
        interaction = self.env["sales.interaction"].search([("source_key", "=", f"sales.visit,{visit.id}")])
        self.assertRecordValues(
            interaction,
            [
                {
                    "kind": "visit",
                    "user_id": self.salesperson.id,
                    "team_id": self.team.id,
                    "lead_id": lead.id,
                    "partner_id": self.contact.id,
                    "outcome_id": met.id,
                    "note": "Wants 10 kg",
                    "duration": 2700,
                    "date": self._at("2026-03-10 03:00:00"),
                    "source_id": lead.source_id.id,
                }
            ],
        )
        visit.note = "Wants 20 kg"
        self.assertEqual(interaction.note, "Wants 20 kg")
        self.assertEqual(self._facts("visit").source_id, lead.source_id)
        self.assertEqual(lead.with_user(self.salesperson).visit_count, 1)
        self.assertEqual(self.customer.visit_count, 1)

    def test_a_note_changes_nothing_else_of_the_interaction(self):
        met = self.env.ref("sales_tracking.sales_interaction_outcome_met")
        visit = self._done(outcome_id=met.id, note="Wants 10 kg")
        values = {"kind": "visit", "source_key": f"sales.visit,{visit.id}", "note": "Elsewhere"}
        elsewhere = self.env["sales.interaction"].create({**values, "company_id": self.company_2.id})
        interaction = self.env["sales.interaction"].create(values)
        interaction.is_touchpoint = False
        visit.note = "Wants 20 kg"
        self.assertRecordValues(interaction, [{"note": "Wants 20 kg", "outcome_id": met.id, "is_touchpoint": False}])
        self.assertEqual(elsewhere.note, "Elsewhere")

    def test_visits_follow_a_merge(self):
        leads = self.env["crm.lead"].create(
            [{"name": name, "type": "opportunity", "user_id": self.salesperson.id} for name in ("One", "Same")]
        )
        visits = self._visit(lead_id=leads[0].id) | self._visit(lead_id=leads[1].id)
        merged = leads.merge_opportunity()
        self.assertEqual(visits.lead_id, merged)

    def test_the_customer_comes_with_the_lead(self):
        lead = self.env["crm.lead"].create({"name": "Somebody", "user_id": self.salesperson.id})
        visit = self._visit(lead_id=lead.id)
        lead.partner_id = self.contact
        self.assertRecordValues(visit, [{"partner_id": self.contact.id, "commercial_partner_id": self.customer.id}])
        self.assertEqual(visit.sudo().event_id.name, "Visit: Toko Melati · Samples")

    def test_a_lead_is_deleted_with_what_was_planned_for_it_alone(self):
        self.company.visit_policy = "none"
        lead = self.env["crm.lead"].create({"name": "Somebody", "user_id": self.salesperson.id})
        planned, done = self._visit(lead_id=lead.id), self._done(lead_id=lead.id)
        lead.unlink()
        self.assertFalse(planned.exists())
        self.assertRecordValues(done, [{"state": "done", "lead_id": False, "partner_id": False}])

    def test_next_action_is_scheduled_when_closed(self):
        call = self.env.ref("mail.mail_activity_data_call")
        visit = self._visit(next_action_type_id=call.id, next_action_summary="Ask again", next_action_date="2027-03-10")
        self.assertFalse(self.contact.activity_ids)
        visit.action_check_in(*NEAR)
        visit.action_check_out()
        visit.action_check_out()
        self.assertRecordValues(
            self.contact.activity_ids,
            [{"activity_type_id": call.id, "summary": "Ask again", "date_deadline": self._day("2027-03-10"),
              "user_id": self.salesperson.id}],
        )  # fmt: skip

    def test_orders_made_during_a_visit(self):
        with freeze_time("2026-03-10 03:00:00"):
            visit = self._visit()
            visit.action_check_in(*NEAR)
        with freeze_time("2026-03-10 04:00:00"):
            visit.action_check_out()
        with freeze_time("2026-03-10 08:00:00"):
            later = self._done()
        before = self._order(moment="2026-03-10 02:59:59")
        during = self._order(moment="2026-03-10 03:30:00")
        same_day = self._order(moment="2026-03-10 07:00:00")
        after_second = self._order(moment="2026-03-10 16:59:59")
        next_day = self._order(moment="2026-03-10 17:00:00")
        self._order(moment="2026-03-10 03:30:00", user=self.peer)
        self._order(moment="2026-03-10 03:30:00", partner_id=self.env["res.partner"].create({"name": "Other"}).id)
        self._order(moment="2026-03-10 03:30:00")._action_cancel()
        self.assertEqual(visit.order_ids, during | same_day)
        self.assertEqual(later.order_ids, after_second)
        self.assertEqual(visit.order_count, 2)
        self.assertNotIn(before, (visit | later).order_ids)
        self.assertNotIn(next_day, (visit | later).order_ids)
        action = visit.action_new_quotation()
        self.assertEqual(action["context"]["default_partner_id"], self.contact.id)

    def test_orders_in_a_constant_number_of_queries(self):
        visits = self._done()
        self._order()

        def queries(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.mapped("order_count")
            return self.env.cr.sql_log_count - before

        queries(visits)
        few = queries(visits)
        for _number in range(10):
            visits |= self._done()
            self._order()
        self.assertEqual(queries(visits), few)

    def test_who_plans_for_whom(self):
        with self.assertRaises(AccessError):
            self._visit(user_id=self.peer.id)
        own = self._visit()
        with self.assertRaises(AccessError):
            own.user_id = self.peer
        for planner in (self.lead_user, self.manager):
            planned = self._visit(planner, user_id=self.salesperson.id)
            self.assertEqual((planned.user_id, planned.team_id), (self.salesperson, self.team))
        outsider = self._user("outsider", "sales_team.group_sale_salesman")
        with self.assertRaisesRegex(AccessError, "not one of them"):
            self._visit(self.lead_user, user_id=outsider.id, team_id=self.team.id)
        with self.assertRaises(AccessError):
            own.with_user(self.peer).purpose = "Changed"
        own.with_user(self.lead_user).user_id = self.peer
        self.assertEqual(own.sudo().user_id, self.peer)

    def test_the_team_in_another_company(self):
        self.salesperson.company_ids |= self.company_2
        team = self.env["crm.team"].create({"name": "Elsewhere", "company_id": self.company_2.id})
        lead = self.env["crm.lead"].create({"name": "Elsewhere", "company_id": self.company_2.id, "team_id": team.id})
        values = {"user_id": self.salesperson.id, "lead_id": lead.id, "company_id": self.company_2.id}
        self.assertEqual(self._visit(self.env.user, **values).team_id, team)

    def test_only_for_documents_that_one_may_open(self):
        foreign = self.env["crm.lead"].create({"name": "The peer's", "user_id": self.peer.id})
        with self.assertRaises(AccessError):
            self._visit(lead_id=foreign.id)
        with self.assertRaises(AccessError):
            self._visit().lead_id = foreign

    def test_what_a_visit_needs(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._visit(partner_id=False).flush_recordset()
        with self.assertRaises(UserError):
            self._visit(outcome_id=self.env.ref("sales_tracking.sales_interaction_outcome_voicemail").id)
        visit = self._done()
        with self.assertRaisesRegex(UserError, "stays on record"):
            visit.with_user(self.manager).unlink()
        with self.assertRaisesRegex(UserError, "can't be cancelled"):
            visit.action_cancel()

    def test_photos(self):
        upload = {"name": "shop.png", "raw": b"\x89PNG\r\n\x1a\n", "mimetype": "image/png", "res_model": "sales.visit"}
        attachments = self.env["ir.attachment"].with_user(self.salesperson)
        visit = self._visit(photo_ids=[Command.link(attachments.create(upload).id)])
        self.assertEqual(visit.with_user(self.lead_user).photo_ids.read(["name"])[0]["name"], "shop.png")
        with self.assertRaises(AccessError):
            self.env["ir.attachment"].with_user(self.peer).browse(visit.photo_ids.id).read(["raw"])
        text = attachments.create({"name": "list.txt", "raw": b"text", "res_model": "sales.visit", "res_id": visit.id})
        with self.assertRaisesRegex(UserError, "not a photo"):
            visit.photo_ids = [Command.link(text.id)]

    def test_done_without_check_in_where_none_is_required(self):
        with freeze_time("2026-03-10 03:00:00"):
            visit = self._visit(date_start="2026-03-10 04:00:00")
            with self.assertRaisesRegex(UserError, "Check in"):
                visit.action_done()
            self.company.visit_policy = "none"
            tomorrow = self._visit(date_start="2026-03-11 04:00:00")
            with self.assertRaisesRegex(UserError, "future"):
                tomorrow.action_done()
            with self.assertRaises(AccessError):
                visit.with_user(self.lead_user).action_done()
            visit.action_done()
        self.assertEqual((visit.state, visit.verification), ("done", "not_required"))
        self.assertEqual(self._facts("visit").day, self._day("2026-03-10"))

    def test_limits_on_the_day_reach_the_index(self):
        achievement = self.env["sales.achievement"].with_user(self.salesperson)
        query = achievement._search([("basis", "=", "visit"), ("day", ">=", "2026-03-01"), ("day", "<=", "2026-03-31")])
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        plan = "\n".join(row for (row,) in self.env.execute_query(SQL("EXPLAIN %s", query.select())))
        self.assertRegex(plan, r"Index Cond: \(.*day >=.*day <=")

    def test_map(self):
        visit = self._visit()
        self.assertEqual(visit.map_url, "https://www.google.com/maps/dir/?api=1&destination=-6.175392%2C106.827153")
        self.customer.write({"partner_latitude": 0, "partner_longitude": 0})
        visit.invalidate_recordset()
        self.assertIn("Jakarta", visit.map_url)

    def test_plan_and_duration(self):
        visit = self._visit(date_start="2026-03-10 03:00:00", date_stop="2026-03-10 05:00:00")
        self.assertEqual(visit.planned_hours, 2)
        visit.date_start = "2026-03-11 03:00:00"
        self.assertEqual(visit.date_stop, fields.Datetime.to_datetime("2026-03-11 05:00:00"))
