from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_amount

from ..receivable.res_partner_payment_behaviour import MAY_SEE

MANAGER = "sales_team.group_sale_manager"
CUSTOMER_FIELDS = {"partner_id", "partner_invoice_id"}
SEVERITY = {False: 0, "warn": 1, "block": 2}


class SaleOrder(models.Model):
    """Orders of customers who are overdue: told of on the quotation, noted or refused when it is confirmed.

    Nothing is stored and nothing is asked while the company's policy is off; otherwise one statement reads the open
    items of the customer.
    """

    _inherit = "sale.order"

    overdue_notice = fields.Text(compute="_compute_overdue_notice", groups=MAY_SEE)
    overdue_level = fields.Selection(
        selection=[("info", "Owes"), ("warn", "Overdue"), ("block", "Refused")],
        compute="_compute_overdue_notice",
        groups=MAY_SEE,
    )
    # Written by whoever may release alone, and so the field groups.
    overdue_release_reason = fields.Text(string="Released Because", readonly=True, copy=False, groups=MANAGER)
    overdue_release_partner_id = fields.Many2one(
        comodel_name="res.partner", string="Released for", readonly=True, copy=False, groups=MANAGER
    )
    overdue_release_customer_id = fields.Many2one(
        comodel_name="res.partner", string="Released Customer", readonly=True, copy=False, groups=MANAGER
    )
    overdue_release_user_id = fields.Many2one(
        comodel_name="res.users", string="Released by", readonly=True, copy=False, groups=MANAGER
    )

    @api.depends("partner_id", "partner_invoice_id", "company_id", "state")
    def _compute_overdue_notice(self):
        self.overdue_notice = self.overdue_level = False
        quotations = self.filtered(lambda order: order.state in ("draft", "sent") and order.partner_invoice_id)
        for company, orders in quotations.grouped("company_id").items():
            orders = orders.with_company(company)
            figures = (orders.partner_invoice_id | orders.partner_id)._open_figures(company)
            for order in orders:
                partner, figure = order._who_owes(figures)
                if not figure or (figure["open"] <= 0 and figure["overdue"] <= 0):
                    continue
                level = order._overdue_policy_hit(figure) or ("warn" if figure["overdue"] > 0 else "info")
                notice = order._explain_overdue(partner, figure, with_behaviour=True)
                if level == "block" and order._is_released_for_overdue():
                    level, notice = "warn", f"{notice}\n{order._explain_release()}"
                order.overdue_level, order.overdue_notice = level, notice

    def _passing_gate(self, vals):
        passing = super()._passing_gate(vals)
        if not passing and CUSTOMER_FIELDS & vals.keys():
            # Confirmed for one customer and given to another, or invoiced to another: asked again.
            passing["other_customer"] = self.filtered(
                lambda order: order.state == "sale" and order._is_given_to_another(vals)
            )
        return passing

    @api.model
    def _gate_fields(self):
        return super()._gate_fields() | CUSTOMER_FIELDS

    def _ask_gate(self, step):
        answers = super()._ask_gate(step)
        return [*answers, self._check_overdue_customers()] if step in ("confirm", "other_customer") else answers

    def _is_held_back(self):
        return super()._is_held_back() or self._is_held_for_overdue()

    def action_release_overdue(self):
        """The dialog that asks for the reason."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Release the Order"),
            "res_model": "sales.overdue.release",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def _check_overdue_customers(self):
        """Refuse orders of customers who are overdue, where that is the policy and nobody has released them.

        :return: the notes to leave on orders that are let through, by id
        :raise UserError: says what is overdue, and who can release the order
        """
        notes = {}
        for company, orders in self.grouped("company_id").items():
            if company.overdue_order_policy == "off":
                continue
            # In sudo mode: the policy binds those as well who may not see what a customer owes.
            partners = orders.sudo().partner_invoice_id | orders.sudo().partner_id
            figures = partners._open_figures(company)
            for order in orders:
                partner, figure = order._who_owes(figures)
                match figure and order._overdue_policy_hit(figure):
                    case "block" if not order._is_released_for_overdue():
                        raise UserError(
                            order._gate_refusal(
                                lambda order=order, partner=partner, figure=figure: order._overdue_refusal(
                                    partner, figure
                                )
                            )
                        )
                    case "block" | "warn":
                        notes[order.id] = self.env._(
                            "Confirmed though the customer is overdue. %(explanation)s",
                            explanation=order._explain_overdue(partner, figure),
                        )
        return notes

    def _who_owes(self, figures):
        """Find which of the customer and of who is invoiced weighs most with the policy.

        :param dict figures: what they owe (`_open_figures`)
        :return: the partner and its figures, or None twice
        """
        self.ensure_one()
        order = self.sudo()
        partners = order.partner_invoice_id | order.partner_id
        owing = [(partner, figures[partner._origin.id]) for partner in partners if figures.get(partner._origin.id)]
        return max(
            owing,
            key=lambda each: (SEVERITY[order._overdue_policy_hit(each[1])], each[1]["overdue"], each[1]["open"]),
            default=(None, None),
        )

    def _is_given_to_another(self, vals):
        order = self.sudo()
        return any(
            order[name].commercial_partner_id != order[name].browse(vals[name]).commercial_partner_id
            for name in CUSTOMER_FIELDS & vals.keys()
        )

    def _overdue_policy_hit(self, figure):
        """What the policy asks of an order whose customer owes this (`_open_figures`): warn, block or False."""
        self.ensure_one()
        company = self.company_id
        policy = company.overdue_order_policy
        if policy == "off" or figure["days"] < company.overdue_order_days:
            return False
        if figure["overdue"] <= company.overdue_order_amount:
            return False
        policy = figure["policy"] or policy
        return policy if policy != "off" else False

    def _is_released_for_overdue(self):
        self.ensure_one()
        order = self.sudo()
        released = order.overdue_release_partner_id
        return bool(
            released
            and released == order.partner_invoice_id.commercial_partner_id
            and (order.overdue_release_customer_id or released) == order.partner_id.commercial_partner_id
        )

    def _is_held_for_overdue(self):
        """Whether the quotation can't be confirmed, and so neither signed nor paid.

        :rtype: bool
        """
        self.ensure_one()
        order = self.sudo()
        if order.state not in ("draft", "sent") or order.company_id.overdue_order_policy == "off":
            return False
        __, figure = order._who_owes((order.partner_invoice_id | order.partner_id)._open_figures(order.company_id))
        return bool(figure and order._overdue_policy_hit(figure) == "block" and not order._is_released_for_overdue())

    def _explain_release(self):
        order = self.sudo()
        return self.env._(
            "Released by %(user)s: %(reason)s",
            user=order.overdue_release_user_id.name,
            reason=order.overdue_release_reason,
        )

    def _explain_overdue(self, partner, figure, with_behaviour=False):
        self.ensure_one()
        currency = self.company_id.currency_id
        customer = partner.sudo().commercial_partner_id
        values = {
            "customer": customer.name,
            "open": format_amount(self.env, figure["open"], currency),
            "overdue": format_amount(self.env, figure["overdue"], currency),
            "days": figure["days"],
        }
        if figure["overdue"] > 0:
            text = self.env._(
                "%(customer)s owes %(open)s, of which %(overdue)s is overdue, the oldest for %(days)s days.", **values
            )
        else:
            text = self.env._("%(customer)s owes %(open)s, nothing of it overdue.", **values)
        customer = customer.with_company(self.company_id)
        if with_behaviour and customer.payment_score:
            text = f"{text} {self._explain_behaviour(customer)}"
        return text

    def _explain_behaviour(self, customer):
        values = {"score": customer.payment_score, "days": abs(customer.payment_delay)}
        if customer.payment_delay is False:
            return self.env._("Payment score %(score)s.", **values)
        if customer.payment_delay < 0:
            return self.env._("Payment score %(score)s; pays on average %(days).1f days before the due date.", **values)
        return self.env._("Payment score %(score)s; pays on average %(days).1f days after the due date.", **values)

    def _overdue_refusal(self, partner, figure):
        return self.env._(
            "%(order)s can't be confirmed: its customer is overdue.\n%(explanation)s\n"
            "Have it paid first, or ask a sales administrator to release the order.",
            order=self.name,
            explanation=self._explain_overdue(partner, figure),
        )
