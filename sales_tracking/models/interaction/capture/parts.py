"""What the statements of all sources share."""

from typing import NamedTuple

from odoo.tools import SQL

DOCUMENTS = ("crm.lead", "sale.order", "account.move", "res.partner")
# Activities and meetings are recorded with whom one sells to, not on each invoice.
SELLING_DOCUMENTS = ("crm.lead", "sale.order", "res.partner")

NOW = SQL("(now() AT TIME ZONE 'UTC')")


class Names(NamedTuple):
    """Ids of records that the statements know by their external id, and which optional columns there are."""

    order_sent: int
    order_viewed: int
    email_activity: int
    chat_activity: int
    answered: int | None
    no_answer: int | None
    has_mailings: bool
    has_livechat: bool
    has_livechat_leads: bool


# The columns that a source gives about each of its touches, in this order.
COLUMNS = (
    "res_model",
    "res_id",
    "source_key",
    "kind",
    "direction",
    "date",
    "duration",
    "note",
    "is_touchpoint",
    "outcome_id",
    # what it was about
    "document_model",
    "document_id",
    # who of us did it, where it happened if the document does not say, and who entered it
    "user_id",
    "company_id",
    "entered_uid",
    # the customers it was with, or the address that is to tell who it was
    "person_ids",
    "address",
)


def select(columns: dict[str, SQL], tables: SQL, where: SQL) -> SQL:
    """The touches of a source; a column that is not given is NULL."""
    types = {"person_ids": SQL("int[]"), "is_touchpoint": SQL("bool"), "date": SQL("timestamp")}
    numbers = {"res_id", "duration", "outcome_id", "document_id", "user_id", "company_id", "entered_uid"}
    return SQL(
        "SELECT %s\nFROM %s\nWHERE %s",
        SQL(", ").join(
            SQL(
                "(%s)::%s AS %s",
                columns.get(name, SQL("NULL")),
                types.get(name, SQL("int") if name in numbers else SQL("varchar")),
                SQL.identifier(name),
            )
            for name in COLUMNS
        ),
        tables,
        where,
    )


def is_own(partner_id: SQL) -> SQL:
    """Whether the partner is one of our companies or of the people who work in Odoo, in the past included."""
    return SQL(
        """(
            EXISTS (SELECT FROM res_users own_user WHERE own_user.partner_id = %(id)s AND own_user.share IS NOT TRUE)
            OR EXISTS (SELECT FROM res_company own_company WHERE own_company.partner_id = %(id)s)
        )""",
        id=partner_id,
    )


def only_holder(match: SQL, company_id: SQL) -> SQL:
    """The id of the one partner who matches, for the use in the given company.

    Nobody where two share what matches, or where it is ours: one of them would be a guess.

    :param match: a condition on `holder`
    """
    return SQL(
        """(
            SELECT CASE WHEN COUNT(*) = 1 AND NOT bool_or(holders.is_own) THEN MIN(holders.id) END
            FROM (
                SELECT holder.id, holder.active, %s AS is_own
                FROM res_partner holder
                WHERE %s AND (holder.company_id IS NULL OR holder.company_id = %s)
            ) holders
            WHERE holders.active OR holders.is_own
        )""",
        is_own(SQL("holder.id")),
        match,
        company_id,
    )


def customers(partner_ids: SQL, where: SQL) -> SQL:
    """An array with those of the partners who are active, and not our own."""
    return SQL(
        """ARRAY(
            SELECT person.id FROM res_partner person
            WHERE person.id IN (%s) AND person.active AND %s AND NOT %s
        )""",
        partner_ids,
        where,
        is_own(SQL("person.id")),
    )


def activity_kind(activity_type: SQL, names: Names) -> SQL:
    """The kind of interaction that an activity of this type is."""
    return SQL(
        """CASE
            WHEN %(type)s.category = 'phonecall' THEN 'call'
            WHEN %(type)s.category = 'meeting' THEN 'meeting'
            WHEN %(type)s.id = %(email)s THEN 'email'
            WHEN %(type)s.id = %(chat)s THEN 'chat'
            ELSE 'other'
        END""",
        type=activity_type,
        email=names.email_activity,
        chat=names.chat_activity,
    )
