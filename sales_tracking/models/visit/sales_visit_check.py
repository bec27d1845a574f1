from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError

from ...fields import BlankFloat
from . import device, geography

SALES = "sales_team.group_sale_salesman"
POSITION_DIGITS = (10, 7)
VERIFICATIONS = [
    ("verified", "Verified"),
    ("out_of_range", "Out of Range"),
    ("unverifiable", "Unverifiable"),
    ("not_required", "Not Required"),
]


class ReasonRequired(UserError):
    """The company wants to know why a check-in is not at the customer's."""


class OpenVisit(UserError):
    """The person is still on another visit, which may be closed where it stood."""


class SalesVisit(models.Model):
    """Check-in and check-out: where and when the person was, which nobody changes afterwards."""

    _inherit = "sales.visit"

    verification = fields.Selection(
        selection=VERIFICATIONS,
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Verified: the check-in was within the company's radius around the customer's address. Unverifiable: the "
        "address has no position, the device told none, or one too inaccurate to tell.",
    )
    check_in_time = fields.Datetime(string="Check-In", readonly=True, copy=False, groups=SALES)
    check_in_device_time = fields.Datetime(string="Check-In, Device's Clock", readonly=True, copy=False, groups=SALES)
    check_in_latitude = BlankFloat(digits=POSITION_DIGITS, readonly=True, copy=False, aggregator=None, groups=SALES)
    check_in_longitude = BlankFloat(digits=POSITION_DIGITS, readonly=True, copy=False, aggregator=None, groups=SALES)
    check_in_accuracy = BlankFloat(
        readonly=True, copy=False, aggregator=None, groups=SALES, help="In metres, as the device estimates it."
    )
    check_in_distance = BlankFloat(
        string="Distance to Customer", readonly=True, copy=False, aggregator="avg", groups=SALES, help="In metres."
    )
    address_latitude = BlankFloat(
        string="Customer's Latitude",
        digits=POSITION_DIGITS,
        readonly=True,
        copy=False,
        aggregator=None,
        groups=SALES,
        help="The position of the customer's address that the check-in was held against.",
    )
    address_longitude = BlankFloat(
        string="Customer's Longitude", digits=POSITION_DIGITS, readonly=True, copy=False, aggregator=None, groups=SALES
    )
    check_in_reason = fields.Char(string="Reason", readonly=True, copy=False, groups=SALES)
    check_out_time = fields.Datetime(string="Check-Out", readonly=True, copy=False, groups=SALES)
    check_out_device_time = fields.Datetime(string="Check-Out, Device's Clock", readonly=True, copy=False, groups=SALES)
    check_out_latitude = BlankFloat(digits=POSITION_DIGITS, readonly=True, copy=False, aggregator=None, groups=SALES)
    check_out_longitude = BlankFloat(digits=POSITION_DIGITS, readonly=True, copy=False, aggregator=None, groups=SALES)
    check_out_accuracy = BlankFloat(
        readonly=True, copy=False, aggregator=None, groups=SALES, help="In metres, as the device estimates it."
    )
    check_out_distance = BlankFloat(
        string="Distance at Check-Out", readonly=True, copy=False, aggregator="avg", groups=SALES, help="In metres."
    )
    duration = BlankFloat(
        string="Duration (Hours)", compute="_compute_duration", store=True, aggregator="sum", groups=SALES
    )
    is_own = fields.Boolean(compute="_compute_is_own")
    visit_policy = fields.Selection(related="company_id.visit_policy")
    can_geolocate = fields.Boolean(compute="_compute_can_geolocate")

    _one_open_visit = models.UniqueIndex(
        "(user_id) WHERE state = 'in_progress'", "A person can be on one visit at a time."
    )
    _check_out_after_check_in = models.Constraint(
        "CHECK (check_out_time >= check_in_time)", "A visit can't end before it began."
    )

    @api.depends("check_in_time", "check_out_time", "closed_automatically")
    def _compute_duration(self):
        for visit in self:
            is_over = visit.check_in_time and visit.check_out_time and not visit.closed_automatically
            visit.duration = bool(is_over) and (visit.check_out_time - visit.check_in_time).total_seconds() / 3600

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_own(self):
        for visit in self:
            visit.is_own = visit.user_id == self.env.user

    @api.depends("partner_id")
    @api.depends_context("uid")
    def _compute_can_geolocate(self):
        is_installed = hasattr(self.env["res.partner"], "geo_localize")  # by the module Partners Geolocation
        leads = self.env.user.has_group("sales_tracking.group_team_lead")
        for visit in self:
            address = visit.partner_id and visit.partner_id._visit_address()
            visit.can_geolocate = is_installed and leads and bool(address) and not address._has_position()

    def action_check_in(
        self, latitude=None, longitude=None, accuracy=None, device_time=None, reason=None, is_mock=None
    ):
        """Begin the visit where the person's device is. A repeated call changes nothing.

        :param float latitude: degrees; None with ``longitude`` where the device tells no position
        :param float accuracy: metres, as the device estimates it
        :param str device_time: the device's clock in ISO 8601; UTC where it names no zone
        :param str reason: why the person is not at the customer's
        :param bool is_mock: whether the device says that its position is made up
        :return: the verification: ``verified``, ``out_of_range``, ``unverifiable`` or ``not_required``
        :raise AccessError: for the visit of somebody else
        :raise ReasonRequired: where the company wants a reason and there is none
        :raise UserError: for an impossible position, during another visit, or where the company refuses it
        """
        self.ensure_one()
        self._check_is_own()
        position, accuracy = self._position(latitude, longitude, accuracy)
        device_moment = self._device_moment(device_time)
        is_repeated = device_moment and device_moment == self.check_in_device_time
        if self.state == "in_progress" or (self.state == "done" and is_repeated):
            return self.verification
        if self.state not in ("planned", "missed"):
            states = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    'The visit "%(visit)s" is %(state)s: nobody can check in on it. Plan it again, or another one.',
                    visit=self.display_name,
                    state=states[self.state],
                )
            )
        self._check_no_open_visit()
        metres = self._distance(position)
        verification = "not_required"
        if self.company_id.visit_policy != "none":
            verification = geography.verify(metres, accuracy, self.company_id.visit_radius)
            self._apply_policy(verification, metres, reason)
        try:
            self._transition(
                {
                    "state": "in_progress",
                    "verification": verification,
                    "check_in_time": fields.Datetime.now(),
                    "check_in_reason": reason or False,
                    **self._check_values("check_in", position, accuracy, metres, device_moment),
                    **self._address_values(),
                    **self._doubt_values(position, accuracy, is_mock),
                }
            )
            self.flush_recordset()
        except UniqueViolation as error:
            # The person checked in elsewhere meanwhile: the retry finds that visit and names it.
            raise ConcurrencyError(str(error)) from error
        return verification

    def action_check_out(self, latitude=None, longitude=None, accuracy=None, device_time=None):
        """End the visit: it is logged as an interaction, and the next action is scheduled.

        :param float latitude: degrees; None with ``longitude`` where the device tells no position
        :param float accuracy: metres, as the device estimates it
        :param str device_time: the device's clock in ISO 8601; UTC where it names no zone
        :return: True, for a repeated call as well
        :raise AccessError: for the visit of somebody else
        :raise UserError: for an impossible position, or before the check-in
        """
        self.ensure_one()
        self._check_is_own()
        position, accuracy = self._position(latitude, longitude, accuracy)
        device_moment = self._device_moment(device_time)
        if self.state == "done" and self.check_out_time:
            return True
        if self.state != "in_progress":
            raise UserError(
                self.env._(
                    'Nobody has checked in on the visit "%(visit)s" yet. Check in before you check out.',
                    visit=self.display_name,
                )
            )
        if device_moment and self.check_in_device_time and device_moment < self.check_in_device_time:
            raise UserError(
                self.env._(
                    "The check-out would be before the check-in: the device's clock shows %(check_out)s, and showed "
                    "%(check_in)s at the check-in (UTC). Set the clock of the device and check out again.",
                    check_out=device_moment,
                    check_in=self.check_in_device_time,
                )
            )
        metres = self._distance(position)
        return self._close(
            {
                "check_out_time": fields.Datetime.now(),
                **self._check_values("check_out", position, accuracy, metres, device_moment),
            }
        )

    def action_close_without_position(self):
        """Close a visit for a person who can't: the phone is lost, or the check-out was forgotten."""
        self.ensure_one()
        self._check_leads()
        if self.state != "in_progress":
            raise UserError(self.env._('The visit "%(visit)s" is not in progress.', visit=self.display_name))
        return self._close({"check_out_time": fields.Datetime.now()})

    def action_done(self):
        """Report a visit as made without check-in, where the company asks for none."""
        for visit in self:
            visit._check_is_own()
            if visit.state not in ("planned", "missed") or visit.company_id.visit_policy != "none":
                raise UserError(self.env._('Check in to begin the visit "%(visit)s".', visit=visit.display_name))
            if visit.day > visit.company_id._sales_today():
                raise UserError(self.env._('The visit "%(visit)s" lies in the future.', visit=visit.display_name))
            visit._close({"verification": "not_required"})
        return True

    def action_geolocate(self):
        """Look up the position of the customer's address, with the module Partners Geolocation."""
        self.ensure_one()
        self._check_places_address()
        if not self.can_geolocate:
            raise UserError(
                self.env._(
                    "Only an address without a position is looked up, and only with the module Partners Geolocation."
                )
            )
        # As superuser: a lead may look up the position of an address without the right to edit contacts.
        return self.partner_id._visit_address().sudo().geo_localize()

    def _close(self, vals):
        self._transition({"state": "done", **vals})
        self._log_interaction()
        self._schedule_next_action()
        return True

    def _check_is_own(self):
        if self.user_id != self.env.user:
            raise AccessError(
                self.env._(
                    'The visit "%(visit)s" is one of %(person)s, who alone can check in and out.',
                    visit=self.display_name,
                    person=self.user_id.name,
                )
            )

    def _check_leads(self):
        self.check_access("write")
        if not self.env.user.has_group("sales_tracking.group_team_lead"):
            raise AccessError(self.env._("Only team leads and managers may do that. Ask one of them."))

    def _check_places_address(self):
        """Refuse to decide where the customer of the visit is, by which visits are verified.

        :raise AccessError: for people without a team, and for one's own visit
        """
        self._check_leads()
        if self.user_id == self.env.user and not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(
                self.env._("Nobody decides on a visit of one's own where the customer is. Ask another lead.")
            )

    def _check_no_open_visit(self):
        # As superuser: it may be in a company that is not active now.
        visit = self.sudo().search([("user_id", "=", self.user_id.id), ("state", "=", "in_progress")], limit=1)
        if visit:
            raise OpenVisit(
                self.env._(
                    'You are still on the visit "%(visit)s", since %(moment)s. Check out there first.',
                    visit=visit.display_name,
                    moment=fields.Datetime.context_timestamp(
                        visit.with_context(tz=visit.company_id.sales_tz), visit.check_in_time
                    ).strftime("%Y-%m-%d %H:%M"),
                )
            )

    def _apply_policy(self, verification, metres, reason):
        policy = self.company_id.visit_policy
        if verification == "verified" or policy == "record" or (policy == "reason" and (reason or "").strip()):
            return
        situation = self._situation(verification, metres)
        if policy == "reason":
            raise ReasonRequired(situation + " " + self.env._("Give a reason to check in."))
        raise UserError(
            situation + " " + self.env._("Your company does not accept such a check-in; ask your team lead.")
        )

    def _situation(self, verification, metres):
        """Why the person is not seen to be at the customer's, and what helps."""
        customer = self.partner_id.display_name or self.display_name
        if verification == "out_of_range":
            return self.env._(
                "You are %(metres)s m from %(customer)s, further than the %(radius)s m within which one checks in.",
                metres=round(metres),
                customer=customer,
                radius=self.company_id.visit_radius,
            )
        if metres is not None:
            return self.env._("Your device's position is too inaccurate to tell whether you are at the customer's.")
        if self.partner_id and self.partner_id._visit_address()._has_position():
            return self.env._("Your device tells no position. Allow it to, and step into the open.")
        return self.env._("The address of %(customer)s has no position yet.", customer=customer)

    @api.model
    def _position(self, latitude, longitude, accuracy):
        """((latitude, longitude) or None, accuracy or None), checked."""
        latitude = self._number(self.env._("latitude"), latitude, 90)
        longitude = self._number(self.env._("longitude"), longitude, 180)
        accuracy = self._number(self.env._("accuracy"), accuracy)
        if (latitude is None) != (longitude is None):
            raise UserError(
                self.env._("A position has a latitude and a longitude: send both, or none where there is no signal.")
            )
        return (None, None) if latitude is None else ((latitude, longitude), accuracy)

    @api.model
    def _number(self, label, value, degrees=None):
        """The number in the value: degrees within the limit, or else metres; None without one."""
        try:
            number = device.number(value)
            is_possible = number is None or (abs(number) <= degrees if degrees else number >= 0)
        except ValueError:
            is_possible = False
        if is_possible:
            return number
        if degrees:
            expected = self.env._("a number of degrees from -%(limit)s to %(limit)s", limit=degrees)
        else:
            expected = self.env._("a number of metres, 0 or more")
        raise UserError(
            self.env._(
                "The %(name)s %(value)s is impossible: it must be %(expected)s. Locate the device again.",
                name=label,
                value=value,
                expected=expected,
            )
        )

    @api.model
    def _device_moment(self, device_time):
        try:
            return device.moment(device_time)
        except ValueError as error:
            raise UserError(
                self.env._(
                    "The device's time \"%(value)s\" can't be read: send it like 2026-03-10T08:30:00Z.",
                    value=device_time,
                )
            ) from error

    def _distance(self, position):
        """Metres from the position to the customer's address; None without either."""
        address = self.partner_id and self.partner_id._visit_address()
        if not position or not address or not address._has_position():
            return None
        return geography.distance(*position, address.partner_latitude, address.partner_longitude)

    def _address_values(self):
        """The position that the check-in is held against, which stays what it was."""
        address = self.partner_id and self.partner_id._visit_address()
        if not address or not address._has_position():
            return {"address_latitude": False, "address_longitude": False}
        return {"address_latitude": address.partner_latitude, "address_longitude": address.partner_longitude}

    @api.model
    def _check_values(self, moment, position, accuracy, metres, device_moment):
        latitude, longitude = position or (False, False)
        return {
            f"{moment}_latitude": latitude,
            f"{moment}_longitude": longitude,
            f"{moment}_accuracy": accuracy,
            f"{moment}_distance": metres,
            f"{moment}_device_time": device_moment,
        }
