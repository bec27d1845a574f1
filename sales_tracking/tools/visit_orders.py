"""Which orders were made in a visit, in SQL."""

from odoo.tools import SQL


def orders_of_visits(where: SQL) -> SQL:
    """The orders of the customer and the salesperson from the check-in to the end of the day of the check-out.

    Of a visit without check-out, to the end of the day of the check-in: what is ordered later is none of it.

    After two visits to a customer an order is of the later one. The date of a quotation is when it was made, that of an
    order when it was confirmed. So an order is of one visit at the most, and counts on the day on which it counts in
    sales.achievement.

    :param where: a condition on ``visit`` and ``sale``
    :return: rows (visit_id, order_id, date_order)
    """
    return SQL(
        """(
        SELECT visit.id AS visit_id, sale.id AS order_id, sale.date_order
        FROM sales_visit visit
        JOIN res_company company ON company.id = visit.company_id
        JOIN res_partner contact ON contact.commercial_partner_id = visit.commercial_partner_id
        JOIN sale_order sale ON sale.partner_id = contact.id
            AND sale.user_id = visit.user_id
            AND sale.company_id = visit.company_id
            AND sale.date_order >= visit.check_in_time
            AND sale.date_order < (
                (
                    COALESCE(visit.check_out_time, visit.check_in_time)
                    AT TIME ZONE 'UTC' AT TIME ZONE company.sales_tz
                )::date + 1
            )::timestamp AT TIME ZONE company.sales_tz AT TIME ZONE 'UTC'
        WHERE %(where)s AND NOT EXISTS (
            SELECT
            FROM sales_visit later
            WHERE later.user_id = visit.user_id
                AND later.company_id = visit.company_id
                AND later.commercial_partner_id = visit.commercial_partner_id
                AND later.check_in_time > visit.check_in_time
                AND later.check_in_time <= sale.date_order
        )
    )""",
        where=where,
    )
