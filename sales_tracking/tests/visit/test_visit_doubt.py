from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_visit import FAR, MONAS, NEAR, VisitCommon

DEGREES_PER_KM = 1 / 111.19493  # of latitude


@tagged("post_install", "-at_install")
class TestDoubtfulPosition(VisitCommon):
    def _check_in(self, moment, position, *args, user=None, **kwargs):
        with freeze_time(moment):
            visit = self._visit(user)
            visit.action_check_in(*position, *args, **kwargs)
            visit.action_check_out()
        return visit

    def _km_south(self, km):
        return (MONAS[0] - km * DEGREES_PER_KM, MONAS[1])

    def test_impossible_speed_between_two_check_ins(self):
        first = self._check_in("2026-03-10 02:00:00", MONAS)
        self.assertEqual((first.check_in_speed, first.check_in_is_too_fast), (False, False))
        # 24 km in 10 minutes are 144 km/h, and 30 km are 180.
        for moment, km, is_too_fast, speed in (
            ("2026-03-10 02:10:00", 24, False, 144),
            ("2026-03-10 02:20:00", 54, True, 180),
        ):
            visit = self._check_in(moment, self._km_south(km))
            self.assertEqual((visit.check_in_is_too_fast, round(visit.check_in_speed)), (is_too_fast, speed))

    def test_inaccurate_positions_are_no_speed(self):
        self._check_in("2026-03-10 02:00:00", MONAS, 20)
        visit = self._check_in("2026-03-10 02:10:00", self._km_south(30), 29_000)
        self.assertEqual((visit.check_in_speed, visit.check_in_is_too_fast), (False, False))

    def test_another_person_is_no_speed(self):
        self._check_in("2026-03-10 02:00:00", MONAS)
        visit = self._check_in("2026-03-10 02:01:00", self._km_south(30), user=self.peer)
        self.assertIs(visit.check_in_speed, False)

    def test_the_check_out_is_the_last_position(self):
        with freeze_time("2026-03-10 02:00:00"):
            visit = self._visit()
            visit.action_check_in(*MONAS)
        with freeze_time("2026-03-10 02:40:00"):
            visit.action_check_out(*self._km_south(28))
        self.assertFalse(self._check_in("2026-03-10 02:50:00", self._km_south(30)).check_in_is_too_fast)

    def test_repeated_position(self):
        first = self._check_in("2026-03-10 02:00:00", NEAR)
        other = self._check_in("2026-03-11 02:00:00", (NEAR[0] + 0.0000002, NEAR[1]))
        again = self._check_in("2026-03-12 02:00:00", NEAR)
        later = self._check_in("2026-05-12 02:00:00", NEAR)
        self.assertEqual(
            [visit.check_in_is_repeated for visit in (first, other, again, later)], [False, False, True, False]
        )
        self.assertFalse(self._check_in("2026-03-12 03:00:00", NEAR, user=self.peer).check_in_is_repeated)

    def test_made_up_position(self):
        visit = self._check_in("2026-03-10 02:00:00", FAR, is_mock=True)
        self.assertTrue(visit.check_in_is_mock)
        self.assertFalse(self._check_in("2026-03-10 03:00:00", FAR, is_mock=False).check_in_is_mock)
        with self.assertRaisesRegex(UserError, "made this position up"):
            visit.with_user(self.lead_user).action_use_position()
        self.assertAlmostEqual(self.customer.partner_latitude, MONAS[0], 6)

    def test_nobody_takes_a_doubt_back(self):
        visit = self._check_in("2026-03-10 02:00:00", FAR, is_mock=True)
        for user in (self.salesperson, self.lead_user, self.manager):
            with self.assertRaises(UserError):
                visit.with_user(user).write({"check_in_is_mock": False})


@tagged("post_install", "-at_install")
class TestPositionProposal(VisitCommon):
    def test_lead_decides_on_a_proposal(self):
        visit = self._done(FAR)
        visit.action_propose_position()
        self.assertEqual(visit.position_proposal, "proposed")
        self.assertAlmostEqual(self.customer.partner_latitude, MONAS[0], 6)
        self.assertEqual(visit.activity_ids.user_id, self.lead_user)
        for action in ("action_use_position", "action_refuse_position"):
            with self.assertRaises(AccessError):
                getattr(visit, action)()
        visit.with_user(self.lead_user).action_use_position()
        self.assertEqual(visit.position_proposal, "accepted")
        self.assertAlmostEqual(self.customer.partner_latitude, FAR[0], 6)
        self.assertFalse(visit.activity_ids)
        self.assertEqual(visit.verification, "out_of_range")
        self.assertAlmostEqual(visit.address_latitude, MONAS[0], 6)

    def test_refused_proposal_changes_nothing(self):
        visit = self._done(FAR)
        with self.assertRaisesRegex(UserError, "Nobody has proposed"):
            visit.with_user(self.lead_user).action_refuse_position()
        visit.action_propose_position()
        visit.with_user(self.lead_user).action_refuse_position()
        self.assertEqual(visit.position_proposal, "refused")
        self.assertAlmostEqual(self.customer.partner_latitude, MONAS[0], 6)
        with self.assertRaisesRegex(UserError, "proposed already"):
            visit.action_propose_position()

    def test_one_proposes_one_s_own_position_alone(self):
        visit = self._done(FAR)
        with self.assertRaises(AccessError):
            visit.with_user(self.lead_user).action_propose_position()
        with self.assertRaisesRegex(UserError, "verified"):
            self._done().action_propose_position()
        with self.assertRaisesRegex(UserError, "no position"):
            self._done(()).action_propose_position()
