"""Where the payment follow-up of customers stands, read from the open journal items: nothing of it is stored."""

from odoo.tools import SQL

from ...tools.company_day import company_today
from ...tools.rates import converted
from ..receivable.open_items import IS_UNPAID

# What the statements read, to be flushed before them.
SOURCES = {
    "account.account": ["account_type", "non_trade"],
    "account.move": [
        "amount_residual_signed", "amount_total", "amount_total_signed", "currency_id", "dunning_policy_id",
        "matched_payment_ids", "payment_state",
    ],
    "account.payment": ["amount", "amount_company_currency_signed", "currency_id", "move_id", "state"],
    "account.move.line": [
        "account_id", "amount_residual", "amount_residual_currency", "company_id", "currency_id", "date",
        "date_maturity", "move_id", "no_followup", "parent_state", "partner_id", "reconciled",
    ],
    "res.company": ["currency_id", "sales_tz"],
    "res.currency.rate": ["company_id", "currency_id", "name", "rate"],
    "res.partner": ["commercial_partner_id"],
    "sales.dispute": None,
    "sales.dunning.account": None,
    "sales.dunning.level": None,
    "sales.dunning.policy": None,
    "sales.dunning.reminder.line": None,
    "sales.promise": None,
}  # fmt: skip


def flush(env):
    """Write what is pending in the tables that the statements read."""
    for model, field_names in SOURCES.items():
        env[model].flush_model(field_names)


def customers(which: SQL, now, today=None) -> SQL:
    """Where the follow-up of each customer with open items stands, one row per commercial partner and company.

    Columns: `partner_id, company_id, account_id, today`; in company currency `total_due` (all that is open, credits
    deducted), `total_overdue` (overdue instalments), `claimed` (what a reminder would claim now); `oldest_due`,
    `promised_day`, `level_id` (the highest level that is due, else the next one), `next_day`, `is_due` (a reminder can
    go out), `is_proposal` (but a person has yet to approve it), `is_covered` (credits outweigh what is due in a
    currency), and `state`, as sales.dunning.account.state.

    :param which: a condition on `debtor`, the row of res_partner (mind `commercial_partner_id`), and `company`
    :param datetime now: the moment (naive UTC) whose day is today in each company's time zone
    :param date today: the same day for all companies instead
    """
    return SQL(
        """
        WITH %(items)s, subtotal AS (
            SELECT
                partner_id, company_id, currency_id,
                SUM(balance) AS total_due,
                SUM(balance) FILTER (WHERE residual > 0 AND days_late > 0) AS total_overdue,
                SUM(claim_balance) FILTER (WHERE is_claimed OR residual < 0) AS claimed,
                MIN(due) FILTER (WHERE residual > 0 AND days_late > 0) AS oldest_due,
                MIN(level_day) FILTER (WHERE NOT is_held) AS next_day,
                BOOL_OR(is_due) AS is_due,
                BOOL_OR(is_due AND level_mode = 'proposal') AS is_proposal,
                BOOL_AND(policy_id IS NULL) FILTER (WHERE residual > 0 AND days_late > 0) AS has_no_policy,
                BOOL_OR(is_promised AND days_late > 0) AS is_promised,
                BOOL_OR(is_disputed AND days_late > 0) AS is_disputed,
                SUM(claim) FILTER (WHERE is_claimed OR residual < 0) > 0 AS is_claim,
                MAX(ARRAY[level_delay, level_id]) FILTER (WHERE is_due) AS due_level,
                MIN(ARRAY[level_day - DATE '2000-01-01', level_id])
                    FILTER (WHERE NOT is_held AND NOT is_due) AS next_level
            FROM item
            GROUP BY partner_id, company_id, currency_id
        ), customer AS MATERIALIZED (
            SELECT
                partner_id, company_id,
                SUM(total_due) AS total_due,
                SUM(total_overdue) AS total_overdue,
                SUM(claimed) FILTER (WHERE is_claim) AS claimed,
                MIN(oldest_due) AS oldest_due,
                MIN(next_day) AS next_day,
                BOOL_OR(is_due AND is_claim) AS is_due,
                BOOL_OR(is_due AND is_claim AND is_proposal) AS is_proposal,
                BOOL_OR(is_due AND NOT is_claim) AS is_covered,
                BOOL_AND(has_no_policy) AS has_no_policy,
                BOOL_OR(is_promised) AS is_promised,
                BOOL_OR(is_disputed) AS is_disputed,
                (MAX(due_level) FILTER (WHERE is_claim))[2] AS due_level_id,
                (MIN(next_level))[2] AS next_level_id
            FROM subtotal
            GROUP BY partner_id, company_id
        )
        SELECT
            customer.partner_id, customer.company_id, account.id AS account_id, setting.today, customer.total_due,
            customer.total_overdue, customer.claimed, customer.oldest_due, promise.day AS promised_day,
            COALESCE(customer.due_level_id, customer.next_level_id) AS level_id,
            GREATEST(customer.next_day, account.paused_until) AS next_day,
            ready.is_due, ready.is_due AND customer.is_proposal AND account.approved_by_id IS NULL AS is_proposal,
            customer.is_covered,
            CASE
                WHEN account.no_followup THEN 'stopped'
                WHEN account.paused_until > setting.today THEN 'paused'
                WHEN ready.is_due AND account.error IS NOT NULL THEN 'failed'
                WHEN ready.is_due AND customer.is_proposal THEN 'proposed'
                WHEN ready.is_due THEN 'due'
                WHEN customer.is_covered THEN 'covered'
                WHEN customer.is_due THEN 'small'
                WHEN customer.is_promised THEN 'promised'
                WHEN customer.is_disputed THEN 'disputed'
                WHEN customer.next_day IS NOT NULL THEN 'waiting'
                WHEN customer.has_no_policy THEN 'no_policy'
                WHEN customer.total_overdue > 0 THEN 'exhausted'
            END AS state
        FROM customer
        JOIN setting ON setting.company_id = customer.company_id
        JOIN res_company company ON company.id = customer.company_id
        LEFT JOIN sales_dunning_account account
            ON account.partner_id = customer.partner_id AND account.company_id = customer.company_id
        LEFT JOIN sales_dunning_level level ON level.id = customer.due_level_id
        LEFT JOIN sales_dunning_policy policy ON policy.id = level.policy_id
        LEFT JOIN LATERAL (
            SELECT MIN(word.date) AS day FROM sales_promise word
            WHERE word.account_id = account.id AND word.state = 'open'
        ) promise ON TRUE
        CROSS JOIN LATERAL (
            SELECT
                customer.is_due AND (level.minimum_amount > 0 AND customer.claimed < %(minimum)s) IS NOT TRUE
                AND account.no_followup IS NOT TRUE AND (account.paused_until > setting.today) IS NOT TRUE AS is_due
        ) ready
        """,
        items=_items(which, now, today),
        minimum=converted(SQL("level.minimum_amount"), SQL("policy.currency_id"), SQL("setting.today")),
    )


