"""The range of a number that people enter in the settings, as a constraint of its column."""

from odoo import models


def setting_range(column, sentence, at_least=None, above=None, at_most=None, below=None):
    """Return the constraint that keeps a column within its range.

    :param str sentence: what a person reads who enters another number
    """
    bounds = {">=": at_least, ">": above, "<=": at_most, "<": below}
    checks = (f"{column} {operator} {bound}" for operator, bound in bounds.items() if bound is not None)
    return models.Constraint(f"CHECK ({' AND '.join(checks)})", sentence)


def hour_of_day(column, sentence):
    """Return the constraint of an hour at which something begins."""
    return setting_range(column, sentence, at_least=0, below=24)
