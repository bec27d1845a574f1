"""Facts of visits that were due."""

from odoo import fields
from odoo.tools import SQL

from ....tools import visit_coverage
from ....tools.company_day import company_today
from .basis import Basis, register
from .branch import Scope, on_days
from .visits import FIELDS, READS, visit_branch


def visit_due(scope: Scope) -> list[SQL]:
    """Visits that were due, on the day of the plan, with what became of them (see `tools/visit_coverage.py`)."""
    columns = {
        "day": visit_coverage.PLANNED_DAY,
        "verified": SQL("(%s)::int", visit_coverage.VERIFIED),
        "effective": SQL("(%s)::int", visit_coverage.EFFECTIVE),
        "on_plan_day": SQL("(%s)::int", visit_coverage.ON_PLANNED_DAY),
        "unplanned": SQL("0"),
        "visit_result": visit_coverage.RESULT,
    }
    is_due = visit_coverage.due(company_today(fields.Datetime.now()))
    where = SQL("%s AND %s", is_due, on_days(visit_coverage.PLANNED_DAY, scope))
    return [visit_branch("visit_due", columns, visit_coverage.tables(SQL("TRUE")), where)]


register(
    Basis(
        name="visit_due",
        code=8,
        label="Visits Due",
        branches=visit_due,
        reads={
            **READS,
            "sale.order": ("company_id", "date_order", "partner_id", "state", "user_id"),
            "res.partner": ("commercial_partner_id", "country_id"),
            "sales.interaction.outcome": ("visit_result",),
            "sales.visit": (*FIELDS, "check_in_time", "check_out_time", "date_start", "outcome_id", "plan_day",
                            "verification"),
        },
    )
)  # fmt: skip
