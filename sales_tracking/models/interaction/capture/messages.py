from odoo.tools import SQL

from .parts import DOCUMENTS, NOW, SELLING_DOCUMENTS, Names, activity_kind, customers, is_own, select

# The layout with which sale mails its quotations: what tells them from other mails on an order.
QUOTATION_LAYOUT = "mail.mail_notification_layout_with_responsible_signature"
# Machines that answer: what mail servers call themselves, and how answering machines begin (the header that says so
# is kept in is_auto_reply, mails received before the installation have only the subject).
AUTOMATIC_SENDER = r"^(mailer-daemon|postmaster)@"
AUTOMATIC_SUBJECT = (
    r"^\s*(auto(matic|matisch\w*|mated)?[ -]?(reply|response|antwort)|out of (the )?office|abwesenheit|"
    r"r[ée]ponse automatique|respuesta autom[áa]tica|balasan otomatis)"
)
ADDRESS = SQL(
    """lower(COALESCE(
        substring(source.email_from FROM '<([^<>[:space:]]+@[^<>[:space:]]+)>'),
        substring(source.email_from FROM '[^<>,;"[:space:]]+@[^<>,;"[:space:]]+')
    ))"""
)
RECIPIENTS = SQL("""
    SELECT link.res_partner_id FROM mail_message_res_partner_rel link WHERE link.mail_message_id = source.id
    UNION
    SELECT notified.res_partner_id FROM mail_notification notified
    WHERE notified.mail_message_id = source.id AND notified.notification_type IN ('email', 'sms')
        AND notified.res_partner_id IS NOT NULL""")
# Recipients who are an address or number without being a contact.
IS_SENT_ELSEWHERE = SQL("""(COALESCE(source.outgoing_email_to, '') <> '' OR EXISTS (
    SELECT FROM mail_notification notified
    WHERE notified.mail_message_id = source.id AND notified.notification_type IN ('email', 'sms')
        AND notified.res_partner_id IS NULL
))""")
MAIL_TYPES = ("comment", "email", "email_outgoing")
MESSAGE_TYPES = (*MAIL_TYPES, "sms")


def messages(which: SQL, names: Names) -> SQL:
    """Mails and text messages from and to customers, quotations sent and viewed.

    - in: what the mail gateway received, or a customer wrote on the portal;
    - out: what was really mailed to a contact outside, or to an address. Not internal notes, and nothing that a
      machine wrote. Mailings (mass_mailing) are left out: they are a campaign's doing, whose clicks count there;
    - a quotation is sent by a mail with sale's own layout before the order is confirmed, or by "Mark as Sent", which
      leaves the message "Quotation sent"; sale itself notes once a day that the customer viewed it.

    Touchpoints are the mails of customers, but those about invoices. Mails out and quotations sent or viewed are part
    of every sale: they would take the credit from what led to it.

    :param which: a condition on `source.id`
    """
    return select(
        {
            "res_model": SQL("'mail.message'"),
            "res_id": SQL("letter.id"),
            "source_key": SQL("'mail.message,' || letter.id"),
            "kind": SQL(
                """CASE
                    WHEN letter.message_type = 'sms' THEN 'sms'
                    WHEN letter.is_view THEN 'quote_viewed'
                    WHEN letter.is_sent_note OR (letter.is_out AND letter.is_quotation AND (
                        letter.email_layout_xmlid = %s OR letter.message_type = 'email_outgoing'
                    )) THEN 'quote_sent'
                    ELSE 'email'
                END""",
                QUOTATION_LAYOUT,
            ),
            "direction": SQL("CASE WHEN letter.is_view OR NOT letter.is_out THEN 'in' ELSE 'out' END"),
            "date": SQL("letter.date"),
            "note": SQL("CASE WHEN letter.message_type IN %s THEN letter.subject END", MAIL_TYPES),
            "is_touchpoint": SQL("NOT letter.is_out AND letter.model <> 'account.move'"),
            "document_model": SQL("letter.model"),
            "document_id": SQL("letter.res_id"),
            "user_id": SQL("letter.user_id"),
            "company_id": SQL("letter.record_company_id"),
            "entered_uid": SQL("letter.create_uid"),
            "person_ids": SQL(
                """CASE
                    WHEN letter.is_out THEN letter.recipient_ids
                    WHEN letter.message_type = 'email' AND letter.address IS NOT NULL THEN NULL
                    ELSE %s
                END""",
                customers(SQL("letter.author_id"), SQL("TRUE")),
            ),
            "address": SQL("CASE WHEN NOT letter.is_out AND letter.message_type = 'email' THEN letter.address END"),
        },
        SQL("(%s) letter", _letters(which, names)),
        SQL(
            """letter.is_sent_note
            OR (letter.is_view AND letter.is_quotation)
            OR (letter.is_out AND (letter.recipient_ids <> '{}' OR letter.is_sent_elsewhere))
            OR (
                NOT letter.is_out AND (letter.address ~ %s) IS NOT TRUE AND (letter.subject ~* %s) IS NOT TRUE
            )""",
            AUTOMATIC_SENDER,
            AUTOMATIC_SUBJECT,
        ),
    )


