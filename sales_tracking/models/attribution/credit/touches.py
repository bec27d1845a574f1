"""What touched the customer before an order was confirmed.

A touch is one of these, within the look-back of the company, the moment of the confirmation included:

- an interaction marked as touchpoint: of the order's customer (its commercial partner), or of the order's lead or the
  order itself where those are about somebody else; of the same company
- a registration for an event by the customer, on the day of attendance or else of registration
- a click in a mailing by the customer, once per mailing and recipient, at the first click
- the origin of the lead and of the order: source, medium and campaign, at their creation

Interactions take the origin over from their lead or order, and an order takes it over from its lead. It is one touch
all the same: an origin counts by itself only where no other touch of the order carries the same source, medium and
campaign, and the origin of an order only where its lead has another.
"""

from datetime import date, timedelta
from typing import NamedTuple

from odoo.tools import SQL

from ...analytics.facts.branch import local_day
from ...analytics.facts.orders import ORDER_RATE

# In the order in which touches of the same second come.
TOUCH_TYPES = [
    ("lead", "Origin of the Lead"),
    ("event", "Event"),
    ("mailing", "Mailing"),
    ("interaction", "Interaction"),
    ("order", "Origin of the Order"),
    ("none", "Unattributed"),
]
RANKS = {touch_type: rank for rank, (touch_type, _label) in enumerate(TOUCH_TYPES)}


NOTHING = SQL("NULL")


class Scope(NamedTuple):
    """What a reader wants at the most: these models, and orders of these days (both included).

    orders is a further condition on `sale`, the order, and `partner`, its contact.
    """

    models: tuple[str, ...]
    first: date | None = None
    last: date | None = None
    orders: SQL = SQL("TRUE")


# What a search can limit, by field of the report.
ORDER_COLUMNS = {
    "order_id": SQL("sale.id"),
    "company_id": SQL("sale.company_id"),
    "user_id": SQL("sale.user_id"),
    "team_id": SQL("sale.team_id"),
    "partner_id": SQL("partner.commercial_partner_id"),
}


def touches(env, scope: Scope) -> SQL:
    """The steps of a WITH clause: confirmed (the orders), touch (order_id, touch_type, touch_id, ...)."""
    contacts = [_interactions()]
    if "event.registration" in env:
        contacts.append(_registrations(env))
    if "mailing.trace" in env and "mailing_trace_id" in env["link.tracker.click"]._fields:
        contacts.append(_clicks(env))
    return SQL(
        """
        currency AS MATERIALIZED (
            SELECT id, decimal_places AS digits, ROUND(POWER(10::numeric, -decimal_places), decimal_places) AS unit
            FROM res_currency
        ),
        confirmed AS (%(orders)s),
        contact AS MATERIALIZED (%(contacts)s),
        origin AS (%(origins)s),
        touch AS MATERIALIZED (
            SELECT * FROM contact
            UNION ALL
            SELECT * FROM origin
            WHERE NOT EXISTS (
                SELECT FROM contact
                WHERE contact.order_id = origin.order_id
                    AND contact.source_id IS NOT DISTINCT FROM origin.source_id
                    AND contact.medium_id IS NOT DISTINCT FROM origin.medium_id
                    AND contact.campaign_id IS NOT DISTINCT FROM origin.campaign_id
            )
        )""",
        orders=_orders(scope),
        contacts=SQL("\nUNION ALL\n").join(contacts),
        origins=_origins(),
    )


def _orders(scope: Scope) -> SQL:
    """Confirmed orders with their revenue: untaxed, at the order's own rate, in the smallest unit of the currency."""
    limits = [SQL("sale.state = 'sale'"), scope.orders]
    # The day depends on the company's time zone, and no zone is further than a day from UTC; the search itself has
    # the exact limit.
    if scope.first:
        limits.append(SQL("sale.date_order >= %s", scope.first - timedelta(days=1)))
    if scope.last:
        limits.append(SQL("sale.date_order < %s", scope.last + timedelta(days=2)))
    return SQL(
        """
        SELECT
            sale.id, sale.company_id, sale.user_id, sale.team_id, sale.opportunity_id,
            sale.source_id, sale.medium_id, sale.campaign_id, sale.create_date,
            partner.commercial_partner_id AS partner_id, partner.country_id,
            sale.date_order AS moment,
            sale.date_order - make_interval(days => company.attribution_lookback) AS earliest,
            company.attribution_half_life AS half_life,
            %(day)s AS day,
            company.currency_id,
            currency.digits,
            currency.unit,
            ROUND(sale.amount_untaxed / %(rate)s / currency.unit) AS units
        FROM sale_order sale
        JOIN res_company company ON company.id = sale.company_id
        JOIN currency ON currency.id = company.currency_id
        JOIN res_partner partner ON partner.id = sale.partner_id
        WHERE %(limits)s""",
        day=local_day(SQL("sale.date_order")),
        rate=ORDER_RATE,
        limits=SQL(" AND ").join(limits),
    )


