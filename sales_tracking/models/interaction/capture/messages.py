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


def messages(which: SQL, names: Names) -> SQL:
    """Mails and text messages from and to customers, quotations sent and viewed, and activities done long ago.

    - in: what the mail gateway received, or a customer wrote on the portal;
    - out: what was really mailed to a contact outside, or to an address. Not internal notes, and nothing that a
      machine wrote. Mailings (mass_mailing) are left out: they are a campaign's doing, whose clicks count there;
    - a quotation is sent by a mail with sale's own layout before the order is confirmed, or by "Mark as Sent", which
      leaves the message "Quotation sent"; sale itself notes once a day that the customer viewed it;
    - activities are recorded from themselves (done_activities). Their message stands in for those that are gone.

    Touchpoints are what the customer did (mails in) and activities in which one met or talked. Mails out, quotations
    sent or viewed and what is about an invoice are part of every sale: they would take the credit from what led to it.

    :param which: a condition on `source.id`
    """
    is_done_activity = SQL("(source.mail_activity_type_id IS NOT NULL AND source.message_type = 'notification')")
    is_sent_note = SQL("(source.subtype_id = %s AND source.message_type = 'notification')", names.order_sent)
    is_view = SQL("(source.subtype_id = %s AND source.message_type = 'notification')", names.order_viewed)
    is_quotation = SQL("(quotation.id IS NOT NULL AND (quotation.state <> 'sale' OR source.date < quotation.date_order))")
    is_mail = SQL("source.message_type IN ('comment', 'email', 'email_outgoing')")
    is_out = SQL("(source.message_type IN ('email_outgoing', 'sms') OR sender.is_ours)")
    is_in_mail = SQL("(%s AND NOT %s)", is_mail, is_out)
    is_mailed = SQL("(recipients.person_ids <> '{}' OR %s)", IS_SENT_ELSEWHERE)
    is_sent_quotation = SQL(
        "(%s AND %s AND (source.email_layout_xmlid = %s OR source.message_type = 'email_outgoing'))",
        is_quotation,
        is_mail,
        QUOTATION_LAYOUT,
    )
    return select(
        {
            "res_model": SQL("'mail.message'"),
            "res_id": SQL("source.id"),
            "source_key": SQL("'mail.message,' || source.id"),
            "kind": SQL(
                """CASE
                    WHEN %s THEN %s
                    WHEN source.message_type = 'sms' THEN 'sms'
                    WHEN %s THEN 'quote_viewed'
                    WHEN %s OR (%s AND %s) THEN 'quote_sent'
                    ELSE 'email'
                END""",
                is_done_activity,
                activity_kind(SQL("activity_type"), names),
                is_view,
                is_sent_note,
                is_out,
                is_sent_quotation,
            ),
            "direction": SQL("CASE WHEN %s OR %s THEN 'in' ELSE 'out' END", is_view, is_in_mail),
            "date": SQL("source.date"),
            "note": SQL("CASE WHEN %s THEN source.subject END", is_mail),
            "is_touchpoint": SQL(
                "(%s AND source.model <> 'account.move') OR (%s AND activity_type.category IN ('phonecall', 'meeting'))",
                is_in_mail,
                is_done_activity,
            ),
            "document_model": SQL("source.model"),
            "document_id": SQL("source.res_id"),
            "user_id": SQL("CASE WHEN %s THEN NULL ELSE sender.user_id END", is_in_mail),
            "company_id": SQL("source.record_company_id"),
            "entered_uid": SQL("source.create_uid"),
            "person_ids": SQL(
                """CASE
                    WHEN %s THEN CASE
                        WHEN source.message_type = 'email' AND %s IS NOT NULL THEN NULL
                        ELSE %s
                    END
                    ELSE recipients.person_ids
                END""",
                is_in_mail,
                ADDRESS,
                customers(SQL("source.author_id"), SQL("TRUE")),
            ),
            "address": SQL("CASE WHEN %s AND source.message_type = 'email' THEN %s END", is_in_mail, ADDRESS),
        },
        SQL(
            """mail_message source
            LEFT JOIN mail_message_subtype subtype ON subtype.id = source.subtype_id
            LEFT JOIN mail_activity_type activity_type ON activity_type.id = source.mail_activity_type_id
            LEFT JOIN sale_order quotation ON source.model = 'sale.order' AND quotation.id = source.res_id
            CROSS JOIN LATERAL (
                SELECT
                    COALESCE(%s, FALSE) AS is_ours,
                    (
                        SELECT MIN(author.id) FROM res_users author
                        WHERE author.partner_id = source.author_id AND author.active AND author.share IS NOT TRUE
                    ) AS user_id
            ) sender
            CROSS JOIN LATERAL (SELECT %s AS person_ids) recipients""",
            is_own(SQL("source.author_id")),
            customers(RECIPIENTS, SQL("(source.message_type = 'sms' OR person.email_normalized IS NOT NULL)")),
        ),
        SQL(
            """%(which)s AND source.model IN %(documents)s AND NOT %(is_waiting)s AND (
                (%(is_done_activity)s AND source.model IN %(selling)s AND NOT %(has_activity)s)
                OR %(is_sent_note)s
                OR (%(is_view)s AND %(is_quotation)s)
                OR (source.message_type = 'sms' AND %(is_mailed)s)
                OR (
                    %(is_mail)s AND %(is_out)s AND %(is_mailed)s AND source.is_internal IS NOT TRUE
                    AND (subtype.internal IS NOT TRUE OR source.email_layout_xmlid IS NOT NULL)
                    AND NOT %(is_mailing)s
                )
                OR (
                    %(is_in_mail)s AND (source.message_type = 'email' OR source.is_internal IS NOT TRUE)
                    AND source.is_auto_reply IS NOT TRUE
                    AND (%(address)s ~ %(automatic_sender)s) IS NOT TRUE
                    AND (source.subject ~* %(automatic_subject)s) IS NOT TRUE
                )
            )""",
            which=which,
            documents=DOCUMENTS,
            selling=SELLING_DOCUMENTS,
            is_waiting=SQL(
                """EXISTS (
                    SELECT FROM mail_message_schedule later
                    WHERE later.mail_message_id = source.id AND later.scheduled_datetime > %s
                )""",
                NOW,
            ),
            is_done_activity=is_done_activity,
            has_activity=SQL("""EXISTS (
                SELECT FROM mail_activity done
                WHERE done.res_model = source.model AND done.res_id = source.res_id AND done.active IS NOT TRUE
                    AND done.activity_type_id = source.mail_activity_type_id
                    AND done.date_done <= source.date::date + 1
            )"""),
            is_sent_note=is_sent_note,
            is_view=is_view,
            is_quotation=is_quotation,
            is_mail=is_mail,
            is_out=is_out,
            is_in_mail=is_in_mail,
            is_mailed=is_mailed,
            is_mailing=SQL(
                """EXISTS (
                    SELECT FROM mail_mail mailed WHERE mailed.mail_message_id = source.id AND mailed.mailing_id IS NOT NULL
                )"""
            )
            if names.has_mailings
            else SQL("FALSE"),
            address=ADDRESS,
            automatic_sender=AUTOMATIC_SENDER,
            automatic_subject=AUTOMATIC_SUBJECT,
        ),
    )
