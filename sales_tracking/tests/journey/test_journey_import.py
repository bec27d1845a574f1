import base64

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...tools.xlsx import Column, Sheet, workbook
from .common_journey import JourneyCommon


@tagged("post_install", "-at_install")
class TestJourneyImport(JourneyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shops = cls._customers(2, cls.weekly)
        cls.shops[1].ref = "T-2"
        cls.startClassPatcher(freeze_time("2026-02-27 03:00:00"))
        cls.plan = cls._plan()

    def _import(self, rows, user=None):
        columns = [Column("Customer"), Column("Day"), Column("Time")]
        content = workbook([Sheet("Visits", columns, rows)])
        return (
            self.env["sales.journey.import"]
            .with_user(user or self.lead_user)
            .create({"plan_id": self.plan.id, "file": base64.b64encode(content), "filename": "plan.xlsx"})
        )

    def test_drafts_of_the_plan(self):
        rows = [
            [self.shops[0].name, "2026-03-03", "9:30"],
            ["T-2", "2026-03-03", None],
            ["T-2", "2026-03-04", "14.15"],
        ]
        wizard = self._import(rows)
        self.assertEqual(wizard.action_preview(), {"created": 3, "skipped": 0, "failed": 0})
        self.assertFalse(self.plan.visit_ids)
        self.assertEqual(wizard.action_import(), {"created": 3, "skipped": 0, "failed": 0})
        visits = self.plan.visit_ids.sorted("date_start")
        self.assertEqual(visits.mapped("state"), ["draft"] * 3)
        self.assertEqual([str(visit.date_start) for visit in visits],
                         ["2026-03-03 02:00:00", "2026-03-03 02:30:00", "2026-03-04 07:15:00"])  # fmt: skip
        self.assertEqual([visit.partner_id for visit in visits], [self.shops[1], self.shops[0], self.shops[1]])
        self.assertEqual(visits.mapped("sequence"), [1, 2, 1])
        self.assertEqual(self._import(rows).action_import(), {"created": 0, "skipped": 3, "failed": 0})

    def test_what_cannot_be_read_is_said_and_nothing_is_planned(self):
        self.env["res.partner"].create({"name": self.shops[0].name})
        wizard = self._import(
            [
                ["Toko Nobody", "2026-03-03", None],
                [self.shops[0].name, "2026-03-03", None],
                ["T-2", "soon", None],
                ["T-2", "2026-04-30", None],
                ["T-2", "2026-03-03", "late"],
                ["T-2", "2026-03-04", None],
            ]
        )
        self.assertEqual(wizard.action_preview(), {"created": 1, "skipped": 0, "failed": 5})
        for row, words in ((2, "no customer"), (3, "several"), (4, "no day"), (5, "period"), (6, "time of day")):
            self.assertRegex(wizard.problems, f"Row {row}: .*{words}")
        with self.assertRaisesRegex(UserError, "Toko Nobody"):
            wizard.action_import()
        self.assertFalse(self.plan.visit_ids)

    def test_not_into_the_plan_of_somebody_else(self):
        with self.assertRaises(AccessError):
            self._import([["T-2", "2026-03-03", None]], user=self.peer).action_import()

    def test_the_template_can_be_read(self):
        wizard = self._import([])
        wizard.file = base64.b64encode(wizard._xlsx_content())
        self.assertEqual(wizard.action_preview()["failed"], 1)
        self.assertRegex(wizard.problems, "no customer")
