from odoo import fields, models
from odoo.tools import SQL

from ...tools.rates import converted


class SalesDunningChargeReport(models.Model):
    """Fees and interest that reminders claimed and no invoice has charged: one row per reminder, in company currency.

    The interest up to a later reminder holds that up to an earlier one: each row has what its reminder added, so that
    the rows of a customer sum to what is left. A draft invoice charges, a cancelled one does not.
    """

    _name = "sales.dunning.charge.report"
    _inherit = ["sales.report.mixin"]
    _description = "Fees and Interest to Invoice"
    _auto = False
    _order = "day desc, id desc"
    _rec_name = "level_name"
    _period_field = "day"

    reminder_id = fields.Many2one(comodel_name="sales.dunning.reminder", readonly=True)
    account_id = fields.Many2one(comodel_name="sales.dunning.account", string="Follow-Up", readonly=True)
    partner_id = fields.Many2one(comodel_name="res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    user_id = fields.Many2one(comodel_name="res.users", string="Collector", readonly=True)
    level_name = fields.Char(string="Level", readonly=True)
    day = fields.Date(string="Claimed on", readonly=True)
    fee = fields.Monetary(readonly=True)
    interest = fields.Monetary(
        readonly=True, help="What the reminder claimed above earlier reminders and invoices, at the rate of its day."
    )
    total = fields.Monetary(readonly=True)

    _depends = {
        "account.move": ["state"],
        "res.company": ["currency_id"],
        "res.currency.rate": ["company_id", "currency_id", "name", "rate"],
        "sales.dunning.account": ["user_id"],
        "sales.dunning.reminder": [
            "account_id", "charge_move_id", "company_id", "day", "fee", "level_name", "partner_id", "result",
        ],
        "sales.dunning.reminder.line": [
            "currency_id", "interest", "interest_charged", "move_line_id", "reminder_id",
        ],
    }  # fmt: skip

    @property
    def _table_query(self) -> SQL:
        return SQL(
            """
            WITH claimed AS (
                SELECT
                    line.reminder_id, line.currency_id, reminder.company_id, reminder.day,
                    line.interest + COALESCE(line.interest_charged, 0) AS interest,
                    MAX(line.interest + COALESCE(line.interest_charged, 0)) OVER (
                        PARTITION BY line.move_line_id ORDER BY line.reminder_id
                        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                    ) AS claimed_before,
                    MAX(line.interest + COALESCE(line.interest_charged, 0))
                        FILTER (WHERE charge.id IS NOT NULL) OVER (PARTITION BY line.move_line_id) AS charged
                FROM sales_dunning_reminder_line line
                JOIN sales_dunning_reminder reminder ON reminder.id = line.reminder_id
                LEFT JOIN account_move charge ON charge.id = reminder.charge_move_id AND charge.state <> 'cancel'
                WHERE line.interest > 0 AND line.move_line_id IS NOT NULL
            ), interest AS (
                SELECT claimed.reminder_id, SUM(ROUND(%(in_company_currency)s, currency.decimal_places)) AS amount
                FROM claimed
                JOIN res_company company ON company.id = claimed.company_id
                JOIN res_currency currency ON currency.id = company.currency_id
                CROSS JOIN LATERAL (
                    SELECT claimed.interest - GREATEST(claimed.claimed_before, claimed.charged, 0) AS added
                ) above
                WHERE above.added > 0
                GROUP BY claimed.reminder_id
            )
            SELECT
                reminder.id, reminder.id AS reminder_id, reminder.account_id, reminder.partner_id, reminder.company_id,
                company.currency_id, account.user_id, reminder.level_name, reminder.day,
                COALESCE(reminder.fee, 0) AS fee,
                COALESCE(interest.amount, 0) AS interest,
                COALESCE(reminder.fee, 0) + COALESCE(interest.amount, 0) AS total
            FROM sales_dunning_reminder reminder
            JOIN sales_dunning_account account ON account.id = reminder.account_id
            JOIN res_company company ON company.id = reminder.company_id
            LEFT JOIN account_move charge ON charge.id = reminder.charge_move_id AND charge.state <> 'cancel'
            LEFT JOIN interest ON interest.reminder_id = reminder.id
            WHERE reminder.result = 'sent' AND charge.id IS NULL
                AND COALESCE(reminder.fee, 0) + COALESCE(interest.amount, 0) > 0
            """,
            in_company_currency=converted(SQL("above.added"), SQL("claimed.currency_id"), SQL("claimed.day")),
        )

    def action_open_reminder(self):
        self.ensure_one()
        return self.reminder_id.get_formview_action()

    def action_invoice(self):
        """Draft an invoice for each customer of what is chosen."""
        return self.reminder_id.action_invoice_charges()
