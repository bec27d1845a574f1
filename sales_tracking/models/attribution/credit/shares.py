"""How the touches of an order share its revenue, model by model.

Weights are whole numbers. The credit is the revenue × weight ÷ sum of weights, rounded down, and the units left over
go one by one to the largest remainders, of equal ones to the later touch. Shares are made in the same way from one.
"""

from odoo.tools import SQL

from .touches import Scope

MODEL_CODES = {"first": 0, "last": 1, "linear": 2, "position": 3, "decay": 4}
WEIGHTS = {
    "first": SQL("(position = 1)::int"),
    "last": SQL("(position = touches)::int"),
    "linear": SQL("1"),
    # 40 % for the first and the last, 20 % among those between: 2 (n - 2) to 1. Two alone get half each.
    "position": SQL("CASE WHEN touches > 2 AND position IN (1, touches) THEN 2 * (touches - 2) ELSE 1 END"),
    # Relative to the last touch, which has the weight 10^12; after forty half-lives nothing is left.
    "decay": SQL("""CASE WHEN moment IS NULL THEN 1 ELSE
        ROUND(1e12 * POWER(2::float8, GREATEST(-DATE_PART('epoch', latest - moment) / 86400 / half_life, -64)))
    END"""),
}
# Shares are fractions of twelve digits.
SHARE_UNITS = 10**12

ID_BITS_MODEL = 3
ID_BITS_POSITION = 16


def order_of(row_id: int) -> int:
    """The order of the row with this number."""
    return row_id >> (ID_BITS_MODEL + ID_BITS_POSITION)


def shares(touches: SQL, scope: Scope) -> SQL:
    """A touch without weight in a model has no row in it; an order without touches has one row in each model.

    :param touches: steps of a WITH clause: confirmed, touch
    """
    return SQL(
        """
        WITH %(touches)s,
        placed AS (
            SELECT
                confirmed.id AS order_id, confirmed.units, confirmed.half_life,
                touch.touch_type, touch.touch_id, touch.moment, touch.source_id, touch.medium_id, touch.campaign_id,
                touch.interaction_kind, touch.content,
                ROW_NUMBER() OVER (
                    PARTITION BY confirmed.id
                    ORDER BY DATE_TRUNC('second', touch.moment), touch.rank, touch.touch_id
                ) AS position,
                COUNT(*) OVER of_order AS touches,
                MAX(touch.moment) OVER of_order AS latest
            FROM confirmed
            LEFT JOIN touch ON touch.order_id = confirmed.id
            WINDOW of_order AS (PARTITION BY confirmed.id)
        ),
        weighted AS (
            SELECT placed.*, rule.*, SUM(rule.weight) OVER (PARTITION BY order_id, model) AS total
            FROM placed
            CROSS JOIN LATERAL (%(weights)s) AS rule
            WHERE rule.weight > 0
        ),
        divided AS (
            SELECT
                *,
                DIV(ABS(units) * weight, total) AS whole_units,
                MOD(ABS(units) * weight, total) AS rest_of_units,
                DIV(%(share_units)s * weight, total) AS whole_share,
                MOD(%(share_units)s * weight, total) AS rest_of_share
            FROM weighted
        ),
        rounded AS (
            SELECT
                *,
                SIGN(units) * (whole_units + (
                    ROW_NUMBER() OVER (PARTITION BY order_id, model ORDER BY rest_of_units DESC, position DESC)
                    <= ABS(units) - SUM(whole_units) OVER of_model
                )::int) AS credited_units,
                whole_share + (
                    ROW_NUMBER() OVER (PARTITION BY order_id, model ORDER BY rest_of_share DESC, position DESC)
                    <= %(share_units)s - SUM(whole_share) OVER of_model
                )::int AS credited_share
            FROM divided
            WINDOW of_model AS (PARTITION BY order_id, model)
        )
        SELECT
            ((((confirmed.id::bigint << %(position_bits)s) + LEAST(position, %(last_position)s)) << %(model_bits)s)
                + model_code) AS id,
            confirmed.id AS order_id,
            rounded.model,
            confirmed.day,
            confirmed.company_id,
            confirmed.currency_id,
            confirmed.user_id,
            confirmed.team_id,
            confirmed.partner_id,
            confirmed.country_id,
            confirmed.opportunity_id AS lead_id,
            lead.entry_point,
            COALESCE(rounded.touch_type, 'none') AS touch_type,
            rounded.touch_id,
            CASE WHEN rounded.touch_type = 'interaction' THEN rounded.touch_id END AS interaction_id,
            rounded.moment AS touch_date,
            rounded.interaction_kind,
            rounded.content,
            rounded.source_id,
            rounded.medium_id,
            medium.channel_kind,
            medium.channel,
            rounded.campaign_id,
            rounded.position::int AS position,
            rounded.credited_share / %(share_units)s AS share,
            rounded.credited_units * confirmed.unit AS amount
        FROM rounded
        JOIN confirmed ON confirmed.id = rounded.order_id
        LEFT JOIN crm_lead lead ON lead.id = confirmed.opportunity_id
        LEFT JOIN utm_medium medium ON medium.id = rounded.medium_id
        -- What a reader asks of touches is asked of the result: PostgreSQL would expect it to leave a row, and loop.
        OFFSET 0""",
        touches=touches,
        weights=SQL(" UNION ALL ").join(
            SQL(
                "SELECT %s AS model, %s AS model_code, (%s)::numeric AS weight",
                SQL("%s::varchar", model),
                SQL("%s", MODEL_CODES[model]),
                WEIGHTS[model],
            )
            for model in scope.models
        ),
        share_units=SQL("%s::numeric", SHARE_UNITS),
        position_bits=ID_BITS_POSITION,
        last_position=2**ID_BITS_POSITION - 1,
        model_bits=ID_BITS_MODEL,
    )
