from psycopg2.errors import CheckViolation

from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

# Setting: (numbers that are taken, numbers that are refused).
RANGES = {
    "dunning_hour": ((0, 23), (-1, 24)),
    "quotation_followup_hour": ((0, 23), (-1, 24)),
    "visit_report_hour": ((0, 23.99), (-0.01, 24)),
    "portal_promise_share": ((0, 100), (-0.01, 100.01)),
    "portal_promise_days": ((0,), (-1,)),
    "quotation_auto_cancel_days": ((1,), (0,)),
    "attribution_lookback": ((1,), (0,)),
    "attribution_half_life": ((0.01,), (0,)),
    "visit_radius": ((1,), (0,)),
    "visit_position_months": ((0,), (-1,)),
}


@tagged("post_install", "-at_install")
class TestSettingRange(TransactionCase):
    def test_numbers_within_their_range(self):
        company = self.env.company
        for name, (taken, refused) in RANGES.items():
            for number in taken:
                company[name] = number
                company.flush_recordset()
            for number in refused:
                with (
                    self.subTest(setting=name, number=number),
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(CheckViolation),
                ):
                    company[name] = number
                    company.flush_recordset()
