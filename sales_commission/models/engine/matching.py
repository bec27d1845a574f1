"""Who earns what on which fact.

term   -> the rules, each with the days on which it holds
payee  -> who earns: by the salesperson, the team or the agent of a document, and the managers above
paying -> a fact under a rule that pays it, to a payee
claim  -> what a payee claims of a document under a rule
"""

from odoo.tools import SQL
from odoo.tools.query import Query

from .facts import filter_of
from .network import network, network_payees
from .scope import BASE_DIGITS, Scope

MANAGERS = SQL("""SELECT
        'override', chain.level,
        CASE WHEN chain.managed_team_id IS NULL THEN 'user' ELSE 'team' END,
        COALESCE(chain.managed_user_id, chain.managed_team_id), person.partner_id, person.id,
        1.0, 0, 0, chain.date_from, chain.date_to
    FROM chain
    JOIN res_users person ON person.id = chain.user_id""")
MATCHED_COLUMNS = (
    "fact_id", "day", "sale_day", "user_id", "team_id", "agent_id", "res_model", "res_id", "deal_id", "live_id",
    "kept_by", "kept_for",
)  # fmt: skip
NO_MATCH = SQL(
    "SELECT 0 AS rule_id, 0::bigint AS fact_id, NULL::date AS day, NULL::date AS sale_day, 0 AS user_id, 0 AS team_id, "
    "0 AS agent_id, NULL::varchar AS res_model, 0 AS res_id, 0 AS deal_id, 0::bigint AS live_id, "
    "NULL::int[] AS kept_by, NULL::int[] AS kept_for, NULL::int AS split_id, "
    "0::numeric AS base, 0::numeric AS quantity, 0::numeric AS measure WHERE FALSE"
)
# What of a fact an assignment of a kind looks at.
SOURCE_COLUMNS = {"user": "user_id", "team": "team_id", "agent": "agent_id"}


def matching(scope: Scope) -> SQL:
    return SQL(
        """%(terms)s,
%(payees)s,
%(matched)s,
ranked AS (
    SELECT
        matched.*, term.version_id, term.role, term.override_level, term.application,
        ROW_NUMBER() OVER (
            PARTITION BY fact_id, term.on_cash, term.role, term.override_level, term.application
            ORDER BY term.sequence, rule_id
        ) AS rank
    FROM matched
    JOIN term USING (rule_id)
    WHERE sale_day BETWEEN term.date_from AND term.date_to
),
%(seen)s,
counted AS (
    SELECT seen.*, %(measure)s AS counted_measure
    FROM seen
    WINDOW
        of_document AS (PARTITION BY rule_id, res_model, res_id, viewer_id),
        of_deal AS (PARTITION BY rule_id, res_model, deal_id, viewer_id)
),
%(paying)s,
%(claim)s""",
        terms=terms(scope),
        payees=payees(scope),
        matched=matched(scope),
        seen=SEEN_AS_DECIDED if scope.decided else SEEN,
        measure=_shared_documents() if "per_document" in scope.kinds else SQL("measure"),
        paying=_paying(scope),
        claim=_claims(scope),
    )


def terms(scope: Scope) -> SQL:
    """``term``: the rules with their parameters and the days on which they hold.

    A rule and those that continue it in later versions are one run, told by its first rule: their base runs on through
    a period in which the terms change. ``by_period``: what a document pays depends on the others of its period.
    """
    always = SQL("'-infinity'::date AS date_from, 'infinity'::date AS date_to")
    dates = SQL("version.date_from, COALESCE(version.date_to, 'infinity') AS date_to")
    return SQL(
        """term AS (
    SELECT
        rule.id AS rule_id, rule.version_id, rule.sequence, rule.application, rule.role, rule.kind,
        CASE WHEN rule.role = 'override' THEN rule.override_level ELSE 0 END AS override_level,
        COALESCE(CASE WHEN rule.kind = 'percent' THEN rule.rate ELSE rule.unit_amount END, 0) AS price,
        run.run_id,
        rule.kind IN ('percent', 'per_unit', 'per_document') AS by_document,
        rule.kind IN ('tiers', 'attainment')
            OR GREATEST(rule.threshold, rule.period_floor, rule.period_cap) > 0 AS by_period,
        metric.measure IN ('quantity', 'count') AS counts,
        rule.kind = 'attainment' AND metric.measure = 'count' AS counts_documents,
        rule.tier_mode, rule.attainment_mode, rule.metric_id,
        COALESCE(rule.threshold, 0) AS threshold,
        COALESCE(rule.deal_cap, 0) AS deal_cap,
        COALESCE(rule.period_floor, 0) AS period_floor,
        COALESCE(rule.period_cap, 0) AS period_cap,
        metric.basis = 'collected' AS on_cash,
        rule.earned_on,
        CASE WHEN metric.basis = 'collected' THEN COALESCE(rule.invoiced_share, 0) ELSE 1 END AS invoiced_share,
        %s
    FROM sales_commission_rule rule
    JOIN UNNEST(%s::int[], %s::int[]) run (rule_id, run_id) ON run.rule_id = rule.id
    JOIN sales_commission_version version ON version.id = rule.version_id
    JOIN sales_metric metric ON metric.id = rule.metric_id
)""",
        always if scope.forever else dates,
        scope.rules.ids,
        [rule._first_of_run().id for rule in scope.rules],
    )


