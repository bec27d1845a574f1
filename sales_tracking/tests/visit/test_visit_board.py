import json

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ...models.visit.sales_visit_board import BOARD_NOTIFICATION
from .common_visit import FAR, NEAR, VisitCommon


@tagged("post_install", "-at_install")
class TestLiveBoard(VisitCommon):
    def _board(self, user):
        return self.env["sales.visit"].with_user(user).get_live_board()

    def _person(self, user):
        [team] = self._board(self.lead_user)["teams"]
        [person] = [person for person in team["people"] if person["id"] == user.id]
        return person

    def test_who_is_where(self):
        with freeze_time("2026-03-10 03:00:00"):
            self._visit(date_start="2026-03-10 08:00:00")
            self._visit(date_start="2026-03-10 08:00:00").action_cancel()
            self._visit(date_start="2026-03-11 08:00:00")
            self._done(date_start="2026-03-10 02:00:00")
            visit = self._visit(date_start="2026-03-10 04:00:00", purpose="Payment")
            self._order(1000, moment="2026-03-10 03:00:00")
            self._order(500, moment="2026-03-10 16:59:59")
            self._order(200, moment="2026-03-10 17:00:00")
        with freeze_time("2026-03-10 04:00:00"):
            visit.action_check_in(*FAR)
        with freeze_time("2026-03-10 05:00:00"):
            person = self._person(self.salesperson)
            self.assertEqual((person["planned"], person["done"]), (3, 1))
            self.assertEqual((person["orders"], person["amount"]), (2, 1500))
            self.assertEqual(person["visit"]["id"], visit.id)
            self.assertEqual(person["visit"]["name"], "Toko Melati · Payment")
            self.assertEqual(person["visit"]["since"], self._at("2026-03-10 04:00:00"))
            self.assertEqual(person["visit"]["verification"], "out_of_range")
            self.assertEqual(round(person["visit"]["distance"]), 334)
            visit.action_check_out()
            person = self._person(self.salesperson)
            self.assertFalse(person["visit"])
            self.assertEqual(person["last_visit"]["id"], visit.id)
            self.assertEqual(person["done"], 2)
        idle = self._person(self.peer)
        self.assertEqual((idle["planned"], idle["orders"], idle["visit"], idle["last_visit"]), (0, 0, None, None))

    def test_only_the_own_teams(self):
        self._done()
        self.other_team.member_ids = self._user("elsewhere", "sales_team.group_sale_salesman")
        [team] = self._board(self.lead_user)["teams"]
        self.assertEqual(team["id"], self.team.id)
        self.assertLess({self.team.id, self.other_team.id}, {team["id"] for team in self._board(self.manager)["teams"]})
        other_lead = self._user("other_lead", "sales_tracking.group_team_lead")
        board = self._board(other_lead)
        self.assertFalse(board["teams"])
        self.assertIn("lead no sales team", board["reason"])
        self.assertFalse(self._board(self.salesperson)["teams"])
        with self.assertRaises(AccessError):
            self._board(self.portal_user)

    def test_constant_number_of_queries(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._board(self.lead_user)
            return self.env.cr.sql_log_count - before

        self._done()
        self._order()
        queries()
        few = queries()
        for number in range(8):
            user = self._user(f"person{number}", "sales_team.group_sale_salesman")
            self.team.member_ids += user
            self._done(user=user)
            self._order(user=user)
        queries()  # new users empty the registry's caches
        self.assertEqual(queries(), few)

    def _told(self):
        """What the bus has been told since the last call, when the transaction ends."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        rows = self.env["bus.bus"].sudo().search([("message", "like", BOARD_NOTIFICATION)])
        told = [(json.loads(row.channel)[1:], json.loads(row.message)) for row in rows]
        rows.unlink()
        return told

    def test_told_over_the_bus_once_per_transaction(self):
        self._told()
        with freeze_time("2026-03-10 03:00:00"):
            self._board(self.lead_user)
        with freeze_time("2026-03-16 03:00:00"):
            self._visit().action_check_in(*NEAR)
            self._order()
            self._order()
            self._order(team_id=self.other_team.id)
            message = {"type": BOARD_NOTIFICATION, "payload": {"team_ids": [self.team.id]}}
            lead_group = self.env.ref("sales_tracking.group_team_lead")
            self.assertEqual(self._told(), [(["res.groups", lead_group.id], message)])
            self._order()
            self.assertEqual(len(self._told()), 1)

    def test_nobody_looks_nobody_is_told(self):
        with freeze_time("2026-03-10 03:00:00"):
            self._board(self.lead_user)
        self._told()
        with freeze_time("2026-03-17 03:00:00"):
            self._visit().action_check_in(*NEAR)
            self._order()
            self.assertFalse(self._told())
