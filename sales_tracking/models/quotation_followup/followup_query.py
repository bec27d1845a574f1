"""Where the follow-up of quotations stands, read from the documents: nothing of it is stored."""

from odoo.tools import SQL

from ...tools.company_day import company_today
from ..interaction.capture.messages import AUTOMATIC_SUBJECT

# Mail servers that tell that a mail did not arrive.
AUTOMATIC_SENDER = r"(^|<)(mailer-daemon|postmaster)@"

# What the statements read besides sale.order, to be flushed before them.
SOURCES = {
    "sale.order": None,
    "sale.order.line": ["order_id", "invoice_lines"],
    "account.move": ["state", "move_type", "payment_state"],
    "account.move.line": ["move_id"],
    "payment.transaction": ["state", "sale_order_ids"],
    "calendar.event": ["active", "partner_ids", "opportunity_id", "res_id", "res_model"],
    "crm.lead": ["won_status"],
    "crm.team": ["user_id"],
    "mail.activity": ["active", "date_deadline", "res_id", "res_model"],
    "mail.blacklist": ["active", "email"],
    "mail.message": None,
    "mail.notification": ["mail_message_id", "notification_status"],
    "res.company": ["sales_tz", "partner_id"],
    "res.partner": ["commercial_partner_id", "email_normalized", "category_id", "no_quotation_followup"],
    "res.users": ["partner_id", "share"],
    "sales.interaction": [
        "commercial_partner_id",
        "company_id",
        "date",
        "date_last",
        "direction",
        "res_model",
    ],
    "sales.quotation.cadence": None,
    "sales.quotation.cadence.step": None,
    "sales.quotation.cadence.log": None,
}
EXPIRES_SOON = 3
LAST_SENDING = SQL("quotation.followup_sent_at")
LAST_CYCLE = SQL("quotation.followup_cycle")

# The customer's own words on the quotation or its opportunity, by e-mail or on the portal. Whoever writes to us by
# e-mail about the quotation without being one of us speaks for the customer, known address or not.
IS_OURS = SQL("""(
    EXISTS (SELECT FROM res_users ours WHERE ours.partner_id = message.author_id AND ours.share IS NOT TRUE)
    OR EXISTS (SELECT FROM res_company house WHERE house.partner_id = message.author_id)
)""")
ON_QUOTATION = SQL("""(
    (message.model = 'sale.order' AND message.res_id = quotation.id)
    OR (message.model = 'crm.lead' AND message.res_id = quotation.opportunity_id)
    -- The customer answers a reminder of several quotations on one of them.
    OR (message.model = 'sale.order' AND message.res_id = ANY(together.order_ids)
        AND message.create_date >= together.since)
)""")


def flush(env):
    """Write what is pending in the tables that the statements read."""
    for model, field_names in SOURCES.items():
        env[model].flush_model(field_names)


