from contextlib import contextmanager

from odoo.addons.sales_tracking.tests.common import SalesTrackingCommon


class SalesTargetCommon(SalesTrackingCommon):
    """Targets of February 2026, which has 20 working days from Monday to Friday."""

    @classmethod
    def _metric(cls, code):
        return cls.env.ref(f"sales_tracking.metric_{code}")

    @classmethod
    def _target(cls, amount=90000, metric="invoiced", scope="person", **vals):
        nodes = {"person": {"user_id": cls.salesperson.id}, "team": {"team_id": cls.team.id}, "company": {}}
        return cls.env["sales.target"].create(
            {
                "metric_id": cls._metric(metric).id,
                "scope": scope,
                "amount": amount,
                "date_from": "2026-02-01",
                "date_to": "2026-02-28",
                **nodes[scope],
                **vals,
            }
        )

    @contextmanager
    def _refused(self, exception, text):
        """Expect an error with that text, and undo what led to it."""
        with self.assertRaises(exception) as caught:
            yield
        self.assertRegex(str(caught.exception), text)

    def _figures(self, target, as_of="2026-03-31"):
        return target.get_report(as_of)[0]

    @classmethod
    def _won_deal(cls, days, day="2026-02-10", **vals):
        """A deal won on a day, that many days after it was created."""
        lead = cls.env["crm.lead"].create(
            {"name": "Deal", "type": "opportunity", "user_id": cls.salesperson.id, "team_id": cls.team.id, **vals}
        )
        lead.action_set_won()
        lead.date_closed = f"{day} 05:00:00"
        lead.flush_recordset()
        cls.env.cr.execute(
            "UPDATE crm_lead SET create_date = date_closed - %s * INTERVAL '1 day' WHERE id = %s", [days, lead.id]
        )
        lead.invalidate_recordset(["create_date"])
        return lead
