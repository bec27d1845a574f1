from odoo import api, models
from odoo.tools import SQL


class SalesDunningAccount(models.Model):
    _inherit = "sales.dunning.account"

    @api.model
    def _merge(self, partners, kept_partner):
        """Leave one account in each company to customers that become one, with the history of all of them."""
        self.env.flush_all()
        accounts = self.search([("partner_id", "in", partners.ids)])
        for of_company in accounts.grouped("company_id").values():
            kept = of_company.filtered(lambda account: account.partner_id == kept_partner)[:1] or of_company[:1]
            others = of_company - kept
            if not others:
                continue
            cycle = max(of_company.mapped("cycle"))
            self._move_history(of_company, kept, cycle)
            reminded = [day for day in of_company.mapped("reminded_on") if day]
            paused = [day for day in of_company.mapped("paused_until") if day]
            kept.write(
                {
                    "cycle": cycle,
                    "reminded_on": max(reminded, default=False),
                    "paused_until": max(paused, default=False),
                    "no_followup": any(of_company.mapped("no_followup")),
                }
            )
            others.unlink()

    @api.model
    def _move_history(self, accounts, kept, cycle):
        """Let the kept account have what the others have; the history lets itself be changed by nobody else.

        What was the current round of each is that of the kept one.
        """
        self.env.cr.execute(
            SQL(
                """
                UPDATE sales_dunning_reminder_line line SET cycle = %s
                FROM sales_dunning_reminder reminder
                JOIN sales_dunning_account account ON account.id = reminder.account_id
                WHERE line.reminder_id = reminder.id AND line.cycle = account.cycle AND account.id IN %s
                """,
                cycle,
                accounts._ids,
            )
        )
        for table in ("sales_dunning_reminder", "sales_promise", "sales_dispute"):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET account_id = %s WHERE account_id IN %s",
                    SQL.identifier(table),
                    kept.id,
                    accounts._ids,
                )
            )
        columns = {"mail_message": "model", "mail_activity": "res_model", "ir_attachment": "res_model"}
        for table, column in columns.items():
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET res_id = %s WHERE %s = %s AND res_id IN %s",
                    SQL.identifier(table),
                    kept.id,
                    SQL.identifier(column),
                    self._name,
                    accounts._ids,
                )
            )
        self.env.invalidate_all()