def followup(which: SQL, now, today=None) -> SQL:
    """Where the follow-up of each quotation stands, one row each.

    Columns: `order_id, company_id, today, cycle, cadence_id, state, attention, step_id, step_day`; the step is the
    one that comes next (or is due), `state` and `attention` are those of sale.order, NULL where nothing is to be said.

    :param which: a condition on `quotation`, the row of sale_order
    :param datetime now: the moment (naive UTC) whose day is today in each company's time zone
    :param date today: the same day for all companies instead
    """
    return SQL(
        """
        SELECT
            quotation.id AS order_id, quotation.company_id, clock.today, quotation.followup_cycle AS cycle,
            cadence.id AS cadence_id, status.state,
            CASE WHEN quotation.state = 'sent' THEN %(attention)s END AS attention,
            CASE WHEN status.state IN ('active', 'waiting', 'paused') THEN step.id END AS step_id,
            CASE WHEN status.state IN ('active', 'waiting', 'paused') THEN step.day END AS step_day
        FROM sale_order quotation
        JOIN res_company company ON company.id = quotation.company_id
        JOIN res_partner customer ON customer.id = quotation.partner_id
        CROSS JOIN LATERAL (
            SELECT
                %(today)s AS today,
                COALESCE(quotation.followup_sent_at, quotation.create_date) AS sent_at
        ) clock
        LEFT JOIN LATERAL (%(cadence)s) cadence ON quotation.state = 'sent' AND quotation.followup_sent_at IS NOT NULL
        LEFT JOIN LATERAL (
            SELECT left_over.* FROM (%(steps)s) left_over
            ORDER BY left_over.day > clock.today, CASE WHEN left_over.day > clock.today THEN left_over.day END,
                left_over.day DESC, left_over.sequence DESC, left_over.id DESC
            LIMIT 1
        ) step ON cadence.id IS NOT NULL
        LEFT JOIN LATERAL (%(together)s) together ON quotation.state = 'sent'
        LEFT JOIN LATERAL (%(reply)s) reply ON quotation.state = 'sent'
        -- OFFSET 0: the state is found once for a quotation, not again wherever it is asked for.
        CROSS JOIN LATERAL (SELECT %(state)s AS state OFFSET 0) status
        WHERE %(which)s
        """,
        which=which,
        today=company_today(now, today),
        cadence=_cadence(),
        steps=_steps(),
        together=_together(),
        reply=_reply(),
        state=_state(),
        attention=_attention(),
    )


def remaining_steps(which: SQL, now, today=None) -> SQL:
    """The steps that are left on quotations: `order_id, id, action, day, sequence, today`.

    :param which, now, today: as followup
    """
    return SQL(
        """
        SELECT quotation.id AS order_id, step.id, step.action, step.day, step.sequence, clock.today
        FROM sale_order quotation
        JOIN res_company company ON company.id = quotation.company_id
        JOIN res_partner customer ON customer.id = quotation.partner_id
        CROSS JOIN LATERAL (SELECT %(today)s AS today, quotation.followup_sent_at AS sent_at) clock
        CROSS JOIN LATERAL (%(cadence)s) cadence
        CROSS JOIN LATERAL (%(steps)s) step
        WHERE %(which)s
        """,
        which=which,
        today=company_today(now, today),
        cadence=_cadence(),
        steps=_steps(),
    )


def planned_steps(which: SQL, now) -> SQL:
    """The steps that quotations would go through if they were sent now: `id, day`, in order.

    :param which, now: as followup
    """
    return SQL(
        """
        SELECT step.id, step.day
        FROM sale_order quotation
        JOIN res_company company ON company.id = quotation.company_id
        JOIN res_partner customer ON customer.id = quotation.partner_id
        CROSS JOIN LATERAL (%(cadence)s) cadence
        CROSS JOIN LATERAL (%(steps)s) step
        WHERE %(which)s
        ORDER BY step.day, step.sequence, step.id
        """,
        which=which,
        cadence=_cadence(),
        steps=_steps(sent_at=SQL("%s::timestamp", now), cycle=SQL("COALESCE(quotation.followup_cycle, 0) + 1")),
    )


def _cadence():
    """The most specific cadence: by tag of the customer, by sales team, of the company or the nearest above, of all."""
    return SQL("""
        SELECT candidate.id
        FROM sales_quotation_cadence candidate
        JOIN res_company branch ON branch.id = quotation.company_id
        LEFT JOIN res_company owner ON owner.id = candidate.company_id
        CROSS JOIN LATERAL (
            SELECT
                EXISTS (
                    SELECT FROM sales_quotation_cadence_tag_rel link WHERE link.cadence_id = candidate.id
                ) AS has_tags,
                EXISTS (
                    SELECT FROM sales_quotation_cadence_team_rel link WHERE link.cadence_id = candidate.id
                ) AS has_teams
        ) scope
        WHERE candidate.active
            AND (candidate.company_id IS NULL OR starts_with(branch.parent_path, owner.parent_path))
            AND (NOT scope.has_teams OR EXISTS (
                SELECT FROM sales_quotation_cadence_team_rel link
                WHERE link.cadence_id = candidate.id AND link.team_id = quotation.team_id
            ))
            AND (NOT scope.has_tags OR EXISTS (
                SELECT FROM sales_quotation_cadence_tag_rel link
                JOIN res_partner_res_partner_category_rel tagged ON tagged.category_id = link.tag_id
                WHERE link.cadence_id = candidate.id
                    AND tagged.partner_id IN (customer.id, customer.commercial_partner_id)
            ))
        ORDER BY scope.has_tags DESC, scope.has_teams DESC, LENGTH(owner.parent_path) DESC NULLS LAST,
            candidate.sequence, candidate.id
        LIMIT 1""")


