from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_funnel import START, FunnelCommon


@tagged("post_install", "-at_install")
class TestStageHistory(FunnelCommon):
    def test_stepping_back(self):
        """New d0→d3, Qualified d3→d5, New d5→d6: New = 4 days and 2 entries."""
        with self._at(0):
            lead = self._leads()
        for day, stage in ((3, self.qualified), (5, self.new), (6, self.proposition)):
            with self._at(day):
                lead.stage_id = stage
        self.assertEqual(
            self._stays(lead),
            [(self.new, 0, 3), (self.qualified, 3, 5), (self.new, 5, 6), (self.proposition, 6, False)],
        )
        history = lead.stage_history_ids.sorted("id")
        self.assertEqual(
            history.mapped("previous_stage_id.name"), ["New", "Qualified"], "New, Qualified, then New again"
        )
        self.assertEqual(
            [stay.previous_stage_id for stay in history],
            [self.env["crm.stage"], self.new, self.qualified, self.new],
        )
        in_new = history.filtered(lambda stay: stay.stage_id == self.new)
        self.assertEqual(len(in_new), 2)
        self.assertEqual(sum(in_new.mapped("duration_hours")), 4 * 24)
        self.assertEqual(set(history.mapped("origin_lead_id")), {lead.id})
        self.assertEqual(history.user_id, self.salesperson)
        self.assertEqual(history.team_id, self.team)
        self.assertEqual(lead.entry_stage_id, self.new)

    def test_durations_of_groups_are_those_of_their_stays(self):
        with self._at(0):
            lead = self._leads()
        with self._at(3):
            lead.stage_id = self.qualified
        with self._at(5):
            lead.stage_id = self.won
        with self._at(9):
            history = self.env["crm.lead.stage.history"]
            totals = history._read_group([("lead_id", "=", lead.id)], ["stage_id"], ["duration_hours:sum"])
            self.assertEqual(
                [(stage, hours) for stage, hours in totals], [(self.new, 72), (self.qualified, 48), (self.won, 0)]
            )
            self.assertEqual(lead.stage_history_ids.sorted("id").mapped("duration_days"), [3, 2, 0])
            lead.stage_id = self.proposition
        with self._at(12):
            self.assertEqual(history.search([("lead_id", "=", lead.id)], limit=1).duration_hours, 72)
            [(average,)] = history._read_group(
                [("lead_id", "=", lead.id), ("stage_id", "=", self.proposition.id)], [], ["duration_days:avg"]
            )
            self.assertEqual(average, 3)

    def test_a_skipped_stage_gets_no_entry(self):
        lead = self._leads()
        lead.stage_id = self.proposition
        self.assertEqual(lead.stage_history_ids.stage_id, self.new | self.proposition)

    def test_entry_stage_is_where_the_lead_came_in(self):
        lead = self._leads(stage_id=self.qualified.id)
        self.assertEqual(lead.entry_stage_id, self.qualified)
        lead.stage_id = self.new
        self.assertEqual(lead.entry_stage_id, self.qualified)
        copied = lead.copy()
        self.assertEqual(copied.entry_stage_id, copied.stage_id)
        self.assertEqual(copied.stage_history_ids.stage_id, copied.stage_id)

    def test_a_write_that_does_not_move(self):
        lead = self._leads()
        lead.write({"stage_id": self.new.id, "expected_revenue": 5})
        lead.user_id = self.peer
        self.assertEqual(self._stays(lead), [(self.new, *self._stays(lead)[0][1:])])

    def test_a_change_of_team_changes_the_stage(self):
        only_other = self.env["crm.stage"].create(
            {"name": "Surabaya", "sequence": -200, "team_ids": [Command.set(self.other_team.ids)]}
        )
        (self.stages).team_ids = self.team
        with self._at(0):
            leads = self._leads(3)
        with self._at(2):
            leads.team_id = self.other_team
        for lead in leads:
            self.assertEqual(self._stays(lead), [(self.new, 0, 2), (only_other, 2, False)])

    def test_a_recomputation_moves(self):
        """Without a write: the stage is recomputed when the records are flushed."""
        only_other = self.env["crm.stage"].create(
            {"name": "Surabaya", "sequence": -200, "team_ids": [Command.set(self.other_team.ids)]}
        )
        with self._at(0):
            lead = self._leads(team_id=self.other_team.id, user_id=False)
        self.assertEqual(lead.stage_id, only_other)
        with self._at(2):
            only_other.team_ids = self.team
            self.env.add_to_compute(lead._fields["stage_id"], lead)
            self.env.flush_all()
        self.assertEqual(self._stays(lead), [(only_other, 0, 2), (self.new, 2, False)])

    def test_several_moves_in_one_transaction(self):
        with self._at(0):
            lead = self._leads().with_context(tracking_disable=True)
        with self._at(1):
            lead.stage_id = self.qualified
            lead.stage_id = self.proposition
        self.assertEqual(self._stays(lead), [(self.new, 0, 1), (self.qualified, 1, 1), (self.proposition, 1, False)])

    def test_one_write_from_several_stages(self):
        with self._at(0):
            leads = self._leads(3)
            leads[1].stage_id = self.qualified
            leads[2].stage_id = self.proposition
        with self._at(4):
            leads.stage_id = self.proposition
        self.assertEqual(self._stays(leads[0]), [(self.new, 0, 4), (self.proposition, 4, False)])
        self.assertEqual(
            self._stays(leads[1]), [(self.new, 0, 0), (self.qualified, 0, 4), (self.proposition, 4, False)]
        )
        self.assertEqual(self._stays(leads[2]), [(self.new, 0, 0), (self.proposition, 0, False)])

    def test_lost_restored_won(self):
        reason = self.env["crm.lost.reason"].create({"name": "Too expensive"})
        with self._at(0):
            lead = self._leads()
        with self._at(1):
            lead.stage_id = self.qualified
        with self._at(3):
            lead.action_set_lost(lost_reason_id=reason.id)
        self.assertEqual(self._stays(lead), [(self.new, 0, 1), (self.qualified, 1, 3)])
        with self._at(5):
            lead.action_restore()
        with self._at(6):
            lead.action_set_won()
        self.assertEqual(
            self._stays(lead), [(self.new, 0, 1), (self.qualified, 1, 3), (self.qualified, 5, 6), (self.won, 6, False)]
        )

    def test_moved_and_lost_at_once(self):
        with self._at(0):
            lead = self._leads()
        with self._at(2):
            lead.write({"stage_id": self.proposition.id, "active": False, "probability": 0})
        self.assertEqual(self._stays(lead), [(self.new, 0, 2), (self.proposition, 2, 2)])

    def test_a_lost_lead_that_is_won_after_all(self):
        """Core restores a lead that is moved to a won stage."""
        with self._at(0):
            lead = self._leads()
        with self._at(2):
            lead.action_set_lost()
        with self._at(3):
            lead.stage_id = self.won
        self.assertEqual(self._stays(lead), [(self.new, 0, 2), (self.won, 3, False)])

    def test_created_lost(self):
        with self._at(5):
            lead = self._leads(active=False, probability=0, date_closed=START, stage_id=self.qualified.id)
        self.assertEqual(self._stays(lead), [(self.qualified, 5, 5)], "never negative")
        self.assertEqual(lead.entry_stage_id, self.qualified)

    def test_converted(self):
        lead = self._leads(type="lead")
        lead.convert_opportunity(self.customer)
        self.assertEqual(lead.type, "opportunity")
        self.assertEqual(len(lead.stage_history_ids), 1)

    def test_imported(self):
        result = self.env["crm.lead"].load(
            ["id", "name", "type", "team_id/.id", "stage_id/.id"],
            [
                ["__import__.one", "One", "opportunity", self.team.id, self.new.id],
                ["__import__.two", "Two", "opportunity", self.team.id, self.proposition.id],
            ],
        )
        self.assertFalse(result["messages"])
        leads = self.env["crm.lead"].browse(result["ids"])
        self.assertEqual([lead.stage_history_ids.stage_id for lead in leads], [self.new, self.proposition])
        again = self.env["crm.lead"].load(["id", "stage_id/.id"], [["__import__.one", self.qualified.id]])
        self.assertFalse(again["messages"])
        self.assertEqual(leads[0].stage_history_ids.stage_id, self.new | self.qualified)

    def test_clock_skew(self):
        """Another server's clock runs behind: what it records begins when the stay before it began."""
        with self._at(1):
            lead = self._leads()
        with self._at(0, hours=23):
            lead.stage_id = self.qualified
        with self._at(2):
            lead.stage_id = self.proposition
        self.assertEqual(self._stays(lead), [(self.new, 1, 1), (self.qualified, 1, 2), (self.proposition, 2, False)])
        stay = lead.stage_history_ids[-1]
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE crm_lead_stage_history SET date_out = date_in - INTERVAL '1 hour' WHERE id = %s", [stay.id]
            )

    def test_one_open_stay_of_a_lead(self):
        lead = self._leads()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env["crm.lead.stage.history"].sudo().create(
                {"lead_id": lead.id, "origin_lead_id": lead.id, "stage_id": self.won.id, "date_in": START}
            )

    def test_merged(self):
        with self._at(0):
            head = self._leads(stage_id=self.new.id, probability=90)
        with self._at(1):
            tail = self._leads(stage_id=self.new.id, probability=10)
        with self._at(2):
            tail.stage_id = self.qualified
        with self._at(3):
            head.stage_id = self.proposition
        with self._at(4):
            merged = (head | tail).merge_opportunity()
        self.assertEqual(merged, head)
        tail_id = tail.id
        self.assertFalse(tail.exists())
        self.assertEqual(self._stays(head), [(self.new, 0, 3), (self.proposition, 3, False)])
        past = head.stage_history_ids.filtered(lambda stay: stay.origin_lead_id == tail_id).sorted("id")
        self.assertEqual(past.mapped("stage_id"), self.new | self.qualified)
        self.assertEqual(past.mapped("duration_hours"), [24, 48])
        with self._at(6):
            head.stage_id = self.qualified
        self.assertEqual(self._stays(head), [(self.new, 0, 3), (self.proposition, 3, 6), (self.qualified, 6, False)])
        self.assertEqual(head.stage_history_ids[0].previous_stage_id, self.proposition)

    def test_deleted(self):
        lead = self._leads()
        history = lead.stage_history_ids
        lead.unlink()
        self.assertFalse(history.exists())

    def test_a_stage_may_be_deleted(self):
        with self._at(0):
            lead = self._leads(stage_id=self.qualified.id)
        with self._at(2):
            lead.stage_id = self.proposition
        self.qualified.unlink()
        lead.invalidate_recordset()
        empty = self.env["crm.stage"]
        self.assertEqual(self._stays(lead), [(empty, 0, 2), (self.proposition, 2, False)])
        self.assertFalse(lead.entry_stage_id)

    def test_backfill_equals_what_was_recorded(self):
        def event(day, action):
            with self._at(day):
                action()
                self.env.cr.flush()

        with self._at(0):
            leads = self._tracked(self._leads(4))
            self.env.cr.flush()
        walker, lost, reopened, _still = leads
        event(1, lambda: (walker | lost | reopened).write({"stage_id": self.qualified.id}))
        event(2, lambda: walker.write({"stage_id": self.new.id}))
        event(3, lambda: walker.write({"stage_id": self.proposition.id}))
        event(4, lambda: (lost | reopened).action_set_lost())
        event(5, lambda: reopened.action_restore())
        event(6, lambda: (walker | reopened).action_set_won())

        def history():
            return {
                lead: [
                    (stay.stage_id, stay.previous_stage_id, stay.date_in, stay.date_out, stay.origin_lead_id)
                    for stay in lead.stage_history_ids.sorted("id")
                ]
                for lead in leads
            }

        recorded = history()
        self.assertEqual([len(recorded[lead]) for lead in leads], [5, 2, 4, 1])
        leads.stage_history_ids.sudo().unlink()
        self.env.cr.execute("UPDATE crm_lead SET entry_stage_id = NULL WHERE id = ANY(%s)", [leads.ids])
        self.env.invalidate_all()
        self.env["crm.lead.stage.history"]._backfill()
        self.assertEqual(history(), recorded)
        self.assertEqual(leads.entry_stage_id, self.new)
        rows = self.env["crm.lead.stage.history"].search_count([])
        self.env["crm.lead.stage.history"]._backfill()
        self.assertEqual(self.env["crm.lead.stage.history"].search_count([]), rows)

    def test_backfill_of_a_lead_younger_than_its_messages(self):
        with self._at(0):
            lead = self._tracked(self._leads())
            self.env.cr.flush()
        with self._at(1):
            lead.stage_id = self.qualified
            self.env.cr.flush()
        lead.stage_history_ids.sudo().unlink()
        self.env.cr.execute("UPDATE crm_lead SET create_date = %s WHERE id = %s", [START + timedelta(days=9), lead.id])
        self.env["crm.lead.stage.history"]._backfill()
        self.assertEqual(self._stays(lead), [(self.new, 9, 9), (self.qualified, 9, False)])

    def test_backfill_of_moves_that_were_not_tracked(self):
        """Where the lead is now is right, whatever the chatter knows."""
        with self._at(0):
            moved, lost, restored = leads = self._leads(3)
            self.env.cr.flush()
        with self._at(1):
            self._tracked(lost).stage_id = self.qualified
            self.env.cr.flush()
        with self._at(2):
            moved.stage_id = self.proposition
            self._tracked(restored).action_set_lost()
            self.env.cr.flush()
        with self._at(3):
            lost.action_set_lost()
            restored.action_restore()
            restored.stage_id = self.qualified
        leads.stage_history_ids.sudo().unlink()
        self.env["crm.lead.stage.history"]._backfill()
        self.assertEqual(self._stays(moved), [(self.proposition, 0, False)])
        self.assertEqual(self._stays(lost), [(self.new, 0, 1), (self.qualified, 1, 3)])
        self.assertEqual(self._stays(restored), [(self.qualified, 0, 2), (self.qualified, 3, False)])

    def test_queries_do_not_grow(self):
        def queries(count):
            leads = self._leads(count)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            states = leads._stage_states()
            self.env.cr.execute("UPDATE crm_lead SET stage_id = %s WHERE id = ANY(%s)", [self.won.id, leads.ids])
            self.env.invalidate_all(flush=False)
            leads._record_stage_changes(states)
            return self.env.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(1000), queries(10))

    def test_backfill_is_as_many_statements_for_many_leads(self):
        def queries(count):
            self._leads(count).stage_history_ids.sudo().unlink()
            before = self.env.cr.sql_log_count
            self.env["crm.lead.stage.history"]._backfill()
            return self.env.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(200), queries(10))

    def test_recorded_for_who_may_not_write_it(self):
        """A salesperson moves a lead, and gives one away that he can't read any more."""
        leads = self._leads(2).with_user(self.salesperson)
        self.env.invalidate_all()
        leads[0].stage_id = self.qualified
        leads[1].write({"user_id": self.manager.id, "stage_id": self.proposition.id})
        self.assertEqual(leads[0].stage_history_ids.stage_id, self.new | self.qualified)
        self.assertEqual(leads[1].sudo().stage_history_ids.stage_id, self.new | self.proposition)

    def test_who_reads(self):
        own, others = self._leads(), self._leads(user_id=self.peer.id)
        elsewhere = self.env["crm.lead"].create(
            {
                "name": "Foreign",
                "user_id": self.foreign_user.id,
                "company_id": self.company_2.id,
                "stage_id": self.new.id,
            }
        )
        stays = (own | others | elsewhere).stage_history_ids

        def visible(user):
            return stays.with_user(user).search([("id", "in", stays.ids)]).lead_id

        self.assertEqual(visible(self.salesperson), own)
        self.assertEqual(visible(self.lead_user), own | others)
        self.assertEqual(visible(self.manager), own | others)
        self.assertEqual(visible(self.foreign_user), elsewhere)
        with self.assertRaises(AccessError):
            visible(self.portal_user)
        for vals in ({"date_out": START}, {"user_id": self.manager.id}):
            with self.assertRaises(AccessError):
                own.stage_history_ids.with_user(self.manager).write(vals)
        with self.assertRaises(AccessError):
            own.stage_history_ids.with_user(self.manager).unlink()
