import logging

import psycopg2
from psycopg2.errors import InvalidSqlStatementName

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ...tools.arguments import given_moment
from ...tools.at_commit import at_commit
from .capture import SOURCES, record
from .capture.messages import MESSAGE_TYPES
from .capture.parts import DOCUMENTS, Names

_logger = logging.getLogger(__name__)

PENDING = "sales_tracking.capture"
BATCH = 2000


class SalesInteraction(models.Model):
    """Interactions that record themselves, from mails, activities, meetings and live chats."""

    _inherit = "sales.interaction"

    # ---- As it happens: at the end of the transaction, once for all that it did

    @api.model
    @api.private
    def capture_later(self, source, ids):
        """Record what these records of a source tell when the transaction is about to be committed.

        By then a mail has its recipients, and a hundred mails cost one statement. Who reads interactions before that
        sees them as well (`_search`).
        """
        pending = at_commit(self.env, PENDING, dict, self._capture_pending)
        pending.setdefault(source, set()).update(ids)

    @api.model
    def _capture_messages(self, messages):
        """Record later what may be a touch; the statement then tells what is."""
        names = self._capture_names()
        ids = [
            message.id
            for message in messages.sudo()
            if message.model in DOCUMENTS
            and (
                message.message_type in MESSAGE_TYPES or message.subtype_id.id in (names.order_sent, names.order_viewed)
            )
        ]
        if ids:
            self.capture_later("mail.message", ids)

    def _capture_pending(self):
        # Taken away first: what the other hooks of the commit still do is recorded in a further round.
        pending = self.env.cr.precommit.data.pop(PENDING, {})
        while pending:
            source, ids = pending.popitem()
            self._capture_safely(source, ids)

    def _capture_safely(self, source, ids):
        """What can't be recorded is logged: nobody's mail or meeting fails for it."""
        self.env.flush_all()
        try:
            self._capture_prepared(source, ids)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:  # pylint: disable=broad-except
            _logger.exception("The interactions of %s %s could not be recorded", source, sorted(ids))

    @api.model
    def _search(self, domain, *args, **kwargs):
        self._capture_pending()
        return super()._search(domain, *args, **kwargs)

    # ---- Meetings, which are recorded once they have begun

    @api.model
    def _cron_capture_meetings(self):
        """Record the meetings that have begun since the last time, and those of the day before that were moved."""
        since = self.env.context.get("lastcall") or fields.Datetime.now()
        _found, count = self._capture(
            "calendar.event", SQL("source.start >= %s", fields.Datetime.subtract(since, days=1))
        )
        _logger.info("Recorded %s meetings that have begun", count)

    @api.model
    def _replace_meetings(self, event_ids, new_event_ids):
        """Let what was recorded of meetings be of those that take their places, in the order of the ids."""
        pairs = list(zip(event_ids, new_event_ids, strict=False))  # what nothing takes the place of stays as it is
        if not pairs:
            return
        self.flush_model(["res_id", "source_key"])
        self.env.execute_query(
            SQL(
                """
                UPDATE sales_interaction
                SET res_id = replacement.new_id, source_key = 'calendar.event,' || replacement.new_id
                FROM unnest(%s::int[], %s::int[]) AS replacement(old_id, new_id)
                WHERE company_id IN (SELECT id FROM res_company)
                    AND source_key = 'calendar.event,' || replacement.old_id
                """,
                *map(list, zip(*pairs, strict=True)),
            )
        )
        self.invalidate_model(["res_id", "source_key"])

    # ---- What happened before

    @api.model
    def action_backfill(self, date_from=None):
        """Record what happened since a day in the allowed companies and is not recorded yet.

        :param date_from: the first day (UTC), as a date or text; everything without it
        :return: {'created': interactions recorded, 'skipped': those that were known already}
        """
        self._check_backfill_access()
        self._capture_pending()
        self.env.flush_all()
        date_from = given_moment(self.env, date_from)
        counts = {"created": 0, "skipped": 0}
        for source in SOURCES:
            last_id = 0
            while batch := self._backfill_batch(source, last_id, date_from, self.env.companies.ids):
                last_id, _rows, created, skipped = batch
                counts["created"] += created
                counts["skipped"] += skipped
        return counts

    def _check_backfill_access(self):
        if not (self.env.su or self.env.user.has_group("sales_team.group_sale_manager")):
            raise AccessError(self.env._("Only administrators of Sales may capture the history of the company."))

    def _backfill_batch(self, source, after_id, date_from, company_ids):
        """Record the next records of a source.

        :return: (last id, records read, interactions recorded, those known already), or None when all are done
        """
        [[last_id, rows]] = self.env.execute_query(
            SQL(
                "SELECT MAX(id), COUNT(*) FROM (SELECT source.id FROM %s WHERE source.id > %s AND %s "
                "ORDER BY source.id LIMIT %s) batch",
                SQL("%s source", SQL.identifier(SOURCES[source].table)),
                after_id,
                self._backfill_scope(source, date_from),
                BATCH,
            )
        )
        if not rows:
            return None
        which = SQL("source.id > %s AND source.id <= %s", after_id, last_id)
        found, created = self._capture(
            source, SQL("%s AND %s", which, self._backfill_scope(source, date_from)), company_ids
        )
        return last_id, rows, created, found - created

    def _backfill_size(self, source, date_from):
        """How many records of a source there are to be read."""
        [[rows]] = self.env.execute_query(
            SQL(
                "SELECT COUNT(*) FROM %s source WHERE %s",
                SQL.identifier(SOURCES[source].table),
                self._backfill_scope(source, date_from),
            )
        )
        return rows

    def _backfill_scope(self, source, date_from):
        """What of a source may have been a touch, in terms of its own table."""
        _touches, _table, moment, scope = SOURCES[source]
        if date_from:
            scope = SQL("%s AND %s >= %s", scope, moment, date_from)
        return scope

    # ---- The statement

    def _capture(self, source, which, company_ids=None, only_count=False):
        """Record what a condition on a source selects.

        :return: (touches found, interactions recorded)
        """
        touches = SOURCES[source].touches(which, self._capture_names())
        [counts] = self.env.execute_query(record(touches, company_ids, only_count=only_count))
        return counts

    def _capture_prepared(self, source, ids):
        """Record what these records of a source tell.

        PostgreSQL takes longer to plan such a statement than to run it. It is planned once in each connection.
        """
        names = self._capture_names()
        name = SQL.identifier(f"sales_tracking_{source.replace('.', '_')}_{abs(hash(names))}")
        # Left to itself, PostgreSQL would often plan it again for the ids at hand.
        call = SQL(
            "SET LOCAL plan_cache_mode = force_generic_plan; EXECUTE %s (%s); SET LOCAL plan_cache_mode = auto",
            name,
            sorted(ids),
        )
        cr = self.env.cr
        try:
            # In one round trip, since this is what it costs to send a mail.
            cr.execute(SQL("SAVEPOINT capture; %s; RELEASE SAVEPOINT capture", call), log_exceptions=False)
        except psycopg2.Error as error:
            cr.execute("ROLLBACK TO SAVEPOINT capture")
            if not isinstance(error, InvalidSqlStatementName):
                raise
            touches = SOURCES[source].touches(SQL("source.id = ANY($1)"), names)
            with cr.savepoint(flush=False):
                cr.execute(SQL("PREPARE %s (int[]) AS %s", name, record(touches)))
                cr.execute(call)

    @api.model
    @tools.ormcache()
    def _capture_names(self):
        xmlid = self.env["ir.model.data"]._xmlid_to_res_id
        return Names(
            order_sent=xmlid("sale.mt_order_sent"),
            order_viewed=xmlid("sale.mt_order_viewed"),
            email_activity=xmlid("mail.mail_activity_data_email") or 0,
            chat_activity=xmlid("sales_tracking.mail_activity_whatsapp") or 0,
            answered=xmlid("sales_tracking.sales_interaction_outcome_answered") or None,
            no_answer=xmlid("sales_tracking.sales_interaction_outcome_no_answer") or None,
            has_mailings="mailing_id" in self.env["mail.mail"]._fields,
            has_livechat="livechat_end_dt" in self.env["discuss.channel"]._fields,
            has_livechat_leads="origin_channel_id" in self.env["crm.lead"]._fields,
        )