def payees(scope: Scope) -> SQL:
    """``payee``: by which salesperson, team or agent of a document whom a role is paid to, on which days.

    ``chain`` is the management line: whom somebody manages directly, and through how many others. An external agent
    has no user, which is 0 here: a contact may be both a salesperson and an agent, and earns as each.
    """
    by_network = scope.plan.overrides_follow == "network"
    return SQL(
        """%(line)s,
payee AS MATERIALIZED (
    SELECT
        assignment.role, 0 AS level, assignment.beneficiary AS source,
        COALESCE(assignment.user_id, assignment.agent_id) AS source_id,
        COALESCE(person.partner_id, assignment.agent_id) AS partner_id, COALESCE(person.id, 0) AS user_id,
        1.0 AS weight, 0 AS tie, 0 AS tie_id,
        assignment.date_from, COALESCE(assignment.date_to, 'infinity') AS date_to
    FROM sales_commission_assignment assignment
    LEFT JOIN res_users person ON person.id = assignment.user_id
    WHERE assignment.plan_id = %(plan_id)s AND assignment.role != 'override' AND assignment.beneficiary != 'team'
    UNION ALL
    SELECT
        assignment.role, 0, 'team', assignment.team_id, person.partner_id, person.id,
        part.share::numeric / SUM(part.share::numeric) OVER (PARTITION BY assignment.id), part.sequence, part.id,
        assignment.date_from, COALESCE(assignment.date_to, 'infinity')
    FROM sales_commission_assignment assignment
    JOIN sales_commission_distribution part ON part.assignment_id = assignment.id
    JOIN res_users person ON person.id = part.user_id
    WHERE assignment.plan_id = %(plan_id)s AND assignment.beneficiary = 'team'
    UNION ALL
    %(above)s
)""",
        line=network(scope) if by_network else _management_line(scope),
        above=network_payees(scope) if by_network else MANAGERS,
        plan_id=scope.plan.id,
    )


def _management_line(scope: Scope) -> SQL:
    return SQL(
        """chain AS (
    SELECT
        id, user_id, managed_user_id, managed_team_id, 1 AS level,
        date_from, COALESCE(date_to, 'infinity') AS date_to
    FROM sales_commission_assignment
    WHERE plan_id = %(plan_id)s AND role = 'override'
    UNION ALL
    SELECT
        above.id, above.user_id, chain.managed_user_id, chain.managed_team_id, chain.level + 1,
        GREATEST(above.date_from, chain.date_from), LEAST(COALESCE(above.date_to, 'infinity'), chain.date_to)
    FROM chain
    JOIN sales_commission_assignment above
        ON above.plan_id = %(plan_id)s AND above.role = 'override' AND above.managed_user_id = chain.user_id
            AND above.date_from <= chain.date_to AND COALESCE(above.date_to, 'infinity') >= chain.date_from
    WHERE chain.level < (SELECT COALESCE(MAX(override_level), 0) FROM term)
)""",
        plan_id=scope.plan.id,
    )


def matched(scope: Scope) -> SQL:
    """``matched``: each fact with each rule whose metric it matches."""
    matches = [_match(scope, rule) for rule in scope.rules] or [NO_MATCH]
    return SQL("matched AS (\n    %s\n)", SQL("\n    UNION ALL ").join(matches))


def _match(scope: Scope, rule) -> SQL:
    """The facts that match the rule's metric, with the amount and with what the commission is counted on.

    Units are those of the rule; a product whose unit can't be converted into it does not match.
    """
    achievement = rule.env["sales.achievement"]
    table = achievement._table
    query = Query(rule.env, table, SQL.identifier("sales_commission_fact"))
    query.add_where(metric_condition(scope, rule.metric_id, query))
    basis = rule.metric_id.basis
    query.add_where(SQL("%s = %s", SQL.identifier(table, "basis"), "invoiced" if basis == "collected" else basis))
    measure = rule.metric_id.measure
    counted = SQL("1") if measure == "count" else SQL.identifier(table, measure)
    if rule.uom_id:
        product = SQL.identifier(table, "product_id")
        query.add_join("JOIN", "unit", product_units(), SQL("unit.product_id = %s", product))
        factors = kept_units(rule.uom_id)
        if scope.decided:
            kept = SQL.identifier(table, "kept_units")
            factors = SQL("COALESCE(%s -> %s, %s)", kept, str(rule.uom_id.id), factors)
        query.add_where(SQL("(%s ->> 0) IS NOT NULL", factors))
        counted = SQL("%(counted)s * (%(f)s ->> 0)::float8 / (%(f)s ->> 1)::float8", counted=counted, f=factors)
    base = "margin" if measure == "margin" else "amount"
    quantity = SQL.identifier(table, "quantity") if measure == "count" else SQL("0")
    return query.select(
        SQL("%s AS rule_id", rule.id),
        *(SQL.identifier(table, column) for column in MATCHED_COLUMNS),
        SQL.identifier(table, "split_id"),
        SQL("COALESCE(%s, 0)::numeric AS base", SQL.identifier(table, base)),
        SQL("COALESCE(%s, 0)::numeric AS quantity", quantity),
        SQL("COALESCE(%s, 0)::numeric AS measure", counted),
    )


