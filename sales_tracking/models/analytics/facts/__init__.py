"""The SQL behind sales.achievement: branches for each basis, all over the documents' own tables.

A branch keeps the salesperson and the company of its document as plain columns, so that a filter on them reaches
the indexes of the table. Limits on the day are put into the branches in terms of the document's own date. Columns
that a reader does not ask for cost nothing: PostgreSQL drops them with their joins.
"""

from odoo.tools import SQL

# In the order in which the bases are offered.
from . import orders, invoices, leads, new_customers, interactions, visits, visits_due, website_visits
from .basis import BASES
from .branch import Scope
from .tills import AT_TILL


def facts(scope: Scope) -> SQL:
    """A query with the columns of sales.achievement: the facts of the scope."""
    bases = BASES if scope.bases is None else scope.bases
    builders = [BASES[basis].branches for basis in bases]
    if scope.tills:
        builders += [AT_TILL[basis] for basis in bases if basis in AT_TILL]
    return SQL("\nUNION ALL\n").join(branch for builder in builders for branch in builder(scope))
