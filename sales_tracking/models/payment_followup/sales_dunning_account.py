from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class SalesDunningAccount(models.Model):
    """One customer in one company: who collects, what was decided, and where the follow-up stands."""

    _name = "sales.dunning.account"
    _description = "Payment Follow-Up of a Customer"
    _inherit = [
        "mail.thread", "mail.activity.mixin", "sales.interaction.mixin", "sales.guarded.mixin",
        "sales.read.field.mixin",
    ]  # fmt: skip
    _order = "id desc"
    _rec_name = "partner_id"
    _check_company_auto = True

    _decided_fields = frozenset({"access_token", "error_activity_id", "reconcile_activity_id"})
    _given_once = frozenset({"company_id", "partner_id"})

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    salesperson_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    user_id = fields.Many2one(
        comodel_name="res.users", string="Collector", domain="[('share', '=', False)]", index="btree_not_null"
    )
    policy_id = fields.Many2one(
        comodel_name="sales.dunning.policy",
        check_company=True,
        index="btree_not_null",
        help="Instead of the policy of the company, for this customer.",
    )
    no_followup = fields.Boolean(help="This customer gets no reminders of payments.")
    paused_until = fields.Date(help="No reminders before this day.")
    pause_reason = fields.Char()
    cycle = fields.Integer(
        string="Round of Follow-Up",
        readonly=True,
        required=True,
        default=1,
        copy=False,
        help="Starting again begins the next round, from the first level.",
    )
    reminded_on = fields.Date(string="Last Reminder", readonly=True, copy=False)
    error = fields.Text(readonly=True, copy=False, help="Why the last attempt failed.")
    approved_by_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Who approved the reminder that is about to go out.",
    )
    error_activity_id = fields.Many2one(comodel_name="mail.activity", ondelete="set null", index="btree_not_null")
    reconcile_activity_id = fields.Many2one(comodel_name="mail.activity", ondelete="set null", index="btree_not_null")
    reminder_ids = fields.One2many(comodel_name="sales.dunning.reminder", inverse_name="account_id")
    promise_ids = fields.One2many(comodel_name="sales.promise", inverse_name="account_id", string="Promises")
    dispute_ids = fields.One2many(comodel_name="sales.dispute", inverse_name="account_id", string="Disputes")

    reminder_count = fields.Integer(compute="_compute_reminder_count")
    item_ids = fields.Many2many(
        comodel_name="account.move.line",
        string="Open Items",
        compute="_compute_item_ids",
        help="Unpaid instalments, credit notes and unmatched payments, also those that are not followed up.",
    )

    _customer_once = models.UniqueIndex("(partner_id, company_id)", "The customer is followed up already.")

    @api.constrains("partner_id")
    def _check_commercial_partner(self):
        for account in self:
            if account.partner_id != account.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "Payments are followed up by customer: choose %(customer)s instead of its contact %(contact)s.",
                        customer=account.partner_id.commercial_partner_id.display_name,
                        contact=account.partner_id.display_name,
                    )
                )

    def _compute_reminder_count(self):
        reminders = self.env["sales.dunning.reminder"]
        counts = dict(reminders._read_group([("account_id", "in", self.ids)], ["account_id"], ["__count"]))
        for account in self:
            account.reminder_count = counts.get(account._origin, 0)

    def _compute_item_ids(self):
        """What the user may see of it: salespeople see the items of their own invoices."""
        lines = self.env["account.move.line"].search(
            [
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual_currency", "!=", 0),
                ("partner_id", "child_of", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
            ],
            order="date_maturity, id",
        )
        grouped = lines.grouped(lambda line: (line.sudo().partner_id.commercial_partner_id, line.sudo().company_id))
        for account in self:
            account.item_ids = grouped.get((account.partner_id, account.company_id))

    def _interaction_link(self):
        return "commercial_partner_id"

    def _interaction_subject(self):
        return self.partner_id

    def _interaction_context(self):
        return {"default_partner_id": self.partner_id.id}

    def action_view_reminders(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("sales_tracking.sales_dunning_reminder_action")
        return {**action, "domain": [("account_id", "=", self.id)], "context": {}}

    def action_preview(self):
        """Show the reminders before they go out."""
        action = self.env["ir.actions.actions"]._for_xml_id("sales_tracking.sales_dunning_send_action")
        return {**action, "context": {"default_account_ids": self.ids}}

    def action_promise(self):
        """Note what the customer promises to pay of what is overdue."""
        return self._new_hold("sales.promise", self.env._("Promise of Payment"))

    def action_dispute(self):
        """Note which instalment the customer does not accept."""
        return self._new_hold("sales.dispute", self.env._("Dispute"))

    def _new_hold(self, model, name):
        self.ensure_one()
        overdue = self.item_ids.filtered(
            lambda line: (
                line.amount_residual_currency > 0 and (line.date_maturity or line.date) < self.company_id._sales_today()
            )
        )
        lines = overdue.filtered(lambda line: line.currency_id == overdue[:1].currency_id)
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_account_id": self.id,
                "default_move_line_ids": lines.ids,
                "default_amount": sum(lines.mapped("amount_residual_currency")),
            },
        }

    def _policy(self):
        """The policy of this customer, empty where there is none."""
        policies = self.env["sales.dunning.policy"].sudo()  # its values apply whether or not they can be read
        if self.policy_id or not self:
            return self.policy_id.sudo()
        policies = policies.search(["|", ("company_id", "=", False), ("company_id", "parent_of", self.company_id.ids)])
        return self.company_id._nearest_of(policies)[:1]

    def action_pause(self):
        """No reminders for a week from today."""
        for account in self:
            account.paused_until = account.company_id._sales_today() + timedelta(days=7)

    def action_resume(self):
        self.write({"paused_until": False, "pause_reason": False})

    def action_restart(self):
        """Follow up from the first level again."""
        for account in self:
            account._write_decided({"cycle": account.cycle + 1})

    @api.model
    def _of(self, partner, company):
        """The account of a customer in a company, made if there is none yet. Rights are the caller's to check.

        :param partner: the customer or one of its contacts
        """
        key = [("partner_id", "=", partner.commercial_partner_id.id), ("company_id", "=", company.id)]
        accounts = self.sudo()
        account = accounts.search(key)
        if not account:
            accounts._open(SQL("partner.id = %s AND company.id = %s", key[0][2], company.id))
            account = accounts.search(key)
        return account.sudo(self.env.su)

    @api.model
    def _open(self, which):
        """Open accounts for customers that have none, in one statement. Two at once open one.

        :param SQL which: a condition on `partner` (commercial partners) and `company`
        :return: the number of new accounts
        """
        self.env["res.partner"].flush_model(["commercial_partner_id", "user_id"])
        self.env["res.company"].flush_model(["dunning_user_id"])
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO sales_dunning_account
                    (partner_id, company_id, user_id, cycle, create_uid, write_uid, create_date, write_date)
                SELECT partner.id, company.id, COALESCE(company.dunning_user_id, partner.user_id), 1,
                    %(uid)s, %(uid)s, %(now)s, %(now)s
                FROM res_partner partner
                CROSS JOIN res_company company
                WHERE %(which)s
                ORDER BY company.id, partner.id
                ON CONFLICT (partner_id, company_id) DO NOTHING
                """,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                which=which,
            )
        )
        return self.env.cr.rowcount
