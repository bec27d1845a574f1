"""The SQL behind sales.attribution.report: the touches before each order, and the credit that each of them gets.

It goes in steps, one module for each: the confirmed orders and their touches (touches), then the shares (shares).
The arithmetic is in whole numbers (the smallest unit of the currency), so that nothing is lost or added.
"""

from odoo.tools import SQL

from .shares import MODEL_CODES, order_of, shares
from .touches import Scope, touches

__all__ = ["MODEL_CODES", "Scope", "attribution", "order_of"]


def attribution(env, scope: Scope) -> SQL:
    """A statement with the columns of sales.attribution.report: the credit for the orders of the scope."""
    return shares(touches(env, scope), scope)
