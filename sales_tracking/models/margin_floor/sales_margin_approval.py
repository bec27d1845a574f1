from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.plain_text import to_html

ACTIVITY = "sales_tracking.mail_activity_margin_approval"


class SalesMarginApproval(models.Model):
    """A request to sell below the margin floor, and what became of it.

    It is bound to the quotation as it was when the request was made (``fingerprint``): whatever changes of it revokes
    the request or the approval. Decisions are never changed or deleted; who disagrees asks again.
    """

    _name = "sales.margin.approval"
    _description = "Margin Approval"
    _inherit = ["sales.text.limit.mixin", "sales.guarded.mixin"]
    _order = "id desc"
    _rec_name = "order_id"

    order_id = fields.Many2one(
        comodel_name="sale.order", string="Quotation", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    partner_id = fields.Many2one(related="order_id.partner_id")
    user_id = fields.Many2one(related="order_id.user_id", store=True)
    team_id = fields.Many2one(related="order_id.team_id", store=True)
    currency_id = fields.Many2one(related="order_id.currency_id")
    state = fields.Selection(
        selection=[
            ("requested", "To Approve"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("revoked", "Revoked"),
        ],
        required=True,
        readonly=True,
        default="requested",
        index=True,
    )
    reason = fields.Text(required=True, help="Why this quotation should be sold below the margin floor.")
    requested_by_id = fields.Many2one(comodel_name="res.users", string="Requested by", required=True, readonly=True)
    answer = fields.Text(help="What the one who decides has to say about it; a refusal needs it.")
    decided_by_id = fields.Many2one(comodel_name="res.users", string="Decided by", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    amount_untaxed = fields.Monetary(string="Untaxed Amount", readonly=True, aggregator=None)
    margin = fields.Monetary(readonly=True, aggregator=None)
    margin_percent = fields.Float(string="Margin (%)", readonly=True, aggregator=None)
    explanation = fields.Text(string="Below the Floor", readonly=True, help="What is below which floor.")
    needs_manager = fields.Boolean(
        string="Administrator Decides", readonly=True, help="It is below what the lead of the team may approve."
    )
    fingerprint = fields.Char(readonly=True, groups="base.group_system")
    can_decide = fields.Boolean(compute="_compute_can_decide")

    @api.depends("state", "order_id.user_id", "order_id.team_id.user_id", "requested_by_id", "needs_manager")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for approval in self:
            approval.can_decide = approval.state == "requested" and not approval._objection_to(self.env.user)

    @api.model_create_multi
    def create(self, vals_list):
        """Ask for the approval of quotations as they are now; earlier requests for them are revoked.

        :param list[dict] vals_list: `order_id` and `reason`; everything else is taken from the quotation
        """
        if self.env.su and self._in_action():
            # It is decided already: _record_change_of_confirmed.
            return super().create(vals_list)
        self.check_access("create")
        orders = self.env["sale.order"].browse([vals.get("order_id") for vals in vals_list]).exists()
        if len(orders) != len(vals_list):
            raise UserError(self.env._("A margin approval is asked for one quotation each."))
        orders.check_access("write")
        for order, vals in zip(orders, vals_list, strict=True):
            order._check_margin_requestable()
            if not (vals.get("reason") or "").strip():
                raise UserError(self.env._("Say why %(order)s should be approved.", order=order.name))
        orders._open_margin_approvals()._revoke(self.env._("A new approval is asked for."))
        # In sudo mode: what is requested is fixed here, no caller passes it.
        approvals = super(SalesMarginApproval, self.sudo()).create(
            [
                {
                    "order_id": order.id,
                    "reason": vals["reason"].strip(),
                    "requested_by_id": self.env.uid,
                    **order._margin_snapshot(),
                }
                for order, vals in zip(orders, vals_list, strict=True)
            ]
        )
        approvals = approvals.with_env(self.env)
        approvals._announce()
        return approvals

    @api.model
    def _record_change_of_confirmed(self, order):
        """Keep who brought a confirmed order below the floor, which that person may approve."""
        # In sudo mode: the right to approve was checked, and nobody creates a decision otherwise.
        self.sudo()._create_decided(
            {
                "order_id": order.id,
                "reason": self.env._("The confirmed order was changed."),
                "requested_by_id": self.env.uid,
                "state": "approved",
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
                **order._margin_snapshot(),
            }
        )

    def write(self, vals):
        """Only those who decide write, and only their answer; the transitions write in sudo mode."""
        if self.env.su:
            return super().write(vals)
        if set(vals) - {"answer"}:
            raise UserError(self.env._("A margin approval stays as it was made. Use the Approve and Refuse buttons."))
        for approval in self:
            approval._check_decidable()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A margin approval stays: it tells who allowed what. Ask again instead."))

    def copy_data(self, default=None):
        raise UserError(self.env._("A margin approval can't be duplicated. Ask for a new one on the quotation."))

    def action_approve(self):
        """Approve what was requested; nothing but exactly that may be sold.

        :raise UserError: for own quotations, and when the quotation has changed since the request
        """
        for approval in self:
            approval._check_decidable()
            order = approval.order_id
            # In sudo mode: the fingerprint is nobody's to read.
            if approval.sudo().fingerprint != order._margin_fingerprint():
                raise UserError(
                    self.env._(
                        "%(order)s has changed since approval was asked for. Have it asked for again.", order=order.name
                    )
                )
            approval._decide("approved")
            body = self.env._(
                "Margin of %(percent).1f %% approved for %(user)s.",
                percent=approval.margin_percent * 100,
                user=approval.requested_by_id.name,
            )
            approval._tell_requester(body)
            # In sudo mode, as when it was paid: the money that came in while it was held confirms it now.
            payments = order.sudo().transaction_ids.filtered(lambda payment: payment.state in ("authorized", "done"))
            payments._check_amount_and_confirm_order()
        return True

    def action_refuse(self):
        """Refuse what was requested; the answer says why.

        :raise UserError: without an answer, and for own quotations
        """
        for approval in self:
            approval._check_decidable()
            if not (approval.answer or "").strip():
                raise UserError(
                    self.env._("Say why %(order)s is refused: write an answer first.", order=approval.order_id.name)
                )
            approval._decide("refused")
            approval._tell_requester(self.env._("Margin refused."))
        return True

    def action_open_order(self):
        self.ensure_one()
        return self.order_id._get_records_action()

    def action_open_refusal(self):
        """The dialog that asks for the answer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.env.ref("sales_tracking.sales_margin_approval_view_form_refuse").id, "form")],
            "target": "new",
        }

    def _check_decidable(self):
        self.ensure_one()
        self.check_access("read")
        self.order_id.check_access("read")
        if self.state != "requested":
            raise UserError(
                self.env._("%(order)s is not waiting for a margin approval any more.", order=self.order_id.name)
            )
        if objection := self._objection_to(self.env.user):
            raise AccessError(objection)

    def _objection_to(self, user):
        """Why the user may not decide, False if he or she may.

        :rtype: str or bool
        """
        self.ensure_one()
        order = self.order_id
        if user in (order.user_id | self.requested_by_id):
            return self.env._("Nobody approves his or her own quotation: somebody else decides on %s.", order.name)
        if order._may_approve_margin(user, self.needs_manager):
            return False
        if self.needs_manager:
            return self.env._("The margin of %s is below what a team lead may approve.", order.name)
        return self.env._("The lead of the team or a sales administrator decides on the margin of %s.", order.name)

    def _decide(self, state):
        # In sudo mode: whoever may decide was checked, and nobody writes a decision otherwise.
        self.sudo().write({"state": state, "decided_by_id": self.env.uid, "decided_on": fields.Datetime.now()})
        self.order_id.sudo().activity_unlink([ACTIVITY])

    def _revoke(self, why):
        """End open requests and approvals, with a note on the quotation.

        :param str why: the reason, in words
        """
        if not self:
            return
        # In sudo mode: whoever changes the quotation need not be the one who asked or who has the activity.
        approvals = self.sudo()
        approvals.write({"state": "revoked"})
        orders = approvals.order_id
        orders.activity_unlink([ACTIVITY])
        orders._message_log_batch(
            bodies={order.id: self.env._("Margin approval revoked: %(why)s", why=why) for order in orders}
        )

    def _announce(self):
        for approval in self:
            order = approval.order_id
            # In sudo mode: the activity of somebody else, and a note on the quotation that the person may write.
            if approver := approval._approver():
                order.sudo().activity_schedule(
                    ACTIVITY,
                    user_id=approver.id,
                    note=to_html(approval.reason),
                    summary=self.env._("Margin of %(percent).1f %%", percent=approval.margin_percent * 100),
                )
            order.sudo()._message_log(
                body=self.env._("Margin approval asked for: %(reason)s", reason=approval.reason),
                author_id=self.env.user.partner_id.id,
            )

    def _approver(self):
        """Who gets the activity: the team's lead where that is enough, else the rule's or the first administrator."""
        self.ensure_one()
        order = self.order_id.sudo()
        preferred = order.team_id.user_id + order._margin_administrators()
        return next((user for user in preferred if not self._objection_to(user)), order.env["res.users"])

    def _tell_requester(self, text):
        self.ensure_one()
        body = f"{text} {self.answer or ''}".strip()
        # In sudo mode: an approver who may not write on the quotation still tells what was decided. It is a note,
        # which customers don't get.
        self.order_id.sudo().message_post(
            body=body,
            author_id=self.env.user.partner_id.id,
            partner_ids=self.requested_by_id.partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )
