"""The commission run: a constant number of statements that bring the ledger of a plan's period up to date.

The facts are read once; each rule's filter is a condition over them. From the facts to the ledger, a module each:

    facts    -> what was sold, and what was taken back of it
    cash     -> the payments that arrived
    targets  -> what people are to reach
    (a period with the fingerprint of its last run ends here)
    matching -> who claims it, under which rule
    rating   -> what a claim earns, when it does (releasing), and in which place of its period
    limits   -> threshold, minimum and cap of the period: what is due
    posting  -> what is due less what the ledger holds

The figures of a period are a function of its documents, its rules and its people alone: running again adds nothing.
"""

from odoo.tools import SQL

from odoo.addons.sales_tracking.tools.customer_documents import DOCUMENT_TYPES
from odoo.addons.sales_tracking.tools.planner import JOINED_TABLES, planner_settings, query_rows

from .cash import cash_statement
from .facts import facts_statements
from .kept import kept_statements
from .kept_customers import kept_customers_statement
from .limits import limits
from .matching import matching
from .posting import posting
from .rating import rating
from .scope import Scope
from .targets import targets_statement

DROP_SOURCES = SQL(
    "DROP TABLE IF EXISTS"
    " sales_commission_document, sales_commission_fact, sales_commission_cash, sales_commission_target"
)


def due(scope: Scope) -> SQL:
    """The expressions that end in ``due``: what each person is due on each document of the span."""
    return SQL("%s,\n%s,\n%s", matching(scope), rating(scope), limits(scope))


def read_sources(scope: Scope):
    """Read the facts and the cash of the scope into temporary tables."""
    cr = scope.plan.env.cr
    limits_of_joins = {"join_collapse_limit": JOINED_TABLES, "from_collapse_limit": JOINED_TABLES}
    with planner_settings(cr, jit="off", **limits_of_joins):
        cr.execute(DROP_SOURCES)
        for statement in facts_statements(scope):
            cr.execute(statement)
        if scope.decided:
            for statement in kept_statements(scope):
                cr.execute(statement)
            if "new_customer" in scope.bases:
                cr.execute(kept_customers_statement(scope))
        cr.execute(cash_statement(scope))
        if "attainment" in scope.kinds:
            cr.execute(targets_statement(scope))


def query(scope: Scope, statement: SQL) -> list[tuple]:
    """The rows of a statement over the facts and the cash that were read for the scope.

    It joins results of its own, whose sizes PostgreSQL takes for tiny: it must not loop over them, nor merge them by a
    column that has few values, such as the rule, comparing the others pair by pair.
    """
    env = scope.plan.env
    env.cr.execute(SQL("ANALYZE sales_commission_fact"))
    return query_rows(env, statement, enable_nestloop="off", enable_mergejoin="off")


