from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.visit.sales_visit_check import ReasonRequired
from .common_visit import FAR, MONAS, NEAR, VisitCommon

POSITIONS = (
    "check_in_latitude", "check_in_longitude", "check_in_accuracy", "check_out_latitude", "check_out_longitude",
)  # fmt: skip


@tagged("post_install", "-at_install")
class TestCheckIn(VisitCommon):
    def test_worked_numbers(self):
        for position, verification, metres in ((NEAR, "verified", 111), (FAR, "out_of_range", 334)):
            visit = self._visit()
            self.assertEqual(visit.action_check_in(*position), verification)
            self.assertEqual(round(visit.check_in_distance), metres)
            self.assertEqual((visit.check_in_latitude, visit.check_in_longitude), position)
            visit.action_check_out()

    def test_address_at_0_0_is_unverifiable(self):
        self.customer.write({"partner_latitude": 0, "partner_longitude": 0})
        visit = self._visit()
        self.assertEqual(visit.action_check_in(*MONAS), "unverifiable")
        self.assertIs(visit.check_in_distance, False)

    def test_address_on_the_equator_is_one(self):
        self.contact.write({"partner_latitude": 0, "partner_longitude": 109.3})
        visit = self._visit()
        self.assertEqual(visit.action_check_in(0, 109.3), "verified")
        self.assertEqual(visit.check_in_distance, 0)

    def test_without_position_it_is_unverifiable(self):
        visit = self._visit()
        self.assertEqual(visit.action_check_in(), "unverifiable")
        self.assertIs(visit.check_in_latitude, False)

    def test_accuracy_worse_than_the_radius_proves_nothing(self):
        for position, accuracy, verification in (
            (NEAR, 200, "verified"),
            (NEAR, 3000, "unverifiable"),
            (FAR, 150, "out_of_range"),
            (FAR, 3000, "unverifiable"),
        ):
            visit = self._visit()
            self.assertEqual(visit.action_check_in(*position, accuracy), verification)
            visit.action_check_out()

    def test_no_position_required(self):
        self.company.visit_policy = "none"
        visit = self._visit()
        self.assertEqual(visit.action_check_in(), "not_required")

    def test_impossible_positions_are_refused(self):
        visit = self._visit()
        for arguments, message in (
            ((90.1, 0), "latitude 90.1 is impossible: it must be a number of degrees from -90 to 90"),
            ((0, -180.5), "longitude"),
            ((float("nan"), 0), "latitude nan"),
            ((0, float("inf")), "longitude inf"),
            (("here", 0), "latitude here"),
            ((0, 0, -1), "accuracy -1"),
            ((1.0,), "both"),
        ):
            with self.subTest(arguments), self.assertRaisesRegex(UserError, message):
                visit.action_check_in(*arguments)
            self.assertEqual(visit.state, "planned")
        with self.assertRaisesRegex(UserError, "can't be read"):
            visit.action_check_in(*NEAR, device_time="soon")
        visit.action_check_in(-90, 180)
        with self.assertRaisesRegex(UserError, "latitude"):
            visit.action_check_out(-90.1, 0)
        self.assertEqual(visit.state, "in_progress")

    def test_check_in_twice_changes_nothing(self):
        visit = self._visit()
        visit.action_check_in(*NEAR, 10, "2026-03-10T01:00:00.123Z")
        first = visit.read(["check_in_time", "check_in_device_time", *POSITIONS])
        for device_time in ("2026-03-10T01:00:00.123Z", "2026-03-10T01:05:00Z", None):
            self.assertEqual(visit.action_check_in(*FAR, 5, device_time), "verified")
        self.assertEqual(visit.read(["check_in_time", "check_in_device_time", *POSITIONS]), first)
        visit.action_check_out(*NEAR, device_time="2026-03-10T01:30:00Z")
        self.assertEqual(visit.action_check_in(*FAR, device_time="2026-03-10T01:00:00.123Z"), "verified")
        with self.assertRaisesRegex(UserError, "Done"):
            visit.action_check_in(*FAR, device_time="2026-03-10T02:00:00Z")
        self.assertEqual(visit.state, "done")

    def test_check_out_twice_logs_once(self):
        visit = self._visit()
        visit.action_check_in(*NEAR)
        self.assertIs(visit.action_check_out(*NEAR, device_time="2026-03-10T01:30:00Z"), True)
        self.assertIs(visit.action_check_out(*FAR, device_time="2026-03-10T01:30:00Z"), True)
        self.assertEqual(visit.check_out_latitude, NEAR[0])
        self.assertEqual(
            self.env["sales.interaction"].search_count([("source_key", "=", f"sales.visit,{visit.id}")]), 1
        )

    def test_check_out_before_check_in_is_refused(self):
        visit = self._visit()
        with self.assertRaisesRegex(UserError, "Check in before"):
            visit.action_check_out(*NEAR)
        visit.action_check_in(*NEAR, device_time="2026-03-10T01:00:00Z")
        with self.assertRaisesRegex(UserError, "Set the clock"):
            visit.action_check_out(*NEAR, device_time="2026-03-10T00:59:59Z")
        self.assertEqual(visit.state, "in_progress")

    def test_one_open_visit_per_person(self):
        first, second = self._visit(), self._visit(purpose="Payment")
        first.action_check_in(*NEAR)
        with self.assertRaisesRegex(UserError, 'still on the visit "Toko Melati · Samples"'):
            second.action_check_in(*NEAR)
        self.assertEqual(self._visit(self.peer).action_check_in(*NEAR), "verified")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError) as error, self.env.cr.savepoint():
            self.env.cr.execute("UPDATE sales_visit SET state = 'in_progress' WHERE id = %s", [second.id])
        self.assertEqual(error.exception.diag.constraint_name, "sales_visit_one_open_visit")

    def test_nobody_checks_in_for_somebody_else(self):
        visit = self._visit()
        for user in (self.peer, self.lead_user, self.manager):
            with self.assertRaises(AccessError):
                visit.with_user(user).action_check_in(*NEAR)
        with self.assertRaises(AccessError):
            visit.with_user(self.manager).sudo().action_check_in(*NEAR)
        visit.action_check_in(*NEAR)
        with self.assertRaises(AccessError):
            visit.with_user(self.lead_user).action_check_out(*NEAR)

    def test_lead_closes_for_a_lost_phone(self):
        visit = self._visit()
        visit.action_check_in(*NEAR)
        with self.assertRaises(AccessError):
            visit.action_close_without_position()
        visit.with_user(self.lead_user).action_close_without_position()
        self.assertEqual((visit.state, visit.check_out_latitude), ("done", False))

    def test_positions_are_read_only(self):
        visit = self._visit()
        visit.action_check_in(*FAR)
        for user in (self.salesperson, self.lead_user, self.manager, self.env.ref("base.user_root")):
            for vals in (
                {"check_in_latitude": NEAR[0]},
                {"check_in_distance": 1},
                {"check_in_device_time": "2026-03-10 00:00:00"},
                {"verification": "verified"},
                {"state": "done"},
                {"day": "2026-03-10"},
            ):
                for context in ({}, {"sales_visit_transition": True}):
                    with self.subTest(user=user.login, vals=vals), self.assertRaises(UserError):
                        visit.with_user(user).with_context(**context).write(vals)
            with self.assertRaisesRegex(UserError, "has begun"):
                visit.with_user(user).write({"partner_id": self.customer.id})
        with self.assertRaises(UserError):
            self._visit(check_in_latitude=NEAR[0])
        with self.assertRaises(UserError):
            self._visit(state="done")
        with self.assertRaisesRegex(UserError, "Verification"):
            self.env["sales.visit"].with_user(self.salesperson).with_context(
                default_state="done", default_verification="verified"
            ).create({"partner_id": self.contact.id})

    def test_who_reads_positions(self):
        visit = self._done()
        visits = self.env["sales.visit"]
        for user in (self.peer, self.foreign_user):
            user.group_ids += self.env.ref("base.group_allow_export")
            own = visits.with_user(user)
            with self.assertRaises(AccessError):
                visit.with_user(user).read(POSITIONS)
            self.assertFalse(own.search([("check_in_latitude", "!=", 0)]))
            self.assertFalse(own._read_group([], ["check_in_time:day"], ["check_in_distance:avg"]))
            self.assertFalse(own.formatted_read_group([], ["verification"], ["check_in_distance:avg"]))
            self.assertFalse(own.search_read([("id", "=", visit.id)], POSITIONS))
            self.env.invalidate_all()
            with self.assertRaises(AccessError):
                visit.with_user(user).export_data(["check_in_latitude"])
            self.assertFalse(
                self.env["sales.visit.recurrence"].with_user(user).search([("visit_ids.check_in_latitude", "<", 0)])
            )
        for user in (self.portal_user, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                visits.with_user(user).search([])
            with self.assertRaises(AccessError):
                visit.with_user(user).action_check_in()
        for user in (self.salesperson, self.lead_user, self.manager):
            self.assertEqual(round(visit.with_user(user).read(POSITIONS)[0]["check_in_latitude"], 6), NEAR[0])

    def test_reason(self):
        self.company.visit_policy = "reason"
        visit = self._visit()
        for reason in (None, "", "  "):
            with self.assertRaisesRegex(ReasonRequired, "334 m from Toko Melati"):
                visit.action_check_in(*FAR, reason=reason)
        with self.assertRaisesRegex(ReasonRequired, "tells no position"):
            visit.action_check_in()
        self.assertEqual(visit.state, "planned")
        self.assertEqual(visit.action_check_in(*FAR, reason="At the warehouse"), "out_of_range")
        self.assertEqual(visit.check_in_reason, "At the warehouse")
        visit.action_check_out()
        self.assertEqual(self._visit().action_check_in(*NEAR), "verified")

    def test_block(self):
        self.company.visit_policy = "block"
        visit = self._visit()
        for arguments in (FAR, (), (*NEAR, 5000)):
            with self.assertRaisesRegex(UserError, "does not accept"):
                visit.action_check_in(*arguments, reason="At the warehouse")
        self.assertEqual(visit.action_check_in(*NEAR), "verified")

    def test_radius_of_the_company(self):
        self.company.visit_radius = 400
        self.assertEqual(self._visit().action_check_in(*FAR), "verified")

    def test_nobody_moves_the_customer_to_where_he_is(self):
        self.salesperson.group_ids += self.env.ref("base.group_partner_manager")
        self.lead_user.group_ids += self.env.ref("base.group_partner_manager")
        position = {"partner_latitude": FAR[0], "partner_longitude": FAR[1]}
        partners = self.env["res.partner"]
        for user in (self.salesperson, self.lead_user):
            with self.assertRaises(AccessError):
                self.customer.with_user(user).write(position)
            with self.assertRaises(AccessError):
                partners.with_user(user).create({"name": "Home", "parent_id": self.customer.id, **position})
            with self.assertRaises(AccessError):
                partners.with_user(user).with_context(
                    default_partner_latitude=FAR[0], default_partner_longitude=FAR[1]
                ).create({"name": "Home"})
            self.assertFalse(self.customer.with_user(user).copy().partner_latitude)
        visit = self._done(FAR, user=self.lead_user, user_id=self.lead_user.id)
        with self.assertRaisesRegex(AccessError, "visit of one's own"):
            visit.action_use_position()
        # Nor by looking up the address, which the person may have edited; without a position there is one to look up.
        self.customer.partner_latitude = self.customer.partner_longitude = 0
        for own in (visit, self._done()):
            self.assertFalse(own.partner_id._has_position())
            with self.assertRaises(AccessError):
                own.action_geolocate()
        self.customer.with_user(self.manager).write(position)
        self.assertAlmostEqual(self.customer.partner_latitude, FAR[0], 6)

    def test_a_visit_keeps_what_it_was_verified_against(self):
        visit = self._done()
        self.customer.write({"partner_latitude": FAR[0], "partner_longitude": FAR[1]})
        self.assertAlmostEqual(visit.address_latitude, MONAS[0], 6)
        self.assertAlmostEqual(visit.address_longitude, MONAS[1], 6)

    def test_lead_takes_the_position_over(self):
        visit = self._done(FAR)
        with self.assertRaises(AccessError):
            visit.action_use_position()
        visit.with_user(self.lead_user).action_use_position()
        self.assertAlmostEqual(self.customer.partner_latitude, FAR[0], 6)
        self.assertEqual(visit.verification, "out_of_range")
        self.assertEqual(self._visit().action_check_in(*FAR), "verified")