def _touch(
    touch_type: str,
    touch_id: SQL,
    moment: SQL,
    utm: str,
    tables: SQL,
    where: SQL,
    kind: SQL = NOTHING,
    content: SQL = NOTHING,
) -> SQL:
    """One SELECT of touches within the look-back; the tables join confirmed.

    :param utm: the alias that holds source, medium and campaign
    """
    return SQL(
        """
        SELECT
            confirmed.id AS order_id,
            %(touch_type)s AS touch_type,
            %(rank)s AS rank,
            %(touch_id)s AS touch_id,
            %(moment)s AS moment,
            %(source)s AS source_id,
            %(medium)s AS medium_id,
            %(campaign)s AS campaign_id,
            (%(kind)s)::varchar AS interaction_kind,
            (%(content)s)::varchar AS content
        FROM %(tables)s
        WHERE %(where)s AND %(moment)s BETWEEN confirmed.earliest AND confirmed.moment""",
        touch_type=SQL("%s::varchar", touch_type),
        rank=SQL("%s", RANKS[touch_type]),
        touch_id=touch_id,
        moment=moment,
        source=SQL.identifier(utm, "source_id"),
        medium=SQL.identifier(utm, "medium_id"),
        campaign=SQL.identifier(utm, "campaign_id"),
        kind=kind,
        content=content,
        tables=tables,
        where=where,
    )


def _interactions() -> SQL:
    """Each link by itself, so that each finds its index; the conditions keep them from overlapping."""
    is_counted = SQL("interaction.is_touchpoint AND interaction.company_id = confirmed.company_id")
    of_another = SQL("interaction.commercial_partner_id IS DISTINCT FROM confirmed.partner_id")
    links = [
        SQL("interaction.commercial_partner_id = confirmed.partner_id"),
        SQL("interaction.lead_id = confirmed.opportunity_id AND %s", of_another),
        SQL(
            """interaction.order_id = confirmed.id AND %s
            AND interaction.lead_id IS DISTINCT FROM confirmed.opportunity_id""",
            of_another,
        ),
    ]
    return SQL("\nUNION ALL\n").join(
        _touch(
            "interaction",
            SQL("interaction.id"),
            SQL("interaction.date"),
            "interaction",
            SQL("confirmed JOIN sales_interaction interaction ON %s", link),
            is_counted,
            kind=SQL("interaction.kind"),
        )
        for link in links
    )


def _registrations(env) -> SQL:
    model = env["event.registration"]
    columns = ("company_id", "date_closed", "event_id", "partner_id", "state")
    columns += ("active", "utm_campaign_id", "utm_medium_id", "utm_source_id")
    return _touch(
        "event",
        SQL("registration.id"),
        SQL("COALESCE(registration.date_closed, registration.create_date)"),
        "utm",
        SQL(
            """confirmed
            JOIN res_partner attendee ON attendee.commercial_partner_id = confirmed.partner_id
            JOIN event_registration registration ON registration.partner_id = attendee.id
            JOIN event_event event ON event.id = registration.event_id
            CROSS JOIN LATERAL (SELECT
                registration.utm_source_id AS source_id,
                registration.utm_medium_id AS medium_id,
                registration.utm_campaign_id AS campaign_id
            ) utm%s""",
            _flush(model, columns),
        ),
        SQL("""registration.active AND registration.state IN ('open', 'done')
            AND COALESCE(registration.company_id, confirmed.company_id) = confirmed.company_id"""),
        kind=SQL("'event'"),
        content=_text(env["event.event"], "event", "name"),
    )


