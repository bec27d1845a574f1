"""The SQL that records what happened elsewhere in Odoo as interactions: one statement per kind of source.

A source says what counts as a touch (`Touches`), `record` files it with its lead, order and customer. The hooks run a
statement for the ids that a transaction has just made, the backfill for a range of ids: one definition, and the
`source_key` lets each thing in once.
"""

from collections.abc import Callable
from typing import NamedTuple

from odoo.tools import SQL

from .activities import done_activities
from .calls import ended_calls
from .livechats import ended_livechats
from .meetings import begun_meetings
from .messages import messages, messages_of_activities
from .parts import DOCUMENTS, Names
from .record import record


class Source(NamedTuple):
    """A kind of record that tells of touches: what they are, where they are kept, when they happened."""

    touches: Callable[[SQL, Names], SQL]
    table: str
    moment: SQL
    # What of the table may be a touch, for the backfill to count and to pass over the rest.
    scope: SQL = SQL("TRUE")


SOURCES = {
    "mail.activity": Source(done_activities, "mail_activity", SQL("source.date_done")),
    "mail.message": Source(messages, "mail_message", SQL("source.date"), SQL("source.model IN %s", DOCUMENTS)),
    "mail.message of activity": Source(
        messages_of_activities, "mail_message", SQL("source.date"), SQL("source.mail_activity_type_id IS NOT NULL")
    ),
    "calendar.event": Source(begun_meetings, "calendar_event", SQL("source.start")),
    "discuss.channel": Source(
        ended_livechats, "discuss_channel", SQL("source.create_date"), SQL("source.channel_type = 'livechat'")
    ),
    "sales.call": Source(ended_calls, "sales_call", SQL("source.date")),
}
