from odoo.tests import HttpCase, tagged

from ..common import SalesTrackingCommon


@tagged("post_install", "-at_install")
class TestInteractionTour(SalesTrackingCommon, HttpCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_two_taps_on_a_phone(self):
        self.start_tour(f"/odoo/contacts/{self.customer.id}", "sales_interaction_two_taps", login="salesperson")
        self.assertRecordValues(
            self.env["sales.interaction"].search([("partner_id", "=", self.customer.id)]),
            [{"kind": "call", "direction": "out", "user_id": self.salesperson.id}],
        )
