import hashlib
import json
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.arguments import selected_records
from .floors import ACTIONS, Item, find_breaches

# What an approval is bound to: a change of these may revoke it.
BINDING_ORDER_FIELDS = {
    "order_line", "partner_id", "pricelist_id", "currency_id", "company_id", "team_id", "user_id",
}  # fmt: skip


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # Customers read their orders over RPC; what we earn on them is not theirs to know.
    margin = fields.Monetary(groups="base.group_user")
    margin_percent = fields.Float(groups="base.group_user")
    margin_approval_ids = fields.One2many(
        comodel_name="sales.margin.approval",
        inverse_name="order_id",
        string="Margin Approvals",
        groups="sales_team.group_sale_salesman",
    )
    margin_guard_state = fields.Selection(
        selection=[
            ("warn", "Below the Margin Floor"),
            ("needed", "Margin Approval Needed"),
            ("requested", "Margin to Approve"),
            ("approved", "Margin Approved"),
            ("refused", "Margin Refused"),
            ("block", "Blocked by the Margin Floor"),
        ],
        string="Margin Guard",
        compute="_compute_margin_guard",
        groups="sales_team.group_sale_salesman",
        help="Empty: the margin of the quotation is not below the floor.",
    )
    margin_guard_explanation = fields.Text(
        string="Below the Floor", compute="_compute_margin_guard", groups="sales_team.group_sale_salesman"
    )
    margin_can_decide = fields.Boolean(compute="_compute_margin_guard", groups="sales_team.group_sale_salesman")
    margin_request_reason = fields.Text(compute="_compute_margin_guard", groups="sales_team.group_sale_salesman")
    margin_decision_answer = fields.Text(compute="_compute_margin_guard", groups="sales_team.group_sale_salesman")

    @api.depends(
        "state", "company_id", "team_id", "currency_id", "partner_id", "margin_approval_ids.state",
        "order_line.price_subtotal", "order_line.product_uom_qty", "order_line.purchase_price", "order_line.product_id",
        "order_line.price_unit", "order_line.discount", "order_line.product_uom_id", "order_line.is_downpayment",
    )  # fmt: skip
    @api.depends_context("uid")
    def _compute_margin_guard(self):
        for order in self:
            breaches = order._margin_breaches() if order.state in ("draft", "sent") else []
            level = order._margin_level(breaches)
            approval = order._current_margin_approval() if level == "approval" else self.env["sales.margin.approval"]
            order.margin_guard_state = level and (level if level != "approval" else approval.state or "needed")
            order.margin_guard_explanation = order._explain_margin(breaches)
            order.margin_can_decide = approval.can_decide
            order.margin_request_reason = approval.reason
            order.margin_decision_answer = approval.answer

    def write(self, vals):
        if BINDING_ORDER_FIELDS & vals.keys():
            self._recheck_margin_at_commit()
        return super().write(vals)

    @api.model
    def action_share(self):
        """The link shows the quotation to the customer as well."""
        shared = selected_records(self)
        if not shared:
            raise UserError(self.env._("Choose the quotation that is to be shared."))
        shared._check_sendable()
        return super().action_share()

    def action_request_margin_approval(self):
        """The dialog that asks for the reason."""
        self.ensure_one()
        self._check_margin_requestable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for Approval"),
            "res_model": "sales.margin.approval",
            "views": [(self.env.ref("sales_tracking.sales_margin_approval_view_form_request").id, "form")],
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def action_approve_margin(self):
        return self._margin_request_to_decide().action_approve()

    def action_refuse_margin(self):
        return self._margin_request_to_decide().action_open_refusal()

    def _margin_request_to_decide(self):
        self.ensure_one()
        approval = self._current_margin_approval().sudo(False)
        if approval.state != "requested":
            raise UserError(self.env._("%(order)s is not waiting for a margin approval.", order=self.name))
        return approval

    def _has_margin_rules(self):
        return any(self.env["sales.margin.rule"]._rules_of(company.id) for company in self.sudo().company_id)

    def _margin_items(self, subtotals):
        """The parts of the order that the floor is asked of; a combo is one, with the price and cost of its parts.

        :param dict subtotals: other subtotals than those of the lines, by their ids
        """
        self.ensure_one()
        lines = self.order_line.filtered(lambda line: line.product_id and line._is_in_margin())
        prices = {line: subtotals.get(line.id, line.price_subtotal) for line in lines}
        lines -= self._share_margin_discounts(prices)
        parts_by_combo = defaultdict(list)
        for line in lines.filtered("combo_item_id"):
            parts_by_combo[line._get_linked_line()].append(line)
        for line in lines:
            if line.combo_item_id and line._get_linked_line():
                continue
            parts = [line, *parts_by_combo[line]]
            costs = [
                part.purchase_price * part.product_uom_qty if part.purchase_price > 0 else None
                for part in parts
                if part.product_type != "combo"
            ]
            price = sum(prices[part] for part in parts)
            is_sale = price >= 0 and line.product_uom_qty >= 0
            yield Item(
                name=line.product_id.display_name,
                price=price,
                # A discount or fee that is deducted has no cost of its own.
                cost=sum(cost or 0 for cost in costs) if not is_sale or (costs and None not in costs) else None,
                categories=tuple(map(int, (line.product_id.categ_id.parent_path or "").split("/")[:-1])),
                is_judged=is_sale,
            )

    def _share_margin_discounts(self, prices):
        """Take order-wide discounts off the prices of the lines that they discount, as the facts of sales do.

        :param dict prices: of all lines; changed in place
        :return: the discounts, which are no items of their own any more
        """

        def taxes(line):
            return line.tax_ids.filtered(lambda tax: tax.amount_type not in ("fixed", "code"))

        shared = self.env["sale.order.line"]
        before = dict(prices)
        products = self.env["res.company"]._discount_products()
        sold = [line for line, price in prices.items() if price > 0 and line.product_id.id not in products]
        for discount in [line for line in prices if line.product_id.id in products]:
            discounted = [line for line in sold if taxes(line) == taxes(discount)] or sold
            total = sum(before[line] for line in discounted)
            if total <= 0:
                continue
            for line in discounted:
                prices[line] += prices[discount] * before[line] / total
            shared += discount
        return shared

    def _margin_breaches(self, subtotals=None):
        # In sudo mode: who may not see costs is bound by the floor just as well.
        order = self.sudo()
        rules = order.env["sales.margin.rule"]._rules_of(order.company_id.id)
        if not rules:
            return []
        items = list(order._margin_items(subtotals or {}))
        # The floor of the team that sells holds whatever team the order is put into: the harder one counts.
        found = [
            find_breaches(items, rules, team.id or None, rounding=order.currency_id.rounding or 0.01)
            for team in order._margin_teams(rules)
        ]
        return max(found, key=lambda breaches: sorted((ACTIONS.index(each.action) for each in breaches), reverse=True))

    def _margin_teams(self, rules):
        """The order's team, and the salesperson's own where a team has floors of its own."""
        self.ensure_one()
        teams = [self.team_id]
        own_team = self.user_id.sale_team_id if any(rule.team_id for rule in rules) else self.team_id
        return [*teams, own_team] if own_team and own_team != self.team_id else teams

    @api.model
    def _margin_level(self, breaches):
        """The hardest action of the breaches, False without any."""
        return max((breach.action for breach in breaches), key=ACTIONS.index, default=False)

    def _explain_margin(self, breaches):
        texts = []
        for breach in breaches:
            values = {
                "name": breach.name or self.env._("Total"),
                "percent": breach.percent,
                "floor": breach.rule.floor,
            }
            if breach.percent is not None:
                texts.append(self.env._("%(name)s: margin %(percent).1f %%, floor %(floor)g %%", **values))
            else:
                texts.append(self.env._("%(name)s: no price or no known cost, floor %(floor)g %%", **values))
        return "\n".join(texts) or False

    def _margin_fingerprint(self):
        """What an approval is bound to: customer, team, currency, and each line's product, quantity, price and cost.

        :rtype: str
        """
        self.ensure_one()
        order = self.sudo()
        lines = order.order_line.filtered(lambda line: line._is_in_margin())
        content = [
            [order.company_id.id, order.partner_id.commercial_partner_id.id, order.team_id.id, order.currency_id.id],
            *sorted(
                [
                    line._origin.id or 0,
                    line.product_id.id,
                    line.product_uom_id.id,
                    *(
                        f"{line[name]:.6f}"
                        for name in ("product_uom_qty", "price_unit", "discount", "price_subtotal", "purchase_price")
                    ),
                ]
                for line in lines
            ),
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    def _current_margin_approval(self):
        """The latest request, if the quotation still is what was asked for; in sudo mode.

        :rtype: sales.margin.approval
        """
        self.ensure_one()
        # In sudo mode: the guard asks on behalf of whoever sends or confirms, and of the customer who signs.
        approval = self._origin.sudo().margin_approval_ids.sorted("id")[-1:]
        if (
            approval.state != "revoked"
            and approval.fingerprint == self._margin_fingerprint()
            and not self._was_approved_by_its_salesperson()
        ):
            return approval
        return approval.browse()

    def _was_approved_by_its_salesperson(self):
        """Whether somebody has approved it and then taken it over: an approval of an order of one's own is none."""
        self.ensure_one()
        order = self._origin.sudo()
        approval = order.margin_approval_ids.sorted("id")[-1:]
        return approval.state == "approved" and approval.decided_by_id == self.sudo().user_id

    def _open_margin_approvals(self):
        # In sudo mode: a change revokes whoever's request it was.
        return (
            self.env["sales.margin.approval"]
            .sudo()
            .search([("order_id", "in", self.ids), ("state", "in", ("requested", "approved"))])
        )

    def _margin_snapshot(self):
        self.ensure_one()
        breaches = self._margin_breaches()
        order = self.sudo()
        return {
            "amount_untaxed": order.amount_untaxed,
            "margin": order.margin,
            "margin_percent": order.margin_percent,
            "explanation": self._explain_margin(breaches),
            "needs_manager": any(breach.needs_manager for breach in breaches if breach.action == "approval"),
            "fingerprint": self._margin_fingerprint(),
        }

    def _margin_administrators(self):
        """Sales administrators of the company, those whom the floors name first."""
        self.ensure_one()
        rules = self.env["sales.margin.rule"]._rules_of(self.company_id.id)
        named = self.env["res.users"].browse([rule.approver_id for rule in rules if rule.approver_id])
        administrators = self.env.ref("sales_team.group_sale_manager").all_user_ids.filtered(
            lambda user: user.active and not user.share and self.company_id in user.company_ids
        )
        return named | administrators.sorted("id")

    def _may_approve_margin(self, user, needs_manager):
        """Whether the user's position is enough; that nobody decides on the own quotation is checked elsewhere."""
        self.ensure_one()
        order = self.sudo()
        if order.company_id not in user.company_ids:
            return False
        if user.has_group("sales_team.group_sale_manager"):
            return True
        return not needs_manager and order.team_id.user_id == user and user.has_group("sales_tracking.group_team_lead")

    @api.model
    def _gate_fields(self):
        return super()._gate_fields() | BINDING_ORDER_FIELDS

    def _ask_gate(self, step):
        answers = super()._ask_gate(step)
        if step not in ("send", "confirm"):
            return answers
        self._check_margin_guard()
        return [*answers, self._warned_margins() if step == "confirm" else {}]

    def _is_held_back(self):
        return super()._is_held_back() or self._is_held_by_margin_guard()

    def _is_held_by_margin_guard(self):
        """Whether the quotation may not leave the house, nor be signed or paid.

        :rtype: bool
        """
        self.ensure_one()
        if self.state not in ("draft", "sent"):
            return False
        level = self._margin_level(self._margin_breaches())
        return level == "block" or (level == "approval" and self._current_margin_approval().state != "approved")

    def _check_margin_guard(self):
        """Refuse to release orders whose margin is below the floor, unless it was approved or is only warned about.

        :raise UserError: says what is below which floor, and what to do; without figures for those who see no costs
        """
        if not self._has_margin_rules():
            return
        for order in self:
            breaches = order._margin_breaches()
            level = order._margin_level(breaches)
            if level == "block" or (level == "approval" and order._current_margin_approval().state != "approved"):
                raise UserError(
                    order._gate_refusal(
                        lambda order=order, level=level, breaches=breaches: order._margin_refusal(level, breaches)
                    )
                )

    def _warned_margins(self):
        """The notes, for internal users alone, on what is confirmed in spite of the warning, by id."""
        if not self._has_margin_rules():
            return {}
        notes = {}
        for order in self:
            breaches = order._margin_breaches()
            if order._margin_level(breaches) == "warn":
                text = order._explain_margin(breaches)
                notes[order.id] = self.env._("Confirmed below the margin floor. %s", text)
        return notes

    def _margin_refusal(self, level, breaches):
        self.ensure_one()
        todo = (
            self.env._("Raise the price, or ask for approval on the quotation.")
            if level == "approval"
            else self.env._("Raise the price: this can't be approved.")
        )
        return self.env._(
            "The margin of %(order)s is below the floor.\n%(explanation)s\n%(todo)s",
            order=self.name,
            explanation=self._explain_margin(breaches),
            todo=todo,
        )

    def _check_margin_requestable(self):
        self.ensure_one()
        self.check_access("write")
        level = self._margin_level(self._margin_breaches()) if self.state in ("draft", "sent") else False
        if level == "approval" and self._current_margin_approval().state != "approved":
            return
        if level == "block":
            raise UserError(self.env._("The margin of %(order)s can't be approved: raise the price.", order=self.name))
        raise UserError(self.env._("%(order)s needs no margin approval.", order=self.name))

    def _recheck_margin_at_commit(self):
        """Once all changes are made, revoke the approvals of what has changed and look at what was confirmed before.

        To be called before each change.
        """
        if not self._has_margin_rules():
            return
        precommit = self.env.cr.precommit
        # The user who changed an order (None where it was the server itself), and what a confirmed one was before.
        if "sales_tracking.margin_orders" not in precommit.data:
            precommit.add(self.env["sale.order"]._recheck_margins)
        changed = precommit.data.setdefault("sales_tracking.margin_orders", {})
        for order in self:
            if order.id not in changed:
                changed[order.id] = (None, order.state == "sale" and order._margin_responsibility())
            if not self.env.su:
                changed[order.id] = (self.env.uid, changed[order.id][1])

    @api.model
    def _recheck_margins(self):
        changed = self.env.cr.precommit.data.pop("sales_tracking.margin_orders", {})
        # In sudo mode: what was changed was checked when it was.
        orders = self.sudo().browse(changed).exists()
        outdated = orders._open_margin_approvals().filtered(
            lambda approval: (
                approval.order_id.state in ("draft", "sent")
                and approval.fingerprint != approval.order_id._margin_fingerprint()
            )
        )
        outdated._revoke(self.env._("the quotation was changed."))
        for order in orders.filtered(lambda order: order.state == "sale"):
            user_id, before = changed[order.id]
            if user_id and before != order._margin_responsibility():
                is_sold_alike = before and before[0] == order._margin_fingerprint()
                if not is_sold_alike or order._was_approved_by_its_salesperson():
                    order.with_user(user_id)._check_margin_of_confirmed()

    def _margin_responsibility(self):
        """What was sold, and whose order it is."""
        return self._margin_fingerprint(), self.sudo().user_id.id

    def _check_margin_of_confirmed(self):
        """Who changes a confirmed order needs the right to approve what it becomes.

        The change is an approval, which is kept: it does not count for an order of one's own, so that nobody lowers
        the price of an order that belongs to somebody else for the moment.
        """
        breaches = self._margin_breaches()
        level = self._margin_level(breaches)
        if level in ("approval", "block") and self._current_margin_approval().state != "approved":
            needs_manager = any(breach.needs_manager for breach in breaches)
            if self.user_id == self.env.user or not self._may_approve_margin(self.env.user, needs_manager):
                raise UserError(
                    self.env._(
                        "The change would bring the confirmed order %(order)s below the margin floor.\n"
                        "%(explanation)s\nHave somebody make it who may approve that.",
                        order=self.name,
                        explanation=self._explain_margin(breaches),
                    )
                )
            self.env["sales.margin.approval"]._record_change_of_confirmed(self)