def _letters(which, names):
    """What may be a touch, with what tells whether it is: each looked up once (OFFSET 0 keeps it so)."""
    return SQL(
        """
        SELECT
            source.id, source.model, source.res_id, source.message_type, source.date, source.subject,
            source.author_id, source.email_layout_xmlid, source.record_company_id, source.create_uid,
            source.message_type = 'notification' AND source.subtype_id = %(sent)s AS is_sent_note,
            source.message_type = 'notification' AND source.subtype_id = %(viewed)s AS is_view,
            quotation.id IS NOT NULL AND (quotation.state <> 'sale' OR source.date < quotation.date_order)
                AS is_quotation,
            sender.is_out, sender.user_id, sender.address,
            CASE WHEN sender.is_out THEN %(recipients)s END AS recipient_ids,
            sender.is_out AND %(is_sent_elsewhere)s AS is_sent_elsewhere
        FROM mail_message source
        LEFT JOIN mail_message_subtype subtype ON subtype.id = source.subtype_id
        LEFT JOIN sale_order quotation ON source.model = 'sale.order' AND quotation.id = source.res_id
        CROSS JOIN LATERAL (
            SELECT
                source.message_type NOT IN ('comment', 'email') OR (source.author_id IS NOT NULL AND %(is_ours)s)
                    AS is_out,
                %(address)s AS address,
                (
                    SELECT MIN(author.id) FROM res_users author
                    WHERE author.partner_id = source.author_id AND author.active AND author.share IS NOT TRUE
                ) AS user_id
            OFFSET 0
        ) sender
        WHERE %(which)s AND source.model IN %(documents)s AND (
            source.message_type = 'notification' AND source.subtype_id IN (%(sent)s, %(viewed)s)
            OR source.message_type = 'sms'
            OR source.message_type IN %(mail_types)s AND CASE
                WHEN sender.is_out THEN
                    source.is_internal IS NOT TRUE
                    AND (subtype.internal IS NOT TRUE OR source.email_layout_xmlid IS NOT NULL)
                ELSE
                    source.is_auto_reply IS NOT TRUE
                    AND (source.message_type = 'email' OR source.is_internal IS NOT TRUE)
            END
        )
        AND NOT %(is_mailing)s
        AND NOT EXISTS (
            SELECT FROM mail_message_schedule later
            WHERE later.mail_message_id = source.id AND later.scheduled_datetime > %(now)s
        )
        OFFSET 0
        """,
        which=which,
        sent=names.order_sent,
        viewed=names.order_viewed,
        documents=DOCUMENTS,
        mail_types=MAIL_TYPES,
        is_ours=is_own(SQL("source.author_id")),
        address=ADDRESS,
        recipients=customers(RECIPIENTS, SQL("(source.message_type = 'sms' OR person.email_normalized IS NOT NULL)")),
        is_sent_elsewhere=IS_SENT_ELSEWHERE,
        is_mailing=SQL(
            """EXISTS (
                SELECT FROM mail_mail mailed WHERE mailed.mail_message_id = source.id AND mailed.mailing_id IS NOT NULL
            )"""
        )
        if names.has_mailings
        else SQL("FALSE"),
        now=NOW,
    )


def messages_of_activities(which: SQL, names: Names) -> SQL:
    """Activities done long ago: before Odoo 18 they were deleted, and only the message that they left is there.

    :param which: a condition on `source.id`
    """
    return select(
        {
            "res_model": SQL("'mail.message'"),
            "res_id": SQL("source.id"),
            "source_key": SQL("'mail.message,' || source.id"),
            "kind": activity_kind(SQL("activity_type"), names),
            "direction": SQL("'out'"),
            "date": SQL("source.date"),
            "is_touchpoint": SQL("activity_type.category IN ('phonecall', 'meeting')"),
            "document_model": SQL("source.model"),
            "document_id": SQL("source.res_id"),
            "user_id": SQL("""(
                SELECT MIN(author.id) FROM res_users author
                WHERE author.partner_id = source.author_id AND author.share IS NOT TRUE
            )"""),
            "company_id": SQL("source.record_company_id"),
            "entered_uid": SQL("source.create_uid"),
        },
        SQL("""mail_message source
            JOIN mail_activity_type activity_type ON activity_type.id = source.mail_activity_type_id"""),
        SQL(
            """%s AND source.model IN %s AND source.message_type = 'notification' AND NOT EXISTS (
                SELECT FROM mail_activity done
                WHERE done.res_model = source.model AND done.res_id = source.res_id AND done.active IS NOT TRUE
                    AND done.activity_type_id = source.mail_activity_type_id
                    AND done.date_done <= source.date::date + 1
            )""",
            which,
            SELLING_DOCUMENTS,
        ),
    )
