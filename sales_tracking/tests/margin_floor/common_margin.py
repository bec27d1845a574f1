from odoo.fields import Command

from ..common import SalesTrackingCommon


class MarginGuardCommon(SalesTrackingCommon):
    """A floor of 15 % with approval: pepper costs 60, so that 70.59 is enough and 70 isn't."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.floor = cls._floor(15)

    @classmethod
    def _floor(cls, floor, company=None, **vals):
        company = company or cls.company
        return cls.env["sales.margin.rule"].create({"floor": floor, "company_id": company.id, **vals})

    @classmethod
    def _quotation(cls, price=70, lines=None, user=None, **vals):
        """A quotation of the salesperson; lines: values besides one unit of pepper without taxes."""
        user = user or cls.salesperson
        values = {
            "partner_id": cls.contact.id,
            "user_id": user.id,
            "team_id": cls.team.id,
            "order_line": [
                Command.create({"product_id": cls.pepper.id, "tax_ids": [Command.clear()], **line})
                for line in lines or [{"price_unit": price}]
            ],
            **vals,
        }
        return cls.env["sale.order"].with_user(user).create(values)

    def _request(self, order, reason="A large order follows"):
        return (
            self.env["sales.margin.approval"].with_user(order.user_id).create({"order_id": order.id, "reason": reason})
        )

    def _approved(self, price=70, **vals):
        order = self._quotation(price, **vals)
        self._request(order).with_user(self.lead_user).action_approve()
        self.assertEqual(order.margin_guard_state, "approved")
        return order

    def _commit(self):
        """What happens when the transaction ends."""
        self.env.cr.flush()
