from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tools import SQL, formatLang

from ...tools import payments

# The open instalments of a customer in a company.
INSTALMENTS = (
    "[('company_id', '=', company_id), ('partner_id', 'child_of', partner_id), ('parent_state', '=', 'posted'),"
    " ('account_type', '=', 'asset_receivable'), ('reconciled', '=', False), ('amount_residual_currency', '>', 0)]"
)


class SalesDunningHold(models.AbstractModel):
    """Why some instalments of a customer are not chased now: what promises and disputes share."""

    _name = "sales.dunning.hold"
    _description = "Reason Not to Chase Instalments"
    _inherit = ["mail.thread", "mail.activity.mixin", "sales.text.limit.mixin", "sales.guarded.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _given_once = frozenset({"account_id"})

    account_id = fields.Many2one(
        comodel_name="sales.dunning.account", string="Follow-Up", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="account_id.partner_id", string="Customer", store=True, precompute=True)
    company_id = fields.Many2one(related="account_id.company_id", store=True, precompute=True, index=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        compute="_compute_user_id",
        store=True,
        precompute=True,
        readonly=False,
        domain="[('share', '=', False)]",
    )
    amount = fields.Monetary(required=True, help="In the currency of the instalments.")
    currency_id = fields.Many2one(
        comodel_name="res.currency", compute="_compute_currency_id", store=True, precompute=True
    )
    note = fields.Text()
    is_from_portal = fields.Boolean(string="From the Portal", readonly=True)
    closed_on = fields.Date(readonly=True, copy=False)
    credited_before = fields.Monetary(
        readonly=True, copy=False, help="Credited on the instalments before it was promised or accepted."
    )

    _amount_positive = models.Constraint("CHECK (amount > 0)", "Enter an amount above zero.")

    @api.constrains("account_id", "move_line_ids")
    def _check_instalments(self):
        for hold in self:
            lines = hold.move_line_ids.sudo()  # whose customer and company are compared, and nothing else of them
            if not lines:
                raise ValidationError(self.env._("Choose at least one instalment."))
            if lines.partner_id.commercial_partner_id != hold.partner_id or lines.company_id != hold.company_id:
                raise ValidationError(
                    self.env._(
                        "The instalments must be those of %(customer)s in %(company)s.",
                        customer=hold.partner_id.display_name,
                        company=hold.company_id.display_name,
                    )
                )
            if len(lines.currency_id) > 1:
                raise ValidationError(self.env._("Choose instalments of one currency."))

    @api.depends("account_id")
    def _compute_user_id(self):
        for hold in self:
            hold.user_id = hold.user_id or hold.account_id.user_id or self.env.user

    @api.depends("partner_id", "amount", "currency_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for hold in self:
            amount = formatLang(self.env, hold.amount, currency_obj=hold.currency_id)
            hold.display_name = " · ".join(filter(None, (hold.partner_id.display_name, amount)))

    @api.depends("move_line_ids")
    def _compute_currency_id(self):
        for hold in self:
            hold.currency_id = hold.move_line_ids.sudo().currency_id[:1] or hold.account_id.currency_id

    @api.model
    def _matched(self, condition: SQL) -> SQL:
        """What was matched with the instalments of each hold: money, and what is none, such as credit notes.

        Columns: `hold_id, money, credit` in the currency of the instalments.

        :param condition: on `hold`, the row of the model's table, and `partial`, that of account_partial_reconcile
        """
        link = self._fields["move_line_ids"]
        self.flush_model()
        payments.flush(self.env)
        incoming = payments.incoming(self.env)
        return SQL(
            """
            SELECT hold.id AS hold_id, COALESCE(SUM(paid.amount), 0) AS money,
                SUM(partial.debit_amount_currency) - COALESCE(SUM(paid.amount), 0) AS credit
            FROM %(hold)s hold
            JOIN %(relation)s link ON link.%(column1)s = hold.id
            JOIN account_partial_reconcile partial ON partial.debit_move_id = link.%(column2)s
            LEFT JOIN LATERAL (
                SELECT %(money)s AS amount FROM (SELECT partial.id) matching %(payment)s
            ) paid ON TRUE
            WHERE %(condition)s
            GROUP BY hold.id
            """,
            hold=SQL.identifier(self._table),
            relation=SQL.identifier(link.relation),
            column1=SQL.identifier(link.column1),
            column2=SQL.identifier(link.column2),
            condition=condition,
            money=payments.money(incoming, SQL("partial.debit_amount_currency")),
            payment=payments.payment_join(incoming),
        )

    def _matched_by_now(self):
        """What was matched so far: dict by id of (money, credit), in the currency of the instalments."""
        if not self:
            return {}
        rows = self.env.execute_query(self._matched(SQL("hold.id IN %s", self._ids)))
        return {hold: (float(money), float(credit)) for hold, money, credit in rows}

    @api.model
    def _register_from_portal(self, partner, move_lines, **values):
        """What a customer enters about own instalments.

        :param partner: the customer, or a contact of it, who was identified by login or token
        :param move_lines: open instalments of one company
        :param values: amount, note and the fields of the model
        :raise AccessError: if a line is not the customer's
        """
        customer = partner.sudo().commercial_partner_id
        # The customer may not read journal items; what is asked of them is whose they are, and that they are open.
        lines = move_lines.sudo().exists()
        if (
            not lines
            or lines != move_lines.sudo()
            or lines.partner_id.commercial_partner_id != customer
            or len(lines.company_id) != 1
            or any(
                line.account_id.account_type != "asset_receivable"
                or line.parent_state != "posted"
                or line.reconciled
                or line.amount_residual_currency <= 0
                for line in lines
            )
        ):
            raise AccessError(self.env._("This is not an open invoice of yours. Reload the page and try again."))
        account = self.env["sales.dunning.account"]._of(customer, lines.company_id)
        return self.sudo().create(
            {
                "account_id": account.id,
                "move_line_ids": [Command.set(lines.ids)],
                # Not whoever is logged in, who is the customer.
                "user_id": account.sudo()._collector().id,
                "is_from_portal": True,
                **values,
            }
        )