def metric_condition(scope: Scope, metric, query: Query) -> SQL:
    """Whether a fact matches the metric's filter: as decided where it was decided, else as known today."""
    achievement = metric.env["sales.achievement"]
    domain = filter_of(metric).optimize_full(achievement)
    condition = domain._to_sql(achievement, achievement._table, query)
    if not scope.decided:
        return condition
    kept = SQL.identifier(achievement._table, "kept_metrics")
    return SQL("COALESCE((%s ->> %s)::boolean, %s)", kept, str(metric.id), condition)


def kept_units(uom) -> SQL:
    """The factors of the product's unit and of a rule's as an array; the first is null where they don't convert."""
    root = uom.parent_path.split("/")[0]
    return SQL("JSONB_BUILD_ARRAY(CASE WHEN unit.root = %s THEN unit.factor END, %s)", root, uom.factor)


def product_units() -> SQL:
    """Rows (product_id, factor, root) of the units of the products."""
    return SQL("""(
        SELECT product.id AS product_id, uom.factor, SPLIT_PART(uom.parent_path, '/', 1) AS root
        FROM product_product product
        JOIN product_template template ON template.id = product.product_tmpl_id
        JOIN uom_uom uom ON uom.id = template.uom_id
    )""")


def _shared_documents() -> SQL:
    """What a fact counts where documents are paid for: a part of its document, shared as the document is."""
    return SQL(
        """CASE
        WHEN (SELECT kind FROM term WHERE term.rule_id = seen.rule_id) = 'per_document' THEN %s ELSE measure
    END""",
        DOCUMENT_PART,
    )


# What a row counts of one document, so that its rows sum to one. A credit note counts, negative, as much of the
# document as it takes back: by its base, by its quantity where nothing was charged, else evenly.
DOCUMENT_PART = SQL("""(CASE
            WHEN res_id <> deal_id THEN -1
            ELSE COALESCE(
                NULLIF(SIGN(SUM(base) OVER of_document), 0), NULLIF(SIGN(SUM(quantity) OVER of_document), 0), 1
            )
        END * COALESCE(
            ABS(base) / NULLIF(SUM(ABS(base)) FILTER (WHERE res_id = deal_id) OVER of_deal, 0),
            ABS(quantity) / NULLIF(SUM(ABS(quantity)) FILTER (WHERE res_id = deal_id) OVER of_deal, 0),
            1.0 / COUNT(*) OVER of_document
        ))""")


SEEN = SQL("""seen AS (
    SELECT ranked.*, NULL::int AS viewer_id FROM ranked WHERE application = 'stacking' OR rank = 1
)""")
# The lines of a deal as they are for a payee who was paid on some of them: those as they were known when that was
# decided, with what came later as it is today. For everybody else, who is no viewer, they are as they are today.
SEEN_AS_DECIDED = SQL("""viewer AS (
    SELECT DISTINCT res_model, deal_id, partner_id FROM ranked CROSS JOIN UNNEST(COALESCE(kept_for, kept_by)) partner_id
),
seen AS (
    SELECT ranked.*, NULL::int AS viewer_id, viewers.partner_ids AS viewer_ids
    FROM ranked
    LEFT JOIN (
        SELECT res_model, deal_id, ARRAY_AGG(partner_id) AS partner_ids FROM viewer GROUP BY res_model, deal_id
    ) viewers USING (res_model, deal_id)
    WHERE kept_for IS NULL AND (application = 'stacking' OR rank = 1)
    UNION ALL
    SELECT ranked.*, viewer.partner_id, NULL
    FROM ranked
    JOIN viewer USING (res_model, deal_id)
    WHERE (application = 'stacking' OR rank = 1) AND CASE
        WHEN kept_for IS NULL THEN NOT COALESCE(viewer.partner_id = ANY(kept_by), FALSE)
        ELSE viewer.partner_id = ANY(kept_for)
    END
)""")
BY_VIEWER = SQL("""AND CASE
        WHEN viewer_id IS NULL THEN NOT COALESCE(payee.partner_id = ANY(viewer_ids), FALSE)
        ELSE payee.partner_id = viewer_id
    END""")


