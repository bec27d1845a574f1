"""What the figures of a period are made from, as a short text: equal texts, equal figures.

So a period in which nothing has happened since its last run is not evaluated again.
"""

from hashlib import sha256

from odoo.tools import SQL

from odoo.addons.sales_tracking.tools.planner import query_rows

from .facts import fact_columns
from .limits import has_limits
from .matching import matched, payees, terms
from .run import due, excluded_documents
from .scope import Scope


def fingerprint_of(scope: Scope) -> str:
    """The fingerprint of everything that the run of the scope reads; the facts must have been read for it.

    The statement of what is due stands for the rules and the conditions of the plan, the sums of hashes for the rows.
    """
    statement = due(scope)
    rows = query_rows(scope.plan.env, _sources(scope))
    return sha256(repr((statement.code, statement.params, rows)).encode()).hexdigest()


def _sources(scope: Scope) -> SQL:
    """The statement whose rows are (source, number of its rows, sum of their hashes)."""
    sources = {
        "fact": SQL(
            "SELECT ROW(%s, matched.rule_id, matched.base, matched.measure) AS whole"
            " FROM sales_commission_fact fact LEFT JOIN matched USING (fact_id)",
            SQL(", ").join(SQL.identifier("fact", column) for column in (*fact_columns(scope), "kept_for")),
        ),
        "cash": SQL("SELECT whole FROM sales_commission_cash whole"),
        "term": SQL("SELECT whole FROM term whole"),
        "payee": SQL("SELECT whole FROM payee whole"),
        "tier": SQL("SELECT whole FROM sales_commission_tier whole WHERE rule_id = ANY(%s)", scope.rules.ids),
        "payment_step": SQL(
            "SELECT whole FROM sales_commission_payment_step whole WHERE rule_id = ANY(%s)", scope.rules.ids
        ),
        "version": SQL("SELECT whole FROM sales_commission_version whole WHERE plan_id = %s", scope.plan.id),
        "split": SQL(
            "SELECT whole FROM sales_credit_split whole WHERE id IN (SELECT split_id FROM sales_commission_fact)"
        ),
    }
    if "invoiced" in scope.fact_bases:
        sources["excluded"] = SQL("SELECT ROW(res_id) AS whole FROM (%s) document", excluded_documents(scope))
    if "attainment" in scope.kinds:
        sources["target"] = SQL("SELECT whole FROM sales_commission_target whole")
    if has_limits(scope.rules):
        sources["ledger"] = SQL(
            """SELECT ROW(
                rule_id, partner_id, limits_period_start, origin_period_start, res_model, res_id, amount,
                capped_amount, base_amount, quantity
            ) AS whole
            FROM sales_commission_entry
            WHERE plan_id = %s AND rule_id = ANY(%s) AND origin_period_start < %s AND origin_period_start >= (
                SELECT MIN(%s) FROM sales_commission_fact
            )""",
            scope.plan.id,
            scope.rules.ids,
            scope.first,
            scope.period_start(SQL("sale_day")),
        )
    return SQL(
        """WITH RECURSIVE %s,
%s,
%s
%s
ORDER BY 1""",
        terms(scope),
        payees(scope),
        matched(scope),
        SQL("\nUNION ALL\n").join(
            SQL(
                "SELECT %s, COUNT(*), COALESCE(SUM(HASH_RECORD_EXTENDED(whole, 0)), 0) FROM (%s) %s",
                name,
                rows,
                SQL.identifier(f"{name}_row"),
            )
            for name, rows in sources.items()
        ),
    )
