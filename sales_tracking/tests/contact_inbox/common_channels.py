import json

from odoo import fields

from ...models.telephone.call_event import sign
from ..common import SalesTrackingCommon

CUSTOMER_NUMBER = "+6281355501234"
UNKNOWN_NUMBER = "+6281299990001"


class ChannelsCommon(SalesTrackingCommon):
    """A line whose extension 12 is the salesperson's, and a contact whose number is known."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.id")
        cls.salesperson.name = "salesperson"
        cls.contact.phone = "0813 5550 1234"
        cls.line = cls.env["sales.phone.line"].create(
            {
                "name": "Head Office",
                "company_id": cls.company.id,
                "extension_ids": [
                    fields.Command.create({"extension": "12", "user_id": cls.salesperson.id}),
                    fields.Command.create({"extension": "13", "user_id": cls.peer.id}),
                ],
            }
        )

    def _body(self, event="ended", call_id="7", number="0813 5550 1234", direction="in", extension="12", **values):
        return json.dumps(
            {
                "call_id": call_id,
                "event": event,
                "direction": direction,
                "extension": extension,
                "number": number,
                "start": "2026-03-02T09:15:00+07:00",
                **values,
            }
        ).encode()

    def _receive(self, *args, **values):
        """Let the line tell of an event, and return the call."""
        body = self._body(*args, **values)
        self.env["sales.call"].sudo().receive(self.line, body)
        return self._calls().filtered(lambda call: call.call_key == f"{self.line.id}/{json.loads(body)['call_id']}")

    def _calls(self):
        return self.env["sales.call"].search([("company_id", "=", self.company.id)])

    def _touches(self, calls):
        return self.env["sales.interaction"].search([("res_model", "=", "sales.call"), ("res_id", "in", calls.ids)])

    def _signed(self, body, secret=None, key=None):
        return {
            "Content-Type": "application/json",
            "X-Line": key or self.line.key,
            "X-Signature": sign(body, secret or self.line.secret),
        }