def items(which: SQL, now, today=None) -> SQL:
    """The open items of customers, one row each: credits, and instalments with the level they have and get.

    Columns: `line_id, move_id, partner_id, company_id, account_id, currency_id, cycle, today, due, days_late`;
    `residual` in the currency of the item and `balance` in company currency, `claim` and `claim_balance` the same less
    what is promised; `level_id, level_delay, level_mode,
    level_day` of the next level, the days `last_delay` of the last one; `is_promised, is_disputed, is_held`; `is_due`
    (the next level is reached today), `is_claimed` (a reminder of today claims it), `is_claim` (what is claimed in this
    currency is more than the credits).

    :param which, now, today: as customers
    """
    return SQL(
        """
        WITH %(items)s
        SELECT item.*, SUM(claim) FILTER (WHERE is_claimed OR residual < 0)
            OVER (PARTITION BY partner_id, company_id, currency_id) > 0 AS is_claim
        FROM item
        ORDER BY currency_id, residual < 0, due, line_id
        """,
        items=_items(which, now, today),
    )


def _items(which, now, today):
    """Common table expressions `setting` (of each company) and `item`.

    A level before the due date passes with it. One that was taken stays taken, whatever its days are by now.
    """
    return SQL(
        """
        setting AS MATERIALIZED (
            SELECT company.id AS company_id, %(today)s AS today, (
                SELECT policy.id FROM sales_dunning_policy policy
                LEFT JOIN res_company owner ON owner.id = policy.company_id
                WHERE policy.active
                    AND (policy.company_id IS NULL OR starts_with(company.parent_path, owner.parent_path))
                -- Its own, that of the nearest company above, that of all.
                ORDER BY LENGTH(owner.parent_path) DESC NULLS LAST, policy.sequence, policy.id
                LIMIT 1
            ) AS policy_id
            FROM res_company company
        ), promised AS (
            SELECT
                move_line_id,
                CASE WHEN is_rest_held THEN residual ELSE GREATEST(LEAST(residual, amount - earlier), 0) END AS amount
            FROM (
                SELECT
                    link.move_line_id, word.is_rest_held, line.amount_residual_currency AS residual,
                    word.amount + COALESCE(word.matched_before, 0) + COALESCE(word.credited_before, 0)
                        - COALESCE(matched.amount, 0) AS amount,
                    -- The oldest instalments come first.
                    SUM(line.amount_residual_currency) OVER (
                        PARTITION BY word.id ORDER BY COALESCE(line.date_maturity, line.date), line.id
                    ) - line.amount_residual_currency AS earlier
                FROM sales_promise word
                JOIN setting ON setting.company_id = word.company_id
                JOIN sales_promise_line_rel link ON link.promise_id = word.id
                JOIN account_move_line line ON line.id = link.move_line_id
                LEFT JOIN LATERAL (
                    SELECT SUM(partial.debit_amount_currency) AS amount
                    FROM sales_promise_line_rel paid
                    JOIN account_partial_reconcile partial ON partial.debit_move_id = paid.move_line_id
                    WHERE paid.promise_id = word.id
                ) matched ON TRUE
                WHERE word.state = 'open' AND setting.today <= word.date + word.grace_days
            ) outstanding
        ), hold AS MATERIALIZED (
            SELECT
                held.move_line_id, COALESCE(SUM(held.promised), 0) AS promised, BOOL_OR(held.is_disputed) AS is_disputed
            FROM (
                SELECT move_line_id, amount AS promised, FALSE AS is_disputed FROM promised
                UNION ALL
                SELECT link.move_line_id, NULL, TRUE
                FROM sales_dispute dispute
                JOIN sales_dispute_line_rel link ON link.dispute_id = dispute.id
                WHERE dispute.state IN ('open', 'accepted')
            ) held
            GROUP BY held.move_line_id
        ), open_item AS (
            SELECT
                line.id AS line_id, line.move_id, debtor.commercial_partner_id AS partner_id, line.company_id,
                account.id AS account_id, account.reminded_on, COALESCE(account.cycle, 1) AS cycle,
                line.currency_id, setting.today,
                COALESCE(line.date_maturity, line.date) AS due, line.amount_residual_currency AS residual,
                line.amount_residual AS balance,
                COALESCE(move.dunning_policy_id, account.policy_id, setting.policy_id) AS policy_id,
                LEAST(COALESCE(hold.promised, 0), line.amount_residual_currency) AS promised,
                COALESCE(hold.is_disputed, FALSE) AS is_disputed
            FROM account_move_line line
            JOIN account_account receivable
                ON receivable.id = line.account_id AND receivable.account_type = 'asset_receivable'
                AND receivable.non_trade IS NOT TRUE
            JOIN account_move move ON move.id = line.move_id
            JOIN res_partner debtor ON debtor.id = line.partner_id
            JOIN res_company company ON company.id = line.company_id
            JOIN setting ON setting.company_id = company.id
            LEFT JOIN sales_dunning_account account
                ON account.partner_id = debtor.commercial_partner_id AND account.company_id = company.id
            LEFT JOIN hold ON hold.move_line_id = line.id
            WHERE line.reconciled IS NOT TRUE AND line.parent_state = 'posted' AND line.amount_residual_currency <> 0
                AND line.no_followup IS NOT TRUE AND move.payment_state IS DISTINCT FROM 'blocked'
                AND %(is_unpaid)s AND (%(which)s)
        ), claimable AS (
            SELECT
                open_item.*, residual - kept.promised AS claim,
                CASE kept.promised WHEN 0 THEN balance ELSE balance * (residual - kept.promised) / residual END
                    AS claim_balance,
                kept.promised > 0 AS is_promised, is_disputed OR (residual > 0 AND kept.promised >= residual) AS is_held
            FROM open_item
            CROSS JOIN LATERAL (SELECT GREATEST(open_item.promised, 0) AS promised) kept
        ), item AS (
            SELECT
                open_item.*, open_item.today - open_item.due AS days_late, last.delay AS last_delay,
                level.id AS level_id, level.delay AS level_delay, level.mode AS level_mode, level.day AS level_day,
                NOT is_held AND COALESCE(level.day <= open_item.today, FALSE) AS is_due,
                residual > 0 AND NOT is_held
                    AND (
                        COALESCE(level.day <= open_item.today, FALSE)
                        OR last.delay IS NOT NULL AND open_item.today > open_item.due
                    ) AS is_claimed
            FROM claimable open_item
            LEFT JOIN sales_dunning_policy policy ON policy.id = open_item.policy_id
            LEFT JOIN LATERAL (
                SELECT MAX(done.level_delay) AS delay, MAX(done.day) AS day
                FROM sales_dunning_reminder_line done
                WHERE done.move_line_id = open_item.line_id AND done.cycle = open_item.cycle AND done.is_level
            ) last ON open_item.residual > 0
            LEFT JOIN LATERAL (
                SELECT candidate.id, candidate.delay, candidate.mode, reached.day
                FROM sales_dunning_level candidate
                CROSS JOIN LATERAL (
                    SELECT GREATEST(
                        open_item.due + CASE candidate.delay WHEN 0 THEN 1 ELSE candidate.delay END,
                        last.day + candidate.min_days,
                        open_item.reminded_on + NULLIF(policy.quiet_days, 0)
                    ) AS day
                ) reached
                WHERE candidate.policy_id = policy.id
                    AND (last.delay IS NULL OR candidate.delay > last.delay)
                    AND (candidate.delay >= 0 OR open_item.today <= open_item.due)
                    AND NOT EXISTS (
                        SELECT FROM sales_dunning_reminder_line done
                        WHERE done.move_line_id = open_item.line_id AND done.level_id = candidate.id
                            AND done.cycle = open_item.cycle
                    )
                ORDER BY
                    policy.catch_up = 'jump' AND reached.day <= open_item.today DESC,
                    CASE WHEN policy.catch_up = 'jump' AND reached.day <= open_item.today
                        THEN -candidate.delay ELSE candidate.delay END
                LIMIT 1
            ) level ON open_item.residual > 0
        )
        """,
        today=company_today(now, today),
        which=which,
        is_unpaid=IS_UNPAID,
    )
