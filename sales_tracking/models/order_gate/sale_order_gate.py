from odoo import api, models


class SaleOrder(models.Model):
    """The one place where an order is asked whether anything holds it back: when it is sent, signed, paid or confirmed.

    Each reason extends `_ask_gate`, which refuses, `_is_held_back`, which tells, and `_gate_fields`. Steps are ``send``
    and ``confirm``.
    """

    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        for state, step in (("sent", "send"), ("sale", "confirm")):
            if made := orders.filtered(lambda order, state=state: order.state == state):
                made._ask_gate(step)
        return orders

    def write(self, vals):
        passing = self._passing_gate(vals)
        # Before anything is written, unless the same values change what is asked about.
        is_asked_first = not self._gate_fields() & vals.keys()
        answers = self._ask_gates(passing) if is_asked_first else []
        result = super().write(vals)
        for notes in answers if is_asked_first else self._ask_gates(passing):
            if notes:
                # In sudo mode: the customer who signs writes no notes.
                self.browse(notes).sudo()._message_log_batch(bodies=notes)
        return result

    def action_quotation_send(self):
        self._check_sendable()
        return super().action_quotation_send()

    def _check_sendable(self):
        """Refuse to let quotations out of the house that are held back.

        :raise UserError: says what holds one back, and what to do
        """
        self.filtered(lambda order: order.state in ("draft", "sent"))._ask_gate("send")

    def _passing_gate(self, vals):
        """The orders that the values bring to a step, by step.

        :rtype: dict[str, sale.order]
        """
        match vals.get("state"):
            case "sale":
                return {"confirm": self.filtered(lambda order: order.state != "sale")}
            case "sent" if not self.env.su:
                # The server itself marks a quotation as sent when a payment begins: the customer has it already.
                return {"send": self.filtered(lambda order: order.state not in ("sent", "sale"))}
        return {}

    @api.model
    def _gate_fields(self):
        """The fields whose change may change the answers.

        :rtype: frozenset[str]
        """
        return frozenset()

    @api.model
    def _ask_gates(self, passing):
        return [notes for step, orders in passing.items() if orders for notes in orders._ask_gate(step)]

    def _ask_gate(self, step):  # pylint: disable=unused-argument # for those that extend it
        """Ask each reason whether the orders may take the step.

        :return: for each reason, the notes to leave on orders that it lets through, by id
        :rtype: list[dict[int, str]]
        :raise UserError: says what holds an order back, and what to do
        """
        return []

    def _is_held_back(self):
        """Whether the quotation can't be confirmed, and so neither signed nor paid.

        :rtype: bool
        """
        self.ensure_one()
        return False

    def _gate_refusal(self, explain):
        """What the reader is told of an order that is held back: customers, and people who don't sell, no reason.

        :param explain: returns the text for salespeople
        """
        self.ensure_one()
        if self.env.user.share or not self.env.user.has_group("sales_team.group_sale_salesman"):
            return self.env._("%(order)s is being checked. Please try again later.", order=self.name)
        return explain()

    # What follows are core's questions to the order, asked by the portal and by payments.

    def _has_to_be_signed(self):
        return super()._has_to_be_signed() and not self._is_held_back()

    def _has_to_be_paid(self):
        return super()._has_to_be_paid() and not self._is_held_back()

    def _is_confirmation_amount_reached(self):
        # Money that came in meanwhile doesn't confirm what is being checked.
        return super()._is_confirmation_amount_reached() and not self._is_held_back()
