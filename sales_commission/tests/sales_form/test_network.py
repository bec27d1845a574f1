from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from ..common import MARCH, SalesCommissionCommon


@tagged("post_install", "-at_install")
class TestNetwork(SalesCommissionCommon):
    """Direct selling: Dewi was brought in by Citra, she by Bayu, and he by Ayu."""

    RATES = (0.05, 0.03, 0.01)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ayu, cls.bayu, cls.citra, cls.dewi = cls.env["res.partner"].create(
            [{"name": name} for name in ("Ayu", "Bayu", "Citra", "Dewi")]
        )
        for seller, sponsor in ((cls.dewi, cls.citra), (cls.citra, cls.bayu), (cls.bayu, cls.ayu)):
            cls._sponsor(seller, sponsor)
        cls.plan = cls._plan(
            [
                cls._percent(0.1),
                *(
                    cls._percent(rate, name=f"Level {level}", role="override", override_level=level)
                    for level, rate in enumerate(cls.RATES, start=1)
                ),
            ],
            overrides_follow="network",
            assignment_ids=[
                Command.create({"beneficiary": "agent", "agent_id": seller.id, "date_from": "2026-01-01"})
                for seller in (cls.ayu, cls.bayu, cls.citra, cls.dewi)
            ],
        )

    @classmethod
    def _sponsor(cls, seller, sponsor, date_from="2026-01-01", **vals):
        return cls.env["sales.commission.sponsorship"].create(
            {
                "partner_id": seller.id,
                "sponsor_id": sponsor.id,
                "company_id": cls.company.id,
                "date_from": date_from,
                **vals,
            }
        )

    def _earned(self):
        """What each earns in March, by name; computed twice, which changes nothing."""
        for _again in range(2):
            self.plan.action_compute(MARCH)
        entries = self._entries(self.plan)
        return {
            partner.name: round(sum(earned.mapped("amount")), 2)
            for partner, earned in entries.grouped("partner_id").items()
        }

    def _sold_by(self, seller, amount=1000, **vals):
        return self._invoice(amount, commission_agent_id=seller.id, **vals)

    def test_each_level_adds_up(self):
        """1,000 of Dewi: 100 for herself, and 50, 30 and 10 for the three above: 190 in all."""
        self._sold_by(self.dewi)
        self.assertEqual(self._earned(), {"Dewi": 100, "Citra": 50, "Bayu": 30, "Ayu": 10})
        self._sold_by(self.citra, 200)
        self.assertEqual(self._earned(), {"Dewi": 100, "Citra": 70, "Bayu": 40, "Ayu": 16})

    def test_credit_takes_all_levels_back(self):
        invoice = self._sold_by(self.dewi)
        credit = invoice._reverse_moves([{"invoice_date": "2026-03-20"}])
        credit.action_post()
        self.assertEqual(set(self._earned().values()), {0})

    def test_depth(self):
        """Who stands above the last level earns nothing."""
        self._sponsor(self.ayu, self.env["res.partner"].create({"name": "Founder"}))
        self._sold_by(self.dewi)
        self.assertNotIn("Founder", self._earned())
        depths = {link.partner_id.name: link.depth for link in self.env["sales.commission.sponsorship"].search([])}
        self.assertEqual(depths["Dewi"], 4)

    def test_of_the_day(self):
        """A sponsor counts for the sales of the days on which all links hold."""
        link = self.env["sales.commission.sponsorship"].search([("partner_id", "=", self.dewi.id)])
        link.date_to = "2026-03-14"
        self._sponsor(self.dewi, self.ayu, date_from="2026-03-15")
        self._sold_by(self.dewi, day="2026-03-10")
        self._sold_by(self.dewi, day="2026-03-20")
        self.assertEqual(self._earned(), {"Dewi": 200, "Citra": 50, "Bayu": 30, "Ayu": 10 + 50})

    def test_circles_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "stands above"):
            self._sponsor(self.ayu, self.dewi)

    def test_one_sponsor_at_a_time(self):
        with self.assertRaisesRegex(ValidationError, "End that"):
            self._sponsor(self.dewi, self.ayu)

    def test_circles_that_came_in_otherwise_end(self):
        """A circle written past the checks neither loops nor pays anybody on their own sale."""
        self.env.cr.execute(
            SQL(
                "INSERT INTO sales_commission_sponsorship (partner_id, sponsor_id, company_id, date_from)"
                " VALUES (%s, %s, %s, %s)",
                self.ayu.id, self.dewi.id, self.company.id, "2026-01-01",
            )
        )  # fmt: skip
        self._sold_by(self.dewi)
        self.assertEqual(self._earned(), {"Dewi": 100, "Citra": 50, "Bayu": 30, "Ayu": 10})
        self.env["sales.commission.sponsorship"].search([]).mapped("depth")

    def test_rights(self):
        link = self.env["sales.commission.sponsorship"].search([("partner_id", "=", self.dewi.id)])
        with self.assertRaises(AccessError):
            link.with_user(self.salesperson).date_to = fields.Date.today()
        with self.assertRaisesRegex(UserError, "nobody decides"):
            link.with_user(self.administrator).copy(
                {"sponsor_id": self.administrator.partner_id.id, "partner_id": self.customer.id}
            )
        self.assertFalse(link.with_user(self.foreign_user).has_access("read"))