def run_statement(scope: Scope, open_start) -> SQL:
    """The statement that posts a period; its rows are (reason, count, amount).

    One row without a reason has the number of new entries and their sum; one ``lost`` the number of differences that
    did not get into the ledger, which must be 0; the others the number of documents that earned nothing new, by
    reason, and as ``posted`` of those that did.

    :param open_start: first day of the period that takes what a locked statement can't
    """
    return SQL(
        """
WITH RECURSIVE %(due)s,
%(posting)s
SELECT NULL AS reason, COUNT(*) AS count, COALESCE(SUM(amount), 0) AS amount FROM inserted
UNION ALL
SELECT 'lost', difference.count - inserted.count, 0
FROM (SELECT COUNT(*) FROM difference) difference, (SELECT COUNT(*) FROM inserted) inserted
UNION ALL
SELECT reason, COUNT(*), 0 FROM (
    SELECT CASE WHEN posted.res_id IS NULL THEN 'up_to_date' ELSE 'posted' END AS reason, event.res_model, event.res_id
    FROM event
    LEFT JOIN (SELECT DISTINCT res_model, res_id FROM inserted) posted USING (res_model, res_id)
    %(excluded)s
    UNION
    SELECT CASE WHEN on_cash THEN 'unpaid' ELSE 'other_period' END, res_model, res_id
    FROM claim
    JOIN (SELECT rule_id, on_cash FROM term) term USING (rule_id)
    WHERE %(day)s AND NOT EXISTS (
        SELECT FROM event WHERE event.res_model = claim.res_model AND event.res_id = claim.res_id
    )
    UNION
    SELECT
        CASE
            WHEN user_id IS NULL AND %(by_user)s THEN 'no_salesperson'
            WHEN NOT EXISTS (
                SELECT FROM sales_commission_version version
                WHERE version.plan_id = %(plan_id)s AND version.state = 'approved'
                    AND sale_day BETWEEN version.date_from AND COALESCE(version.date_to, 'infinity')
            ) THEN 'no_version'
            WHEN NOT EXISTS (
                SELECT FROM payee
                WHERE sale_day BETWEEN payee.date_from AND payee.date_to AND CASE payee.source
                    WHEN 'user' THEN payee.source_id = unpaid.user_id
                    WHEN 'team' THEN payee.source_id = unpaid.team_id
                    ELSE payee.source_id = unpaid.agent_id
                END
            ) THEN 'no_assignment'
            ELSE 'no_rule'
        END,
        res_model,
        res_id
    FROM sales_commission_fact unpaid
    WHERE %(day)s AND kept_for IS NULL AND NOT EXISTS (SELECT FROM paying WHERE paying.live_id = unpaid.fact_id)
    %(no_target)s
) left_out
GROUP BY reason
""",
        due=due(scope),
        posting=posting(scope, open_start),
        excluded=SQL("UNION\n    %s", excluded_documents(scope)) if "invoiced" in scope.fact_bases else SQL(),
        no_target=NO_TARGET if "attainment" in scope.kinds else SQL(),
        by_user=scope.sources == {"user"},
        plan_id=scope.plan.id,
        day=scope.within(SQL("day")),
    )


def excluded_documents(scope: Scope) -> SQL:
    """Invoices of the period without a base: down payments that earn with the final invoice, late credit notes."""
    return SQL(
        """SELECT 'excluded', 'account.move', move.id AS res_id
    FROM account_move move
    WHERE move.company_id IN %s AND move.state = 'posted' AND move.move_type IN %s AND %s
        AND NOT EXISTS (
            SELECT FROM sales_commission_fact fact WHERE fact.res_model = 'account.move' AND fact.res_id = move.id
        )""",
        scope.company_ids,
        DOCUMENT_TYPES,
        scope.within(SQL("move.invoice_date")),
    )


NO_TARGET = SQL("""UNION
    SELECT 'no_target', res_model, res_id
    FROM rated
    JOIN term ON term.rule_id = rated.rule_id AND term.kind = 'attainment'
    WHERE rate IS NULL""")


def simulation_statement(scope: Scope) -> SQL:
    """The statement of a what-if, which writes nothing; its rows are (user, payee, current, simulated).

    Current is what the ledger holds for the documents of the span.
    """
    return SQL(
        """
WITH RECURSIVE %(due)s,
simulated AS (
    SELECT partner_id, NULLIF(MAX(user_id), 0) AS user_id, SUM(amount) AS amount FROM due GROUP BY partner_id
),
current AS (
    SELECT partner_id, MAX(user_id) AS user_id, SUM(amount) AS amount
    FROM sales_commission_entry
    WHERE plan_id = %(plan_id)s AND origin_period_start BETWEEN %(first)s AND %(last)s AND rule_id IS NOT NULL
    GROUP BY partner_id
)
SELECT
    COALESCE(simulated.user_id, current.user_id), partner_id,
    COALESCE(current.amount, 0), COALESCE(simulated.amount, 0)
FROM simulated
FULL JOIN current USING (partner_id)
ORDER BY partner_id
""",
        due=due(scope),
        plan_id=scope.plan.id,
        first=scope.first,
        last=scope.last,
    )
