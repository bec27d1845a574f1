from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.fields import Command, Domain
from odoo.tests import tagged

from .common_funnel import START, FunnelCommon

MEASURES = [
    "reached:sum", "next_step_rate:avg", "cumulative_rate:avg", "average_days:avg", "median_days:avg", "entries:sum",
    "lost:sum",
]  # fmt: skip


@tagged("post_install", "-at_install")
class TestFunnelReport(FunnelCommon):
    def _funnel(self, domain=(), groupby=(), user=None):
        """The figures by stage, or by stage and what else it is grouped by."""
        report = self.env["sales.funnel.report"].with_user(user or self.env.user)
        groups = report.formatted_read_group(
            Domain("stage_id", "in", self.stages.ids) & Domain(domain), ["stage_id", *groupby], MEASURES
        )
        funnel = {}
        for group in groups:
            key = tuple(group[name] and group[name][0] for name in ("stage_id", *groupby))
            stage = self.env["crm.stage"].browse(key[0])
            funnel[(stage, *key[1:]) if groupby else stage] = [group[measure] for measure in MEASURES]
        return funnel

    def test_rates(self):
        """100 created, 60 reach S2, 30 S3, 12 won: next step 60 / 50 / 40 %, cumulative 12 %."""
        leads = self._leads(100)
        leads[:60].stage_id = self.qualified
        leads[:30].stage_id = self.proposition
        leads[:12].stage_id = self.won
        funnel = self._funnel()
        self.assertEqual([funnel[stage][0] for stage in self.stages], [100, 60, 30, 12])
        for stage, rates in zip(self.stages, ((0.6, 1), (0.5, 0.6), (0.4, 0.3), (False, 0.12)), strict=True):
            for value, rate in zip(funnel[stage][1:3], rates, strict=True):
                self.assertEqual(value is False, rate is False)
                self.assertAlmostEqual(value, rate)

    def test_days(self):
        """New d0→d3, Qualified d3→d5, New d5→d6: New = 4 days and 2 entries; others in New for 1 and for 10."""
        with self._at(0):
            leads = self._leads(3)
        with self._at(1):
            leads[1].stage_id = self.proposition
        for day, stage in ((3, self.qualified), (5, self.new), (6, self.proposition)):
            with self._at(day):
                leads[0].stage_id = stage
        with self._at(7):
            leads[:2].stage_id = self.won
        with self._at(10):
            funnel = self._funnel()
        new, qualified, proposition, won = (funnel[stage] for stage in self.stages)
        self.assertEqual(new[3:6], [(4 + 1 + 10) / 3, 4, 4], "mean, median and entries")
        self.assertEqual(qualified[3:6], [2, 2, 1], "who skipped it doesn't count")
        self.assertEqual(proposition[3:6], [(1 + 6) / 2, 3.5, 2])
        self.assertEqual(won[3:6], [False, False, 2])

    def test_lost_where_they_were_lost(self):
        leads = self._leads(4)
        leads[:2].stage_id = self.qualified
        leads[0].stage_id = self.new
        leads[:3].action_set_lost()
        funnel = self._funnel()
        self.assertEqual([funnel[stage][-1] for stage in self.stages], [2, 1, 0, 0])
        self.assertEqual([funnel[stage][0] for stage in self.stages], [4, 2, 0, 0], "stepping back was reached")

    def test_archived_without_being_lost(self):
        lead = self._leads(probability=50)
        lead.active = False
        self.assertEqual(lead.won_status, "pending")
        funnel = self._funnel()
        self.assertEqual(funnel[self.new][0], 1)
        self.assertEqual(funnel[self.new][-1], 0)

    def test_skipped_stages_are_reached_but_not_entered(self):
        lead = self._leads()
        lead.stage_id = self.proposition
        funnel = self._funnel()
        self.assertEqual(funnel[self.qualified][:3], [1, 1, 1])
        self.assertIs(funnel[self.qualified][3], False)
        self.assertEqual(funnel[self.qualified][5], 0)

    def test_stages_of_other_teams(self):
        """Jakarta has a trial between Qualified and Proposition; for Surabaya the next step is Proposition."""
        self.proposition.sequence, self.won.sequence = -50, -49
        trial = self.env["crm.stage"].create(
            {"name": "Trial", "sequence": -60, "team_ids": [Command.set(self.team.ids)]}
        )
        jakarta = self._leads(2, stage_id=trial.id)
        surabaya = self._leads(2, team_id=self.other_team.id, user_id=False, stage_id=self.qualified.id)
        jakarta[0].stage_id = surabaya[0].stage_id = self.proposition
        self.stages |= trial
        funnel = self._funnel()
        self.assertEqual(funnel[trial][:3], [2, 0.5, 1])
        self.assertEqual(funnel[self.qualified][:2], [4, 0.75])
        self.assertEqual(funnel[self.proposition][:2], [2, 0])
        self.assertNotIn(trial, self.env["sales.funnel.report"].search([("lead_id", "in", surabaya.ids)]).stage_id)

    def test_a_past_in_another_team_is_no_step(self):
        elsewhere = self.env["crm.stage"].create(
            {"name": "Late", "sequence": -50, "team_ids": [Command.set(self.other_team.ids)]}
        )
        lead = self._leads(team_id=self.other_team.id, user_id=False, stage_id=elsewhere.id)
        lead.team_id = self.team
        self.assertEqual(lead.stage_id, self.new)
        self.assertEqual([self._funnel()[stage][0] for stage in self.stages], [1, 0, 0, 0])

    def test_won_stages_come_last(self):
        self.won.sequence = -150
        leads = self._leads(2, stage_id=self.new.id)
        leads[0].stage_id = self.won
        funnel = self._funnel()
        self.assertEqual([funnel[stage][0] for stage in self.stages], [2, 1, 1, 1])

    def test_merged_leads_are_one(self):
        with self._at(0):
            head = self._leads(probability=90)
        with self._at(1):
            tail = self._leads(probability=10, stage_id=self.new.id)
        with self._at(2):
            tail.stage_id = self.qualified
            tail.stage_id = self.new
        with self._at(4):
            (head | tail).merge_opportunity()
        with self._at(5):
            head.stage_id = self.proposition
            funnel = self._funnel()
        self.assertEqual(funnel[self.new][:1] + funnel[self.new][3:6], [1, 5, 5, 1])
        self.assertIs(funnel[self.qualified][3], False, "the past of the other one doesn't count")

    def test_any_further_group_and_filter(self):
        source = self.env["utm.source"].create({"name": "Trade Fair"})
        mine = self._leads(4, source_id=source.id)
        theirs = self._leads(2, user_id=self.peer.id, country_id=self.env.ref("base.id").id)
        mine[:1].stage_id = self.qualified
        theirs.stage_id = self.won
        by_user = self._funnel(groupby=["user_id"])
        self.assertEqual(by_user[self.new, self.salesperson.id][:3], [4, 0.25, 1])
        self.assertEqual(by_user[self.qualified, self.salesperson.id][:3], [1, 0, 0.25])
        self.assertEqual(by_user[self.qualified, self.peer.id][:3], [2, 1, 1])
        by_source = self._funnel(groupby=["source_id", "team_id"])
        self.assertEqual(by_source[self.won, False, self.team.id][0], 2)
        self.assertEqual(by_source[self.won, source.id, self.team.id][0], 0)
        for domain, reached in (
            ([("user_id", "=", self.peer.id)], 2),
            ([("source_id", "=", source.id)], 4),
            ([("country_id.code", "=", "ID")], 2),
            ([("team_id", "=", self.other_team.id)], None),
            ([("company_id", "=", self.company.id)], 6),
            ([("lead_create_date", ">=", "today"), ("campaign_id", "=", False), ("medium_id", "=", False)], 6),
            ([("lead_create_date", "<", "today")], None),
        ):
            funnel = self._funnel(domain)
            self.assertEqual(funnel[self.new][0] if funnel else None, reached, domain)

    def test_by_month_of_creation(self):
        with self._at(0):
            self._leads(2).flush_recordset()
        with self._at(40):
            self._leads(3).flush_recordset()
        groups = self.env["sales.funnel.report"].formatted_read_group(
            [("stage_id", "=", self.new.id)], ["lead_create_date:month"], ["reached:sum"]
        )
        self.assertEqual([group["reached:sum"] for group in groups], [2, 3])

    def test_totals_over_stages_count_leads_and_leave_rates_blank(self):
        leads = self._leads(3)
        leads[0].stage_id = self.won
        leads[1].action_set_lost()
        [total] = self.env["sales.funnel.report"].formatted_read_group(
            [("stage_id", "in", self.stages.ids)], [], MEASURES
        )
        self.assertEqual(total["reached:sum"], 3)
        self.assertEqual(total["lost:sum"], 1)
        for measure in MEASURES[1:5]:
            self.assertIs(total[measure], False, measure)

    def test_pivot(self):
        """The web client's pivot asks for several groupings at once."""
        self._leads(4)[:1].stage_id = self.qualified
        totals, by_stage = self.env["sales.funnel.report"].formatted_read_grouping_sets(
            [("stage_id", "in", self.stages.ids)], [[], ["stage_id"]], MEASURES
        )
        self.assertEqual(totals[0]["reached:sum"], 4)
        self.assertEqual([group["reached:sum"] for group in by_stage], [4, 1, 0, 0])
        self.assertEqual(by_stage[0]["next_step_rate:avg"], 0.25)

    def test_a_row_tells_of_one_lead(self):
        lead = self._leads(stage_id=self.qualified.id)
        rows = self.env["sales.funnel.report"].search_read(
            [("lead_id", "=", lead.id)],
            ["stage_id", "reached", "next_step_rate", "cumulative_rate", "average_days"],
            order="stage_id",
        )
        self.assertEqual([row["stage_id"][0] for row in rows], self.stages.ids)
        self.assertEqual([row["reached"] for row in rows], [1, 1, 0, 0])
        self.assertEqual([row["next_step_rate"] for row in rows], [1, 0, False, False])
        self.assertEqual([row["cumulative_rate"] for row in rows], [1, 1, 0, 0])
        self.assertIs(rows[0]["average_days"], False)
        action = self.env["sales.funnel.report"].browse(rows[0]["id"]).action_open_lead()
        self.assertEqual((action["res_model"], action["res_id"]), ("crm.lead", lead.id))

    def test_who_reads(self):
        self._leads(3)
        self._leads(2, user_id=self.peer.id)
        unassigned = self._leads(user_id=False)
        self.env["crm.lead"].create(
            {"name": "Foreign", "user_id": self.foreign_user.id, "company_id": self.company_2.id}
        )
        # Leads of nobody are everybody's, as in the pipeline.
        self.assertEqual(self._funnel(user=self.salesperson)[self.new][0], 3 + len(unassigned))
        self.assertEqual(self._funnel(user=self.lead_user)[self.new][0], 6)
        self.assertEqual(self._funnel(user=self.manager)[self.new][0], 6)
        self.assertFalse(self._funnel(user=self.foreign_user))
        with self.assertRaises(AccessError):
            self._funnel(user=self.portal_user)
        with self.assertRaises(AccessError):
            self.env["sales.funnel.report"].with_user(self.manager).create({"reached": 1})

    def test_queries_do_not_grow(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._funnel()
            return self.env.cr.sql_log_count - before

        self._leads(10)
        queries()
        few = queries()
        self._leads(1000)
        # The first reading records the stays of the new leads.
        queries()
        self.assertEqual(queries(), few)


@tagged("post_install", "-at_install")
class TestTimeToClose(FunnelCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Days from creation to assignment, and to closing.
        cls.days = ((0, 1.5), (1, 3), (2, 12))
        cls.deals = cls._leads(3)
        cls.deals.action_set_won()
        cls.env.flush_all()
        for deal, (opened, closed) in zip(cls.deals, cls.days, strict=True):
            cls._date(deal, opened, closed)

    @classmethod
    def _date(cls, deal, opened, closed):
        cls.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s, date_open = %s, date_closed = %s WHERE id = %s",
            [START, *(START + timedelta(days=days) for days in (opened, closed)), deal.id],
        )
        deal.invalidate_recordset(flush=False)

    def _read(self, *measures):
        [figures] = self.env["sales.achievement"]._read_group(
            [("basis", "=", "won"), ("res_id", "in", self.deals.ids)], [], measures
        )
        return figures

    def test_mean_and_median(self):
        self.assertEqual(
            self._read(
                "days_to_close:avg", "median_days_to_close:avg", "days_to_close_assigned:avg",
                "median_days_to_close_assigned:avg", "count:sum",
            ),
            (5.5, 3, 4.5, 2, 3),
        )  # fmt: skip

    def test_won_only(self):
        self.deals[2].stage_id = self.qualified
        self.assertEqual(self._read("days_to_close:avg", "count:sum"), (2.25, 2))

    def test_never_negative(self):
        self._date(self.deals[2], opened=5, closed=-1)
        self.assertEqual(self._read("days_to_close:avg", "days_to_close_assigned:avg"), (1.5, 3.5 / 3))

    def test_metrics(self):
        first_day, last_day = "2026-03-01", "2026-03-31"
        for code, days in (("time_to_close", 5.5), ("median_time_to_close", 3)):
            metric = self.env.ref(f"sales_tracking.metric_{code}")
            self.assertEqual(metric.get_value(first_day, last_day, user_ids=self.salesperson.ids), days)
            self.assertEqual(metric.unit, "days")
