"""What the statements of all kinds of facts are made of."""

from datetime import date, timedelta
from typing import NamedTuple

from odoo.tools import SQL

from ....tools.tills import Tills
from .basis import BASES, MOST_BASES

BIGINT = SQL("bigint")
INTEGER = SQL("int")
FLOAT = SQL("float8")
NUMERIC = SQL("numeric")
TEXT = SQL("varchar")
DATE = SQL("date")

COLUMNS = {
    "id": BIGINT,
    "basis": TEXT,
    "day": DATE,
    "user_id": INTEGER,
    "team_id": INTEGER,
    "company_id": INTEGER,
    "currency_id": INTEGER,
    "partner_id": INTEGER,
    "country_id": INTEGER,
    "product_id": INTEGER,
    "categ_id": INTEGER,
    "source_id": INTEGER,
    "medium_id": INTEGER,
    "campaign_id": INTEGER,
    "sales_type": TEXT,
    "interaction_kind": TEXT,
    "quantity": FLOAT,
    "unit_ratio": FLOAT,
    "amount": NUMERIC,
    "average_amount": NUMERIC,
    "margin": NUMERIC,
    "count": INTEGER,
    "days_to_close": FLOAT,
    "days_to_close_assigned": FLOAT,
    "median_days_to_close": FLOAT,
    "median_days_to_close_assigned": FLOAT,
    "verified": INTEGER,
    "effective": INTEGER,
    "on_plan_day": INTEGER,
    "unplanned": INTEGER,
    "visit_result": TEXT,
    "share": FLOAT,
    "split_id": INTEGER,
    "res_model": TEXT,
    "res_id": INTEGER,
    "line_id": INTEGER,
    "partial_id": INTEGER,
    "discount_line_id": INTEGER,
}

MEASURES = ("quantity", "amount", "margin")
# The largest integer that a browser holds.
LARGEST_ID = 2**53
ID_FACTORS = (1_000_000_007, 998_244_353, 715_827_883, 536_870_909)


class Scope(NamedTuple):
    """What a reader wants at the most: these bases (None: all), from one day to another, both included.

    few_people tells that only some salespeople's facts are wanted; discount_products are those of order-wide discounts.
    tills is what there is of the point of sale, None where it is not installed.
    """

    bases: tuple[str, ...] | None = None
    first: date | None = None
    last: date | None = None
    few_people: bool = False
    discount_products: tuple[int, ...] = ()
    tills: Tills | None = None

    @property
    def has_tills(self) -> bool:
        return self.tills is not None


def branch(basis: str, key: list[SQL], columns: dict[str, SQL], tables: SQL, where: SQL) -> SQL:
    """One SELECT: the given columns in the order of the view, NULL for the others.

    :param key: the ids that identify a row within its basis
    """
    columns = {
        "id": _fact_id(basis, key),
        "basis": SQL("%s", basis),
        "count": SQL("1"),
        "share": SQL("1"),
        **columns,
    }
    # Of a group, the average per document: see _read_group_select.
    columns["average_amount"] = columns.get("amount", SQL("NULL"))
    return SQL(
        "SELECT %s\nFROM %s\nWHERE %s",
        SQL(", ").join(
            SQL("(%s)::%s AS %s", columns.get(name, SQL("NULL")), sql_type, SQL.identifier(name))
            for name, sql_type in COLUMNS.items()
        ),
        tables,
        where,
    )


