"""The SQL that records what happened elsewhere in Odoo as interactions: one statement per kind of source.

A source says what counts as a touch (`Touches`), `record` files it with its lead, order and customer. The hooks run a
statement for the ids that a transaction has just made, the backfill for a range of ids: one definition, and the
`source_key` lets each thing in once.
"""

from .activities import done_activities
from .livechats import ended_livechats
from .meetings import begun_meetings
from .messages import messages
from .record import record

# model of the source: its touches, its table, the moment it happened
SOURCES = {
    "mail.activity": (done_activities, "mail_activity", "date_done"),
    "mail.message": (messages, "mail_message", "date"),
    "calendar.event": (begun_meetings, "calendar_event", "start"),
    "discuss.channel": (ended_livechats, "discuss_channel", "livechat_end_dt"),
}