def _steps(sent_at=LAST_SENDING, cycle=LAST_CYCLE):
    """The steps of the cadence that can still be taken in a cycle, by default the one of the last sending.

    Never back in time: not before a step of the same action that was taken or skipped. A reminder before the expiry
    falls after the day of sending, and nothing after the expiry.
    """
    return SQL(
        """
        SELECT planned.id, planned.action, planned.sequence, planned.day
        FROM (
            SELECT
                candidate.id, candidate.action, candidate.sequence, sending.day AS sent_on,
                CASE candidate.moment
                    WHEN 'after_sending' THEN sending.day + candidate.days
                    ELSE quotation.validity_date - candidate.days
                END AS day,
                candidate.moment
            FROM sales_quotation_cadence_step candidate
            CROSS JOIN LATERAL (
                SELECT (%(sent_at)s AT TIME ZONE 'UTC' AT TIME ZONE company.sales_tz)::date AS day
            ) sending
            WHERE candidate.cadence_id = cadence.id
        ) planned
        WHERE planned.day IS NOT NULL
            AND (planned.moment = 'after_sending' OR planned.day > planned.sent_on)
            AND planned.day <= COALESCE(quotation.validity_date, 'infinity'::date)
            AND NOT EXISTS (
                SELECT FROM sales_quotation_cadence_log done
                WHERE done.order_id = quotation.id AND done.cycle = %(cycle)s
                    AND done.result <> 'failed'
                    AND (done.step_id = planned.id OR (done.action = planned.action AND done.due_date >= planned.day))
            )""",
        sent_at=sent_at,
        cycle=cycle,
    )


def _together():
    """The other quotations that this one was followed up with in one mail, and since when."""
    return SQL("""
        SELECT ARRAY_AGG(other.order_id) AS order_ids, MIN(mailed.create_date) AS since
        FROM sales_quotation_cadence_log mailed
        JOIN sales_quotation_cadence_log other
            ON other.message_id = mailed.message_id AND other.order_id <> mailed.order_id
        WHERE mailed.order_id = quotation.id AND mailed.cycle = quotation.followup_cycle AND mailed.result = 'mail'""")


def _reply():
    """When the customer last wrote after the sending, by mail, on the portal or in a chat; and whether we answered."""
    return SQL(
        """
        SELECT written.date, written.is_answered FROM (
            (%(mail)s) UNION ALL (%(chat)s)
        ) written
        ORDER BY written.date DESC LIMIT 1""",
        mail=_mailed_reply(),
        chat=_chat_reply(),
    )


def _chat_reply():
    """When the customer last wrote in a chat after the sending, by the days that chats record."""
    return SQL("""
        SELECT chat.date_last AS date, EXISTS (
            SELECT FROM sales_interaction answer
            WHERE answer.commercial_partner_id = chat.commercial_partner_id AND answer.company_id = chat.company_id
                AND answer.res_model = 'sales.chat' AND answer.direction = 'out' AND answer.date_last > chat.date_last
        ) AS is_answered
        FROM sales_interaction chat
        WHERE chat.commercial_partner_id = customer.commercial_partner_id AND chat.company_id = quotation.company_id
            AND chat.date >= clock.sent_at - interval '1 day'
            AND chat.res_model = 'sales.chat' AND chat.direction = 'in' AND chat.date_last >= clock.sent_at
        ORDER BY chat.date_last DESC
        LIMIT 1""")


