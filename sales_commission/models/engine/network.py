"""The sellers' network: who sponsors whom, for plans whose overrides follow it instead of the management line."""

from odoo.tools import SQL

from .scope import Scope


def network(scope: Scope) -> SQL:
    """``network``: the sponsors above each seller, by their level and the days on which all links in between hold.

    Nobody stands above themselves, whatever the links say: a sponsor who is in the line already is not followed.
    """
    return SQL(
        """network AS (
    SELECT
        partner_id, sponsor_id, 1 AS level, date_from, COALESCE(date_to, 'infinity') AS date_to,
        ARRAY[partner_id, sponsor_id] AS line
    FROM sales_commission_sponsorship
    WHERE company_id = %(company_id)s AND sponsor_id <> partner_id
    UNION ALL
    SELECT
        network.partner_id, above.sponsor_id, network.level + 1,
        GREATEST(network.date_from, above.date_from), LEAST(network.date_to, COALESCE(above.date_to, 'infinity')),
        network.line || above.sponsor_id
    FROM network
    JOIN sales_commission_sponsorship above
        ON above.company_id = %(company_id)s AND above.partner_id = network.sponsor_id
            AND above.date_from <= network.date_to AND COALESCE(above.date_to, 'infinity') >= network.date_from
            AND above.sponsor_id <> ALL(network.line)
    WHERE network.level < (SELECT COALESCE(MAX(override_level), 0) FROM term)
)""",
        company_id=scope.company.id,
    )


def network_payees(scope: Scope) -> SQL:
    """The rows of ``payee`` for the sponsors of the plan's sellers.

    A sponsor who is a salesperson of the plan earns as that, everybody else as a contact.
    """
    return SQL(
        """SELECT
        'override' AS role, network.level, assignment.beneficiary AS source,
        COALESCE(assignment.user_id, assignment.agent_id) AS source_id,
        network.sponsor_id AS partner_id, COALESCE(sponsor.user_id, 0) AS user_id, 1.0 AS weight, 0 AS tie,
        0 AS tie_id, GREATEST(assignment.date_from, network.date_from) AS date_from,
        LEAST(COALESCE(assignment.date_to, 'infinity'), network.date_to) AS date_to
    FROM sales_commission_assignment assignment
    LEFT JOIN res_users person ON person.id = assignment.user_id
    JOIN network ON network.partner_id = COALESCE(person.partner_id, assignment.agent_id)
        AND network.date_from <= COALESCE(assignment.date_to, 'infinity') AND network.date_to >= assignment.date_from
    LEFT JOIN LATERAL (
        SELECT MIN(other.user_id) AS user_id
        FROM sales_commission_assignment other
        JOIN res_users other_person ON other_person.id = other.user_id
        WHERE other.plan_id = assignment.plan_id AND other_person.partner_id = network.sponsor_id
    ) sponsor ON TRUE
    WHERE assignment.plan_id = %(plan_id)s AND assignment.role = 'seller' AND assignment.beneficiary != 'team'""",
        plan_id=scope.plan.id,
    )