def _clicks(env) -> SQL:
    """The recipient is the customer's contact, the order's lead, or has the e-mail address of a contact."""
    is_clicked = SQL("trace.links_click_datetime IS NOT NULL AND trace.is_test_trace IS NOT TRUE")
    contacts = SQL("confirmed JOIN res_partner contact ON contact.commercial_partner_id = confirmed.partner_id")
    recipients = [
        SQL("%s JOIN mailing_trace trace ON trace.model = 'res.partner' AND trace.res_id = contact.id", contacts),
        SQL("%s JOIN mailing_trace trace ON trace.email = contact.email_normalized", contacts),
        SQL(
            "confirmed JOIN mailing_trace trace ON trace.model = 'crm.lead' AND trace.res_id = confirmed.opportunity_id"
        ),
    ]
    clicks = SQL(
        """
        SELECT recipient.order_id, recipient.trace_id, MIN(click.create_date) AS moment
        FROM (%s) recipient
        JOIN link_tracker_click click ON click.mailing_trace_id = recipient.trace_id
        WHERE click.create_date BETWEEN recipient.earliest AND recipient.latest
        GROUP BY recipient.order_id, recipient.trace_id""",
        SQL("\nUNION\n").join(
            SQL(
                """SELECT confirmed.id AS order_id, confirmed.earliest, confirmed.moment AS latest, trace.id AS trace_id
                FROM %s
                WHERE %s""",
                tables,
                is_clicked,
            )
            for tables in recipients
        ),
    )
    return _touch(
        "mailing",
        SQL("click.trace_id"),
        SQL("click.moment"),
        "utm",
        SQL(
            """(%s) click
            JOIN confirmed ON confirmed.id = click.order_id
            JOIN mailing_trace trace ON trace.id = click.trace_id
            JOIN mailing_mailing utm ON utm.id = trace.mass_mailing_id%s%s%s""",
            clicks,
            _flush(env["mailing.trace"], ("email", "links_click_datetime", "mass_mailing_id", "model", "res_id")),
            _flush(env["mailing.mailing"], ("campaign_id", "medium_id", "source_id")),
            _flush(env["link.tracker.click"], ("mailing_trace_id",)),
        ),
        SQL("TRUE"),
        content=_text(env["mailing.mailing"], "utm", "subject"),
    )


def _origins() -> SQL:
    """The origin of an imported lead or order, which was created afterwards, was known at the confirmation."""

    def moment(table):
        return SQL("LEAST(%s, confirmed.moment)", SQL.identifier(table, "create_date"))

    def is_set(table):
        return SQL(
            "COALESCE(%s, %s, %s) IS NOT NULL",
            *(SQL.identifier(table, name) for name in ("source_id", "medium_id", "campaign_id")),
        )

    of_lead = _touch(
        "lead",
        SQL("lead.id"),
        moment("lead"),
        "lead",
        SQL("confirmed JOIN crm_lead lead ON lead.id = confirmed.opportunity_id"),
        is_set("lead"),
    )
    of_order = _touch(
        "order",
        SQL("confirmed.id"),
        moment("confirmed"),
        "confirmed",
        SQL("confirmed LEFT JOIN crm_lead lead ON lead.id = confirmed.opportunity_id"),
        SQL(
            """%s AND (
                lead.id IS NULL
                OR lead.source_id IS DISTINCT FROM confirmed.source_id
                OR lead.medium_id IS DISTINCT FROM confirmed.medium_id
                OR lead.campaign_id IS DISTINCT FROM confirmed.campaign_id
            )""",
            is_set("confirmed"),
        ),
    )
    return SQL("%s\nUNION ALL\n%s", of_lead, of_order)


def _text(model, alias: str, field: str) -> SQL:
    """A field in the reader's language, where it is translated."""
    # The reader sees the touch of an order of his or hers, by name, whatever else of the event or mailing.
    return model.sudo()._field_to_sql(alias, field)


def _flush(model, field_names) -> SQL:
    """Nothing but the mark that these fields are written before the statement runs."""
    return SQL("").join([SQL(to_flush=model._fields[name]) for name in field_names])
