from functools import partial

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.fields import Command
from odoo.tools import SQL

from ...tools.clock import JobDay, context_day, job_day
from ...tools.jobs import attempt
from ...tools.mails import check_reachable, mailed_to
from ...tools.people import responsible
from ...tools.plain_text import to_html
from .interest import accrued


class SalesDunningAccount(models.Model):
    """One customer's reminder: the mail and the ledger of what it claimed, or nothing of both."""

    _inherit = "sales.dunning.account"

    contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Recipient",
        compute="_compute_contact_id",
        help="The contact for payment follow-up, else the one for invoices, else the customer.",
    )
    claim_table = fields.Html(compute="_compute_claim_table", help="What a reminder would claim today.")

    @api.depends("partner_id.child_ids.type", "partner_id.child_ids.active")
    def _compute_contact_id(self):
        for account in self:
            customer = account.partner_id
            contact = customer.child_ids.filtered(lambda child: child.type == "followup")[:1]
            account.contact_id = contact or customer.browse(customer.address_get(["invoice"])["invoice"])

    @api.depends_context("dunning_today", "lang")
    def _compute_claim_table(self):
        for account in self:
            level = account.level_id
            items = account._origin._claimed_items() if account._origin else []
            account.claim_table = account.env["ir.qweb"]._render(
                "sales_tracking.dunning_claim_table",
                {
                    "groups": account._claim_groups(items),
                    "fee": level._fee_in(account.company_id, account._today()),
                    "interest": account._total_interest(account._interest(items, level), items),
                    "currency": account.currency_id,
                },
            )

    def action_send(self, today=None):
        """Send the reminder that is due now, whether it goes out by itself or waits for approval.

        :param date today: default: today in the company's time zone
        :return: the reminder
        :rtype: sales.dunning.reminder
        :raise UserError: if nothing is due, or the reminder can't be sent
        """
        self.ensure_one()
        self.check_access("write")
        today = job_day(self.env, today)
        # The instalments of all salespeople are claimed, and the ledger is written by the follow-up alone.
        account = self.sudo().with_company(self.company_id)
        reminder = account._send(today, approved=True, user=self.env.user)
        if not reminder:
            raise UserError(account._reason_not_due(today))
        return reminder.sudo(self.env.su)

    def action_skip(self):
        """Leave out the level that is due, or else the next one; the one after it follows in its turn."""
        self.check_access("write")
        for account in self:
            # As for sending: the ledger is written by the follow-up alone.
            account.sudo()._skip(account.env.user)

    def _skip(self, user):
        account = self._locked()
        items = account._items()
        due = [item for item in items if item["is_due"]] or [
            item for item in items if item["level_id"] == account.level_id.id and not item["is_held"]
        ]
        if not account.level_id or not due:
            raise UserError(account._reason_not_due())
        account._write_ledger(
            account.level_id, [{**item, "is_due": True} for item in due], {"user_id": user}, result="skipped"
        )
        account._forget_attempt()
        account._write_decided({"reminded_on": account._today()})

    def _reason_not_due(self, today=None):
        account = self._as_of(today)
        if account.state == "no_policy":
            return self.env._(
                "No policy of payment follow-up applies to %(customer)s. Choose one on its follow-up, or create one "
                "for %(company)s under Configuration, Payment Follow-Up Policies.",
                customer=account.partner_id.display_name,
                company=account.company_id.display_name,
            )
        states = dict(account._fields["state"]._description_selection(self.env))
        return self.env._(
            "No reminder of %(customer)s is due (%(state)s). Instalments that are promised, disputed, blocked or not "
            "yet late enough for the next level are left alone.",
            customer=account.partner_id.display_name,
            state=states.get(account.state) or self.env._("nothing overdue"),
        )

    def _preview(self):
        """What a reminder would say today: `subject` and `body`, or the `reason` why there is none."""
        self.ensure_one()
        self.check_access("read")
        # What is claimed is on the invoices of all salespeople.
        account = self.sudo()._as_of()
        rows = account._figures()
        if not rows or not rows[0]["is_due"]:
            return {"reason": account._reason_not_due()}
        if not account.level_id.send_mail:
            return {"body": account.claim_table}
        template = account.level_id.template_id
        [subject], [body] = (
            template._render_field(field_name, account.ids, compute_lang=True).values()
            for field_name in ("subject", "body_html")
        )
        return {"subject": subject, "body": body}

    def _take(self, today=None, approved=False, user=None):
        """This customer's part in a run of the follow-up.

        :param approved, user: as _send
        :return: "sent", "failed", or None when there is nothing to do any more or it is left for later
        """
        outcome = []

        def failed(error):
            outcome.append("failed")
            self._note_failure(error)

        reminder = attempt(self, partial(self._send, today, approved, user), failed)
        return "sent" if reminder else next(iter(outcome), None)

    def _send(self, today=None, approved=False, user=None):
        """Send what is due after another look at it, with the customer locked.

        :param bool approved: whether a person approved it; otherwise proposals stay
        :return: the reminder, empty when nothing is due
        """
        account = self._locked(today)
        rows = account._figures()
        if not rows or not rows[0]["is_due"] or (rows[0]["is_proposal"] and not approved):
            return self.env["sales.dunning.reminder"]
        [row] = rows
        level = self.env["sales.dunning.level"].browse(row["level_id"])
        items = account._claimed_items()
        values = {}
        sends_sms = level.send_sms and account._check_sms(level)
        if level.send_mail:
            values.update(account._send_mail(level, items))
        if sends_sms:
            account._send_sms(level)
        if level.activity_type_id:
            person = level.activity_user_id.filtered("active") or account._collector(items)
            text = level.chat_template_id
            values["activity_id"] = account._plan(
                person,
                lambda lang: level.with_context(lang=lang).activity_summary or level.with_context(lang=lang).name,
                activity_type_id=level.activity_type_id.id,
                **({"note": account._chat_note(text, person)} if text else {}),
            ).id
        reminder = account._write_ledger(level, items, {**values, "is_letter": level.print_letter, "user_id": user})
        account._forget_attempt()
        account._write_decided({"reminded_on": row["today"]})
        return reminder

    def _locked(self, today=None):
        """The account, locked, as of a day; whoever else is at work on it comes first."""
        if not self.try_lock_for_update(allow_referencing=True):
            raise ConcurrencyError(self.env._("This customer's reminder is being sent by someone else."))
        self.invalidate_recordset()
        return self._as_of(today)

    def _as_of(self, today=None):
        """The account as of a day, by default that which is looked at already."""
        return self.with_context(dunning_today=JobDay.of(today or self._today()))

    def _today(self):
        """The day that is looked at: that of the context, else today of the company."""
        return context_day(self.env, "dunning_today") or self.company_id._sales_today()

    def _claimed_items(self):
        """The instalments that a reminder of today claims and the credits that it deducts, as statement.items."""
        rows = self._items()
        return [row for row in rows if row["is_claim"] and (row["is_claimed"] or row["residual"] < 0)]

    def _claim_groups(self, items):
        """The items by currency, each with its subtotal, as the template of the claim shows them."""
        moves = self.env["account.move"].sudo().browse([item["move_id"] for item in items])
        groups = {}
        for item, move in zip(items, moves, strict=True):
            groups.setdefault(item["currency_id"], []).append({**item, "name": move.name, "date": move.date})
        return [
            {
                "currency": self.env["res.currency"].browse(currency),
                "items": rows,
                "subtotal": sum(row["claim"] for row in rows),
            }
            for currency, rows in groups.items()
        ]

    def _interest(self, items, level):
        """Interest on each claimed instalment, by journal item, in its currency.

        What an invoice has charged already is claimed by that invoice, which bears no interest itself.

        :return: dict of (what is claimed now, what was charged before), both rounded
        """
        rate = level.policy_id.interest_rate
        lines = tuple(item["line_id"] for item in items if item["residual"] > 0)
        if not level.charge_interest or not rate or not lines:
            return {}
        payments = {}
        for line, day, amount in self.env.execute_query(
            SQL(
                "SELECT debit_move_id, max_date, debit_amount_currency FROM account_partial_reconcile"
                " WHERE debit_move_id IN %s",
                lines,
            )
        ):
            payments.setdefault(line, []).append((day, float(amount)))
        charges = self._charges(lines)
        currencies = self.env["res.currency"]
        interest = {}
        for item in items:
            is_charge, charged = charges.get(item["line_id"], (False, 0))
            if item["residual"] <= 0 or is_charge:
                continue
            paid = payments.get(item["line_id"], ())
            amount = accrued(float(item["residual"]), rate, item["due"], item["today"], paid)
            amount = currencies.browse(item["currency_id"]).round(amount)
            interest[item["line_id"]] = (round(max(amount - charged, 0), 6), charged)
        return interest

    def _charges(self, lines):
        """Whether each journal item is of an invoice of charges, and the interest that such invoices charged on it.

        A draft charges nothing: the customer has not seen it.

        :param tuple lines: ids of journal items
        :return: dict by journal item of (whether it is of such an invoice, interest in its currency)
        """
        self.env["account.move"].flush_model(["state"])
        self.env["sales.dunning.reminder"].flush_model(["charge_move_id"])
        self.env["sales.dunning.reminder.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT
                    line.id,
                    EXISTS (
                        SELECT FROM sales_dunning_reminder charged WHERE charged.charge_move_id = line.move_id
                    ),
                    COALESCE((
                        -- The interest up to a later reminder holds that up to an earlier one.
                        SELECT MAX(done.interest + COALESCE(done.interest_charged, 0))
                        FROM sales_dunning_reminder_line done
                        JOIN sales_dunning_reminder reminder ON reminder.id = done.reminder_id
                        JOIN account_move charge ON charge.id = reminder.charge_move_id AND charge.state = 'posted'
                        WHERE done.move_line_id = line.id
                    ), 0)
                FROM account_move_line line
                WHERE line.id IN %s
                """,
                lines,
            )
        )
        return {line: (is_charge, float(charged)) for line, is_charge, charged in rows}

    def _total_interest(self, interest, items):
        """The interest that is claimed now in company currency, at today's rate."""
        return sum(
            self.env["res.currency"]
            .browse(item["currency_id"])
            ._convert(interest[item["line_id"]][0], self.currency_id, self.company_id, item["today"])
            for item in items
            if item["line_id"] in interest
        )

    def _send_mail(self, level, items):
        """Post the reminder on the account; its mail waits in the queue until the transaction is through."""
        contact = self.contact_id
        self._check_address(contact)
        sender = self._collector(items)
        author = {"author_id": sender.partner_id.id} if sender.email else {}
        message = self.message_post_with_source(
            level.template_id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            email_layout_xmlid="mail.mail_notification_layout",
            email_add_signature=False,
            notify_skip_followers=True,
            force_send=False,
            partner_ids=contact.ids,
            attachment_ids=self._attachments(level, items, contact.lang or self.partner_id.lang),
            **author,
        )
        return {"message_id": message.id, "recipient": mailed_to(message.sudo().mail_ids)}

    def _check_address(self, contact):
        if not contact.active:
            check_reachable(contact)
        if not contact.email_normalized:
            raise UserError(
                self.env._(
                    "%(contact)s has no valid e-mail address. Enter one in the contact, or add a contact of the type "
                    "Payment Follow-Up, and the reminder goes out with the next run.",
                    contact=contact.display_name,
                )
            )
        # A salesperson may not read the blacklist; the address is that of the own customer.
        if self.env["mail.blacklist"].sudo().search_count([("email", "=", contact.email_normalized)], limit=1):
            raise UserError(
                self.env._(
                    "%(email)s is on the blacklist. Take it off, or add a contact of the type Payment Follow-Up with "
                    "another address.",
                    email=contact.email_normalized,
                )
            )

    def _attachments(self, level, items, lang):
        """The claimed invoices as PDF: as they were sent, or printed now."""
        if not level.attach_invoices:
            return []
        moves = self.env["account.move"].browse(dict.fromkeys(item["move_id"] for item in items))
        attachments = self.env["ir.attachment"]
        report = self.env["ir.actions.report"].with_context(lang=lang)
        for move in moves.filtered(lambda move: move.is_sale_document()):
            attachment = move.invoice_pdf_report_id
            if not attachment:
                content, extension = report._render("account.account_invoices", move.ids)
                attachment = attachment.create(
                    {
                        "name": move._get_invoice_report_filename(extension=extension),
                        "raw": content,
                        # The message that is posted with it takes it over.
                        "res_model": "mail.compose.message",
                        "res_id": 0,
                    }
                )
            attachments |= attachment
        return attachments.ids

    def _check_sms(self, level):
        """Whether a text message can go out; a mail or a letter of the same level does without."""
        if not level.has_sms:
            if level.send_mail or level.print_letter or level.activity_type_id:
                return False
            raise UserError(
                self.env._(
                    'The level "%(level)s" is a text message alone: install SMS, or let it do something else.',
                    level=level.name,
                )
            )
        if not self.contact_id.phone:
            raise UserError(self.env._("%(contact)s has no telephone number.", contact=self.contact_id.display_name))
        return True

    def _send_sms(self, level):
        contact = self.contact_id
        text = level.with_context(lang=contact.lang or self.partner_id.lang).text or level.name
        self._message_sms(text, partner_ids=contact.ids, put_in_queue=True)

    def _write_ledger(self, level, items, values, result="sent"):
        interest = self._interest(items, level) if result == "sent" else {}
        moves = self.env["account.move"].browse(item["move_id"] for item in items)
        reminders = self.env["sales.dunning.reminder"].sudo()  # written by the follow-up alone
        return reminders.create(
            {
                "account_id": self.id,
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "level_id": level.id,
                "level_name": level.name,
                "result": result,
                "day": self._today(),
                "claimed": sum(item["claim_balance"] for item in items),
                "fee": level._fee_in(self.company_id, self._today()) if result == "sent" else 0,
                "interest": self._total_interest(interest, items),
                "line_ids": [
                    Command.create(
                        {
                            "move_line_id": item["line_id"],
                            "move_id": move.id,
                            "move_name": move.name,
                            "is_level": item["is_due"],
                            "level_id": item["is_due"] and item["level_id"],
                            "level_delay": item["is_due"] and item["level_delay"],
                            "cycle": item["cycle"],
                            "date_maturity": item["due"],
                            "days_late": item["days_late"],
                            "currency_id": item["currency_id"],
                            "residual": item["residual"],
                            "promised": item["residual"] - item["claim"],
                            "interest": interest.get(item["line_id"], (0, 0))[0],
                            "interest_charged": interest.get(item["line_id"], (0, 0))[1],
                        }
                    )
                    for item, move in zip(items, moves, strict=True)
                ],
                **values,
                "user_id": values["user_id"] and values["user_id"].id,
            }
        )

    def _note_failure(self, error):
        """Tell a person, once until it is sent, or again on another day if they have seen to it."""
        self._write_decided({"error": str(error)[:1000], "approved_by_id": False})
        if self._was_told(self.error_activity_id):
            return
        activity = self._plan(
            self._collector(),
            lambda lang: self.with_context(lang=lang).env._("The payment reminder could not be sent"),
            act_type_xmlid="mail.mail_activity_data_warning",
            note=to_html(self.error),
        )
        self._write_decided({"error_activity_id": activity.id})

    def _was_told(self, activity):
        """Whether a person has this to do, or did it already on the day for which it was."""
        return activity.active or activity.date_deadline == self._today()

    def _forget_attempt(self):
        """What was approved has gone out, or is not due any more; so is what failed."""
        self.error_activity_id.unlink()
        self._write_decided({"error": False, "approved_by_id": False})

    def _collector(self, items=()):
        """Who cares for this customer: the first of them who still works here."""
        sellers = self.env["account.move"].browse(item["move_id"] for item in items).invoice_user_id
        seller = self.partner_id.user_id
        return responsible(
            self.company_id, self.user_id, self.company_id.dunning_user_id, seller, seller.sale_team_id.user_id, sellers
        )

    def _plan(self, person, summary, **values):
        # Without a mail about each assignment: the collector has a list of them.
        return self.with_context(mail_activity_quick_update=True).activity_schedule(
            **values,
            date_deadline=self._today(),
            summary=summary(person.lang),
            user_id=person.id,
        )
