from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

BOARD_NOTIFICATION = "sales_tracking/live_board"
WATCHED_FOR = timedelta(days=7)
NOTED_EVERY = timedelta(days=1)


class SalesVisit(models.Model):
    """The live board: where the people of one's teams are, and what they have done today."""

    _inherit = "sales.visit"

    @api.model
    def _notify_board(self, teams):
        """Tell the open boards that something changed in the teams, once per transaction.

        The channel is the group of team leads, to which the server subscribes its members and nobody else. It
        carries the teams' ids alone: each board reads anew under the rights of its reader. Teams whose board nobody
        has opened for a week cost nothing: confirming an order stays as fast as it is without the board.
        """
        since, seen = fields.Datetime.now() - WATCHED_FOR, teams._boards_seen()
        watched = teams.filtered(lambda team: team.id in seen and seen[team.id] > since)
        if not watched:
            return
        changed = self.env.cr.precommit.data.setdefault("sales_tracking.board_teams", set())
        if not changed:

            @self.env.cr.precommit.add
            def send():
                team_ids = self.env.cr.precommit.data.pop("sales_tracking.board_teams")
                self.env["bus.bus"]._sendone(
                    self.env.ref("sales_tracking.group_team_lead"),
                    BOARD_NOTIFICATION,
                    {"team_ids": sorted(team_ids)},
                )

        changed.update(watched.ids)

    @api.model
    def get_live_board(self):
        """The people of the teams that the user leads, of all teams for managers, and their day so far.

        :return: ``{'teams': [{'id', 'name', 'currency_id', 'people': […]}], 'reason': why there is nobody, or False}``
            with for each person ``id``, ``name``, ``visit`` (the current one: ``id, name, since, verification``, or
            False), ``last_check_in`` (UTC) and ``last_visit`` (``id, name``) or False, ``planned`` and ``done``
            visits of today, number of ``orders`` and their untaxed ``amount`` in the team's currency
        :raise AccessError: for those who lead no team
        """
        teams = self._board_teams()
        self._note_board(teams)
        people = teams.member_ids | teams.user_id
        planned, done = self._board_counts(people)
        current, latest = self._board_visits(people)
        orders = self._board_orders(people, teams)
        return {
            "teams": [
                {
                    "id": team.id,
                    "name": team.name,
                    "currency_id": (team.company_id or self.env.company).currency_id.id,
                    "people": [
                        {
                            "id": person.id,
                            "name": person.name,
                            "visit": self._board_visit(current.get(person)),
                            "last_visit": self._board_visit(latest.get(person)),
                            "planned": planned.get(person, 0),
                            "done": done.get(person, 0),
                            "orders": orders.get((person, team.company_id or self.env.company), (0, 0.0))[0],
                            "amount": orders.get((person, team.company_id or self.env.company), (0, 0.0))[1],
                        }
                        for person in (team.user_id | team.member_ids).sorted("name")
                    ],
                }
                for team in teams
            ],
            "reason": self._board_reason(teams),
        }

    def _board_teams(self):
        self.check_access("read")
        domain = Domain("company_id", "in", [False, *self.env.companies.ids])
        if not self.env.user.has_group("sales_team.group_sale_salesman_all_leads"):
            domain &= Domain("user_id", "=", self.env.uid)
        return self.env["crm.team"].search(domain)

    def _note_board(self, teams):
        """From here on the teams' changes are told; noted once a day, so that opening a board hardly ever writes."""
        now = fields.Datetime.now()
        # As superuser: who may see the board of a team need not be allowed to change the team.
        unnoted = teams.sudo().filtered(lambda team: not team.board_seen or team.board_seen < now - NOTED_EVERY)
        unnoted.board_seen = now

    def _board_reason(self, teams):
        if not teams:
            return self.env._("You lead no sales team. A sales administrator can make you the lead of one.")
        if not teams.member_ids and not teams.user_id:
            return self.env._("Your teams have no members yet. Add them in the settings of the team.")
        return False

    def _board_counts(self, people):
        planned, done = {}, {}
        groups = self._read_group(
            [("user_id", "in", people.ids), ("is_today", "=", True), ("state", "not in", ("draft", "cancelled"))],
            ["user_id", "state"],
            ["__count"],
        )
        for person, state, count in groups:
            planned[person] = planned.get(person, 0) + count
            if state == "done":
                done[person] = count
        return planned, done

    def _board_visits(self, people):
        """The current visit and the one with the latest check-in of the last week, by person."""
        since = min(company._sales_today() for company in self.env.companies) - timedelta(days=7)
        visits = self.search(
            Domain("user_id", "in", people.ids)
            & Domain("check_in_time", "!=", False)
            & (Domain("day", ">=", since) | Domain("state", "=", "in_progress")),
            order="check_in_time",
        )
        latest = {visit.user_id: visit for visit in visits}
        current = {visit.user_id: visit for visit in visits if visit.state == "in_progress"}
        return current, latest

    def _board_visit(self, visit):
        return visit and {
            "id": visit.id,
            "name": visit.display_name,
            "city": visit.partner_id.city,
            "since": visit.check_in_time,
            "verification": visit.verification,
            "distance": visit.check_in_distance,
        }

    def _board_orders(self, people, teams):
        """(number, amount) of today's orders by person and company."""
        days = {company: company._sales_today() for company in (teams.company_id | self.env.company)}
        limits = Domain("day", ">=", min(days.values())) & Domain("day", "<=", max(days.values()))
        groups = self.env["sales.achievement"]._read_group(
            Domain("basis", "=", "ordered") & Domain("user_id", "in", people.ids) & limits,
            ["user_id", "company_id", "day:day"],
            ["count:sum", "amount:sum"],
        )
        return {
            (person, company): (count, amount)
            for person, company, day, count, amount in groups
            if days.get(company) == day
        }
