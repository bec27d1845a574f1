from odoo import fields

from ..common import SalesTrackingCommon

MONAS = (-6.175392, 106.827153)
NEAR = (-6.176392, 106.827153)  # 111 m to the south
FAR = (-6.178392, 106.827153)  # 334 m to the south


class VisitCommon(SalesTrackingCommon):
    """A customer at Monas, and visits to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"partner_latitude": MONAS[0], "partner_longitude": MONAS[1], "city": "Jakarta"})
        cls.salesperson.lang = cls.lead_user.lang = "en_US"

    @classmethod
    def _visit(cls, user=None, **vals):
        """A visit to the customer, or for the given lead, as the user who planned it sees it."""
        if "lead_id" not in vals:
            vals.setdefault("partner_id", cls.contact.id)
        return cls.env["sales.visit"].with_user(user or cls.salesperson).create({"purpose": "Samples", **vals})

    @classmethod
    def _done(cls, position=NEAR, user=None, **vals):
        visit = cls._visit(user, **vals)
        visit.action_check_in(*position)
        visit.action_check_out()
        return visit

    def _at(self, text):
        return fields.Datetime.to_datetime(text)
