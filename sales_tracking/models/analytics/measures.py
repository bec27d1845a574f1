"""What each measure of a metric means: one definition for reports, targets and commissions.

``count`` is the number of net documents. A document counts once, however many lines, payments and shares of it there
are; each fact says in its column count as what: 1, or, for a credit note, -1 where it completes the credit of an
invoice and else 0. So an invoice that is credited in full leaves no document, one that is credited in part remains one,
and an average is that of what remains.
"""

from odoo.tools import SQL

from ...tools import visit_coverage as coverage
from ...tools.aggregates import median


def net_documents(counted: SQL, document: SQL) -> SQL:
    """The aggregate that counts documents.

    :param counted: as what a row's document counts: 1, 0 or -1
    :param document: what tells the documents apart
    """
    return SQL(
        "(COUNT(DISTINCT %(document)s) FILTER (WHERE %(counted)s > 0)"
        " - COUNT(DISTINCT %(document)s) FILTER (WHERE %(counted)s < 0))",
        document=document,
        counted=counted,
    )


COUNT = net_documents(SQL("sales_achievement.count"), SQL("sales_achievement.res_id"))
# Aggregates over rows of sales_achievement of one basis. Retention compares two periods and is none.
MEASURES = {
    "amount": SQL("SUM(sales_achievement.amount)"),
    "margin": SQL("SUM(sales_achievement.margin)"),
    "quantity": SQL("SUM(sales_achievement.quantity)"),
    "count": COUNT,
    "average_amount": SQL("SUM(sales_achievement.amount) / NULLIF(%s, 0)", COUNT),
    "average_days": SQL("AVG(sales_achievement.days_to_close)"),
    **{name: SQL("(%s)", coverage.rate(name, SQL("sales_achievement"), due=SQL("count"))) for name in coverage.RATES},
    "median_days": median(SQL("sales_achievement.days_to_close")),
}
# The value of a whole is the sum of the values of its parts.
ADDITIVE_MEASURES = ("amount", "margin", "quantity", "count")