def _paying(scope: Scope) -> SQL:
    """``paying``: the facts with those who earn on them.

    A manager earns once on a fact under a rule, by however many lines he or she manages who sold.
    """
    sources = SQL("\n    UNION ALL ").join(_paying_by(scope, source) for source in sorted(scope.sources))
    if "override" not in scope.rules.mapped("role"):
        return SQL("paying AS MATERIALIZED (\n    %s\n)", sources)
    return SQL(
        """paid_by_line AS (
    %s
),
paying AS MATERIALIZED (
    SELECT * FROM paid_by_line WHERE role != 'override'
    UNION ALL
    SELECT * FROM (
        SELECT DISTINCT ON (fact_id, rule_id, partner_id) *
        FROM paid_by_line
        WHERE role = 'override'
        ORDER BY fact_id, rule_id, partner_id, last_day DESC
    ) managed
)""",
        sources,
    )


def _paying_by(scope: Scope, source: str) -> SQL:
    """The facts with those who earn on them by this of their properties; nobody manages themselves."""
    column = SQL.identifier("counted", SOURCE_COLUMNS[source])
    return SQL(
        """SELECT
        counted.fact_id, counted.rule_id, counted.version_id, counted.role, counted.res_model, counted.res_id,
        counted.deal_id, counted.live_id, counted.day, counted.sale_day, counted.split_id, counted.base,
        counted.quantity, counted.counted_measure,
        payee.partner_id, payee.user_id, payee.weight, payee.tie, payee.tie_id, payee.date_to AS last_day
    FROM counted
    JOIN payee ON payee.source = %s AND payee.source_id = %s
        AND payee.role = counted.role AND payee.level = counted.override_level
        AND counted.sale_day BETWEEN payee.date_from AND payee.date_to
    WHERE (counted.role != 'override' OR payee.user_id IS DISTINCT FROM counted.user_id) %s""",
        source,
        column,
        BY_VIEWER if scope.decided else SQL(),
    )


def _claims(scope: Scope) -> SQL:
    """``claim``: the facts of each document summed by rule and person.

    A person whose target counts documents has one for each document, as the target says, whatever the share of it; one
    that is credited in part remains one, and one that is credited in full is none.
    """
    claims = SQL(
        """SELECT
        rule_id, version_id, role, partner_id, paying.user_id, res_model, res_id, deal_id,
        MIN(day) AS day,
        MIN(sale_day) AS sale_day,
        MAX(last_day) AS last_day,
        SUM(base * weight) AS base,
        SUM(quantity * weight) AS quantity,
        SUM(counted_measure * weight) AS measure,
        MIN(COALESCE(split.sequence, tie)) AS tie,
        MIN(COALESCE(split.id, tie_id)) AS tie_id
    FROM paying
    LEFT JOIN sales_credit_split split ON split.id = paying.split_id
    GROUP BY rule_id, version_id, role, partner_id, paying.user_id, res_model, res_id, deal_id"""
    )
    if not any(rule.kind == "attainment" and rule.metric_id.measure == "count" for rule in scope.rules):
        return SQL("claim AS MATERIALIZED (\n    %s\n)", claims)
    return SQL(
        """summed_claim AS (
    %(claims)s
),
parted_claim AS (
    SELECT *, %(part)s AS part
    FROM summed_claim
    WINDOW
        of_document AS (PARTITION BY rule_id, partner_id, user_id, res_model, res_id),
        of_deal AS (PARTITION BY rule_id, partner_id, user_id, res_model, deal_id)
),
counted_claim AS (
    SELECT
        parted_claim.*,
        GREATEST(CEIL(ROUND(SUM(part) OVER in_order, %(base_digits)s)), 0) AS documents_after
    FROM parted_claim
    WINDOW in_order AS (PARTITION BY rule_id, partner_id, user_id, res_model, deal_id ORDER BY day, res_id)
),
claim AS MATERIALIZED (
    SELECT
        rule_id, version_id, role, partner_id, user_id, res_model, res_id, deal_id, day, sale_day, last_day, base,
        CASE
            WHEN NOT counts_documents THEN measure
            ELSE documents_after - LAG(documents_after, 1, 0) OVER (
                PARTITION BY rule_id, partner_id, user_id, res_model, deal_id ORDER BY day, res_id
            )
        END AS measure,
        tie, tie_id
    FROM counted_claim
    JOIN (SELECT rule_id, counts_documents FROM term) term USING (rule_id)
)""",
        claims=claims,
        part=DOCUMENT_PART,
        base_digits=BASE_DIGITS,
    )