def _mailed_reply():
    """When the customer last wrote on the quotation after the sending, and whether we have answered since."""
    return SQL(
        """
        SELECT message.date, EXISTS (
            SELECT FROM mail_message answer
            WHERE answer.model = message.model AND answer.res_id = message.res_id
                AND answer.date > LEAST(message.date, message.create_date)
                AND answer.message_type IN ('comment', 'email', 'email_outgoing')
                AND answer.is_internal IS NOT TRUE
                AND EXISTS (
                    SELECT FROM res_users ours
                    WHERE ours.partner_id = answer.author_id AND ours.share IS NOT TRUE
                )
                AND NOT EXISTS (
                    SELECT FROM mail_message_subtype subtype WHERE subtype.id = answer.subtype_id AND subtype.internal
                )
        ) AS is_answered
        FROM mail_message message
        WHERE %(on_quotation)s
            -- The date of a mail is that of the sender's clock, its creation that of ours.
            AND (message.date >= clock.sent_at
                OR message.message_type = 'email' AND message.create_date >= clock.sent_at)
            AND (
                (message.message_type = 'email' AND message.author_id IS NULL)
                OR (message.message_type IN ('email', 'comment') AND message.author_id IS NOT NULL AND NOT %(is_ours)s)
            )
            AND (message.message_type = 'email' OR message.is_internal IS NOT TRUE)
            AND (message.email_from ~* %(automatic_sender)s) IS NOT TRUE
            AND (message.subject ~* %(automatic_subject)s) IS NOT TRUE
            AND message.is_auto_reply IS NOT TRUE
        ORDER BY message.date DESC, message.id DESC
        LIMIT 1""",
        on_quotation=ON_QUOTATION,
        is_ours=IS_OURS,
        automatic_sender=AUTOMATIC_SENDER,
        automatic_subject=AUTOMATIC_SUBJECT,
    )


def _state():
    """The values of sale.order.followup_state, from what outweighs everything to what is left to do.

    OFFSET 0 keeps PostgreSQL from reading all invoices, meetings or orders to look up those of a few quotations.
    """
    return SQL(
        """CASE
        WHEN quotation.state = 'sale' THEN CASE WHEN quotation.followup_sent_at IS NOT NULL THEN 'confirmed' END
        WHEN quotation.state = 'cancel' THEN CASE WHEN quotation.followup_sent_at IS NOT NULL THEN 'cancelled' END
        WHEN quotation.state <> 'sent' THEN NULL
        WHEN quotation.signed_on IS NOT NULL THEN 'signed'
        WHEN EXISTS (
            SELECT FROM sale_order_transaction_rel link
            JOIN payment_transaction payment ON payment.id = link.transaction_id
            WHERE link.sale_order_id = quotation.id AND payment.state IN ('pending', 'authorized', 'done')
            OFFSET 0
        ) OR EXISTS (
            SELECT FROM sale_order_line line
            JOIN sale_order_line_invoice_rel link ON link.order_line_id = line.id
            JOIN account_move_line invoiced ON invoiced.id = link.invoice_line_id
            JOIN account_move invoice ON invoice.id = invoiced.move_id
            WHERE line.order_id = quotation.id AND invoice.state = 'posted' AND invoice.move_type = 'out_invoice'
                AND invoice.payment_state IN ('partial', 'in_payment', 'paid')
            OFFSET 0
        ) THEN 'paid'
        WHEN reply.date IS NOT NULL THEN 'replied'
        WHEN %(has_meeting)s THEN 'meeting'
        WHEN (SELECT lead.won_status FROM crm_lead lead WHERE lead.id = quotation.opportunity_id) = 'lost' THEN 'lost'
        WHEN (SELECT lead.won_status FROM crm_lead lead WHERE lead.id = quotation.opportunity_id) = 'won' OR EXISTS (
            SELECT FROM sale_order other
            JOIN res_partner buyer ON buyer.id = other.partner_id
            WHERE other.opportunity_id = quotation.opportunity_id AND other.id <> quotation.id AND other.state = 'sale'
                AND buyer.commercial_partner_id = customer.commercial_partner_id
            OFFSET 0
        ) THEN 'won'
        WHEN quotation.followup_paused AND COALESCE(quotation.followup_resume_on > clock.today, TRUE) THEN 'paused'
        WHEN quotation.validity_date < clock.today THEN 'expired'
        WHEN quotation.no_followup OR EXISTS (
            SELECT FROM res_partner refusing
            WHERE refusing.id IN (customer.id, customer.commercial_partner_id) AND refusing.no_quotation_followup
        ) THEN 'opt_out'
        WHEN EXISTS (
            SELECT FROM mail_blacklist refused WHERE refused.active AND refused.email = customer.email_normalized
        ) THEN 'blacklisted'
        WHEN cadence.id IS NULL THEN NULL
        WHEN step.id IS NULL THEN 'done'
        WHEN EXISTS (
            SELECT FROM sales_quotation_cadence_log failure
            WHERE failure.order_id = quotation.id AND failure.step_id = step.id
                AND failure.cycle = quotation.followup_cycle AND failure.result = 'failed'
        ) THEN 'waiting'
        ELSE 'active'
    END""",
        has_meeting=_has_meeting(),
    )