def branches_by_share(
    basis: str,
    key: list[SQL],
    columns: dict[str, SQL],
    tables: SQL,
    where: SQL,
    splits: SQL,
    split_key: SQL,
    scope: Scope,
) -> list[SQL]:
    """A row per share of the documents with a credit split, and one of each other document.

    One branch reads all of them at once. For a few people's facts two branches serve better: each has the person
    as a plain column, so that the index of the documents or of the splits finds them.

    :param splits: a relation named split with the columns key, id, user_id, share
    :param split_key: what the key of the splits equals in a row of the tables
    """

    def shared(tables, where, all_split=False):
        def by_share(whole, part):
            return part if all_split else SQL("CASE WHEN split.id IS NULL THEN %s ELSE %s END", whole, part)

        share = SQL("split.share / 100.0")
        return branch(
            basis,
            [*key, SQL("COALESCE(split.id, 0)")],
            {
                **columns,
                **{
                    name: by_share(columns[name], SQL("(%s) * %s", columns[name], share))
                    for name in MEASURES
                    if name in columns
                },
                "user_id": by_share(columns["user_id"], SQL("split.user_id")),
                "share": by_share(SQL("1"), share),
                "split_id": SQL("split.id"),
            },
            tables,
            where,
        )

    on_key = SQL("%s ON split.key = %s", splits, split_key)
    if not scope.few_people:
        return [shared(SQL("%s LEFT JOIN %s", tables, on_key), where)]
    unsplit = SQL("%s AND NOT EXISTS (SELECT FROM %s WHERE split.key = %s)", where, splits, split_key)
    return [
        branch(basis, key, columns, tables, unsplit),
        # The few splits come first: PostgreSQL puts no more than the first tables in the best order.
        shared(SQL("%s CROSS JOIN %s", splits, tables), SQL("split.key = %s AND %s", split_key, where), all_split=True),
    ]


def _fact_id(basis: str, key: list[SQL]) -> SQL:
    """A number that tells the rows apart and stays below LARGEST_ID."""
    mixed = SQL(" + ").join(SQL("%s::bigint * %s", part, factor) for part, factor in zip(key, ID_FACTORS, strict=False))
    return SQL("((%s) %% %s) * %s + %s", mixed, LARGEST_ID // MOST_BASES, MOST_BASES, BASES[basis].code)


def local_day(moment: SQL) -> SQL:
    return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE company.sales_tz)::date", moment)


def on_days(day: SQL, scope: Scope) -> SQL:
    """The limits of the scope on a date that the document stores."""
    limits = [SQL("TRUE")]
    if scope.first:
        limits.append(SQL("%s >= %s", day, scope.first))
    if scope.last:
        limits.append(SQL("%s <= %s", day, scope.last))
    return SQL(" AND ").join(limits)


def on_local_days(moment: SQL, scope: Scope) -> SQL:
    """The limits of the scope on a moment that the document stores.

    The day depends on the company's time zone and has no index: the same limits, a day wider, on the moment find
    the rows, since no zone is further than a day from UTC. PostgreSQL has no statistics of the day either and takes
    two comparisons for a narrow range; their denials spare it that guess, and the plan for a handful of rows.
    """
    limits = [SQL("TRUE")]
    if scope.first:
        limits.append(SQL("%s >= %s", moment, scope.first - timedelta(days=1)))
        limits.append(SQL("(%s < %s) IS NOT TRUE", local_day(moment), scope.first))
    if scope.last:
        limits.append(SQL("%s < %s", moment, scope.last + timedelta(days=2)))
        limits.append(SQL("(%s > %s) IS NOT TRUE", local_day(moment), scope.last))
    return SQL(" AND ").join(limits)


def product_tables(line: str = "line", prefix: str = "") -> SQL:
    """The joins from a line to its product and to the units of both, whose names start with the prefix."""
    names = ("product", "template", "line_unit", "product_unit")
    return SQL(
        """
    LEFT JOIN product_product %(product)s ON %(product)s.id = %(line)s.product_id
    LEFT JOIN product_template %(template)s ON %(template)s.id = %(product)s.product_tmpl_id
    LEFT JOIN uom_uom %(line_unit)s ON %(line_unit)s.id = %(line)s.product_uom_id
    LEFT JOIN uom_uom %(product_unit)s ON %(product_unit)s.id = %(template)s.uom_id""",
        line=SQL.identifier(line),
        **{name: SQL.identifier(prefix + name) for name in names},
    )


def unit_ratio(prefix: str = "") -> SQL:
    """Units of the product per unit of its line. Lines without a unit count as they are."""
    return SQL(
        "COALESCE(%s / NULLIF(%s, 0), 1)",
        SQL.identifier(f"{prefix}line_unit", "factor"),
        SQL.identifier(f"{prefix}product_unit", "factor"),
    )


PRODUCT_READS = {
    "product.product": ("product_tmpl_id",),
    "product.template": ("categ_id", "uom_id"),
    "uom.uom": ("factor",),
}
PRODUCT_TABLES = product_tables()
UNIT_RATIO = unit_ratio()
