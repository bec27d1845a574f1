from odoo import fields

from ..visit.common_visit import MONAS, VisitCommon

MONDAY = "2026-03-02"


class JourneyCommon(VisitCommon):
    """Customers of the salesperson around Monas, with classes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.write({"partner_latitude": MONAS[0], "partner_longitude": MONAS[1]})
        cls.weekly, cls.two_weekly, cls.monthly = (
            cls.env["sales.customer.class"].create(
                {"name": frequency, "frequency": frequency, "company_id": cls.company.id}
            )
            for frequency in ("week", "two_weeks", "month")
        )

    @classmethod
    def _customers(cls, count, customer_class, **vals):
        """Customers of the salesperson on a line to the east of Monas, 1 km apart."""
        return cls.env["res.partner"].create(
            [
                {
                    "name": f"Toko {customer_class.frequency} {number}",
                    "is_company": True,
                    "user_id": cls.salesperson.id,
                    "customer_class_id": customer_class.id,
                    "partner_latitude": MONAS[0],
                    "partner_longitude": MONAS[1] + (number + 1) / 111,
                    **vals,
                }
                for number in range(count)
            ]
        )

    @classmethod
    def _plan(cls, date_from=MONDAY, date_to="2026-03-29", user=None, **vals):
        plans = cls.env["sales.journey.plan"].with_user(user or cls.lead_user)
        return plans.create(
            {
                "user_id": cls.salesperson.id,
                "company_id": cls.company.id,
                "date_from": date_from,
                "date_to": date_to,
                "start_partner_id": cls.company.partner_id.id,
                **vals,
            }
        )

    def _days(self, plan, partner=None):
        visits = plan.visit_ids
        if partner:
            visits = visits.filtered(lambda visit: visit.partner_id == partner)
        return [fields.Date.to_string(day) for day in sorted(visits.mapped("day"))]