def _has_meeting():
    """Whether a meeting with the customer, on the opportunity or on the quotation was made after the sending.

    One condition each, so that each finds its meetings by an index; those on quotations, which have none, are listed.
    """
    made_since = SQL("meeting.active AND meeting.create_date >= clock.sent_at")
    return SQL(
        """(
            EXISTS (
                SELECT FROM res_partner guest
                JOIN calendar_event_res_partner_rel invited ON invited.res_partner_id = guest.id
                JOIN calendar_event meeting ON meeting.id = invited.calendar_event_id
                WHERE guest.commercial_partner_id = customer.commercial_partner_id AND %(made_since)s
                OFFSET 0
            ) OR EXISTS (
                SELECT FROM calendar_event meeting
                WHERE meeting.opportunity_id = quotation.opportunity_id AND %(made_since)s
                OFFSET 0
            ) OR quotation.id IN (SELECT res_id FROM calendar_event WHERE res_model = 'sale.order') AND EXISTS (
                SELECT FROM calendar_event meeting
                WHERE meeting.res_model = 'sale.order' AND meeting.res_id = quotation.id AND %(made_since)s
                OFFSET 0
            )
        )""",
        made_since=made_since,
    )


def _attention():
    """The values of sale.order.followup_attention: why a person is needed, the most pressing first."""
    return SQL(
        """CASE
        WHEN status.state IN ('signed', 'paid', 'paused', 'lost', 'won') THEN NULL
        WHEN status.state = 'replied' THEN CASE WHEN NOT reply.is_answered THEN 'replied' END
        WHEN status.state = 'waiting' OR EXISTS (
            SELECT FROM sales_quotation_cadence_log mailed
            JOIN mail_notification notified ON notified.mail_message_id = mailed.message_id
            WHERE mailed.order_id = quotation.id AND mailed.cycle = quotation.followup_cycle
                AND notified.notification_status IN ('bounce', 'exception')
        ) THEN 'failed'
        WHEN EXISTS (
            SELECT FROM mail_activity activity
            WHERE activity.res_model = 'sale.order' AND activity.res_id = quotation.id AND activity.active
                AND activity.date_deadline <= clock.today
        ) THEN 'activity'
        WHEN quotation.validity_date BETWEEN clock.today AND clock.today + %s THEN 'expiring'
        WHEN status.state = 'done' THEN 'finished'
    END""",
        EXPIRES_SOON,
    )
