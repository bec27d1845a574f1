from freezegun import freeze_time

from odoo.tests import tagged

from ..common import SalesTrackingCommon


@tagged("post_install", "-at_install")
class TestDigest(SalesTrackingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # 23:30 and 00:30 in Jakarta: of 9 and of 10 March.
        cls._order(100, moment="2026-03-09 16:30:00")
        cls._order(20, moment="2026-03-09 17:30:00")
        cls._order(3, moment="2026-03-04 03:00:00", user=cls.peer)
        cls._order(1000, moment="2026-03-11 01:00:00")
        cls._invoice(700, day="2026-01-05", invoice_date_due="2026-02-04")
        cls.digest = cls.env["digest.digest"].create(
            {
                "name": "Sales",
                "company_id": cls.company.id,
                "kpi_sales_ordered": True,
                "kpi_sales_overdue": True,
                "kpi_sales_visits": True,
            }
        )

    @freeze_time("2026-03-11 01:30:00")
    def _figures(self, user):
        digest = self.digest.with_user(user).with_company(self.company)
        kpis = digest._compute_kpis(self.company, user)
        return {
            kpi["kpi_name"]: [kpi[f"kpi_col{column}"]["value"] for column in (1, 2, 3)]
            for kpi in kpis
            if kpi["kpi_name"].startswith("kpi_sales") and kpi["kpi_col1"]
        }

    def test_whole_days_of_the_company(self):
        """Yesterday, the seven days and the month before today."""
        figures = self._figures(self.manager)
        amounts = ["".join(filter(str.isdigit, value.split(".")[0])) for value in figures["kpi_sales_ordered"]]
        self.assertEqual(amounts, ["20", "123", "123"])
        self.assertIn("700", figures["kpi_sales_overdue"][0])
        self.assertEqual(figures["kpi_sales_visits"], [0, 0, 0])

    def test_everybody_reads_their_own_figures(self):
        figures = self._figures(self.peer)
        self.assertEqual(["3" in value for value in figures["kpi_sales_ordered"]], [False, True, True])
        self.assertNotIn("700", figures["kpi_sales_overdue"][0])

    def test_left_out_for_those_who_may_not_read_them(self):
        self.assertEqual(self._figures(self._user("employee", "base.group_user")), {})
