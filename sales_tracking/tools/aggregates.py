"""Aggregates that the ORM has no name for."""

from odoo.tools import SQL


def median(value: SQL) -> SQL:
    return SQL("PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY %s)", value)
