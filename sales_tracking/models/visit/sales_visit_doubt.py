from datetime import timedelta

from odoo import api, fields, models

from ...fields import BlankFloat
from . import geography
from .sales_visit_check import SALES

COMPARED_FOR = timedelta(days=30)
FASTEST = 150  # km/h on the road


class SalesVisit(models.Model):
    """Doubts about the position of a check-in, for the lead to look at; none of them refuses it."""

    _inherit = "sales.visit"

    check_in_is_mock = fields.Boolean(
        string="Simulated Position",
        readonly=True,
        copy=False,
        groups=SALES,
        help="The device said that an application makes its position up.",
    )
    check_in_speed = BlankFloat(
        string="Speed since the Last Position (km/h)",
        readonly=True,
        copy=False,
        aggregator=None,
        groups=SALES,
        help="How fast the person must have travelled, as the crow flies, from where he or she last checked in or out.",
    )
    check_in_is_too_fast = fields.Boolean(
        string="Impossible Speed",
        readonly=True,
        copy=False,
        groups=SALES,
        help="Nobody gets here that fast, at more than 150 km/h, from where the person last checked in or out.",
    )
    check_in_is_repeated = fields.Boolean(
        string="Repeated Position",
        readonly=True,
        copy=False,
        groups=SALES,
        help="The very same position, to the centimetre, as at another check-in of the last 30 days. A real device "
        "hardly ever measures a place the same twice.",
    )

    def _doubt_values(self, position, accuracy, is_mock):
        """What speaks against the position of a check-in that happens now.

        :param position: (latitude, longitude) or None
        :param accuracy: metres, or None
        :param is_mock: what the device says, if anything
        """
        if not position:
            return {"check_in_is_mock": False, "check_in_is_repeated": False, **self._speed_values(None)}
        return {
            "check_in_is_mock": is_mock is True,
            "check_in_is_repeated": self._is_repeated(position),
            **self._speed_values(self._speed(position, accuracy)),
        }

    @api.model
    def _speed_values(self, speed):
        return {"check_in_speed": speed, "check_in_is_too_fast": speed is not None and speed > FASTEST}

    def _speed(self, position, accuracy):
        """km/h from the person's last known position, None without one."""
        # As superuser: it may be in a company that is not active now.
        last = self.sudo().search(
            [("user_id", "=", self.user_id.id), ("id", "!=", self.id), ("check_in_latitude", "!=", False)],
            order="check_in_time desc",
            limit=1,
        )
        if not last:
            return None
        moment = "check_in" if last.check_out_latitude is False else "check_out"
        return geography.speed(
            geography.distance(*position, last[f"{moment}_latitude"], last[f"{moment}_longitude"]),
            (accuracy or 0) + (last[f"{moment}_accuracy"] or 0),
            (fields.Datetime.now() - last[f"{moment}_time"]).total_seconds(),
        )

    def _is_repeated(self, position):
        latitude, longitude = (round(degrees, 7) for degrees in position)
        # As superuser: see _speed.
        return bool(
            self.sudo().search_count(
                [
                    ("user_id", "=", self.user_id.id),
                    ("id", "!=", self.id),
                    ("day", ">=", fields.Date.today() - COMPARED_FOR),
                    ("check_in_latitude", "=", latitude),
                    ("check_in_longitude", "=", longitude),
                ],
                limit=1,
            )
        )
