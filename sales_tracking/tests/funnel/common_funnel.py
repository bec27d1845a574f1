from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.fields import Command

from ..common import SalesTrackingCommon

START = datetime(2026, 3, 2, 2, 0)


class FunnelCommon(SalesTrackingCommon):
    """A pipeline of its own: New, Qualified, Proposition and Won, all of the company's teams."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.teams = cls.team | cls.other_team
        cls.new, cls.qualified, cls.proposition, cls.won = cls.stages = cls.env["crm.stage"].create(
            [
                {
                    "name": name,
                    "sequence": sequence,
                    "is_won": name == "Won",
                    "team_ids": [Command.set(cls.teams.ids)],
                }
                for sequence, name in enumerate(("New", "Qualified", "Proposition", "Won"), start=-100)
            ]
        )
        # The stages of the database are other teams', so that the pipeline here is exactly these four.
        elsewhere = cls.env["crm.team"].create({"name": "Elsewhere"})
        (cls.env["crm.stage"].search([]) - cls.stages).team_ids = elsewhere

    @contextmanager
    def _at(self, day, hours=0):
        """The moment so many days and hours after the start, for Python and for the transaction."""
        moment = START + timedelta(days=day, hours=hours)
        with freeze_time(moment), patch.object(self.env.cr, "now", lambda: moment):
            yield

    @classmethod
    def _leads(cls, count=1, **vals):
        return cls.env["crm.lead"].create(
            [
                {
                    "name": f"Lead {number}",
                    "type": "opportunity",
                    "user_id": cls.salesperson.id,
                    "team_id": cls.team.id,
                    "company_id": cls.company.id,
                    **vals,
                }
                for number in range(count)
            ]
        )

    @staticmethod
    def _tracked(leads):
        """The leads with the chatter's notes, which tests do without otherwise."""
        return leads.with_context(tracking_disable=False, mail_notrack=False)

    def _stays(self, lead):
        """The lead's own stays: stage, days in and out since the start, previous stage."""
        own = lead.stage_history_ids.filtered(lambda stay: stay.origin_lead_id == lead.id)
        return [
            (
                stay.stage_id,
                (stay.date_in - START) / timedelta(days=1),
                stay.date_out and (stay.date_out - START) / timedelta(days=1),
            )
            for stay in own.sorted(lambda stay: (stay.date_in, stay.id))
        ]
