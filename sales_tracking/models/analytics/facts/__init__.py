"""The SQL behind sales.achievement: one branch per kind of fact, all over the documents' own tables.

A branch keeps the salesperson and the company of its document as plain columns, so that a filter on them reaches
the indexes of the table. Limits on the day are put into the branches in terms of the document's own date. Columns
that a reader does not ask for cost nothing: PostgreSQL drops them with their joins.
"""

from odoo.tools import SQL

from .branch import Scope
from .interactions import interaction
from .invoices import collected, invoiced
from .leads import won
from .orders import new_customer, ordered
from .tills import collected_at_till, invoiced_at_till, ordered_at_till
from .visits import visit

BUILDERS = {
    "ordered": ordered,
    "invoiced": invoiced,
    "collected": collected,
    "won": won,
    "new_customer": new_customer,
    "interaction": interaction,
    "visit": visit,
}

# What is sold at tills, where there are any, is of the same kinds.
AT_TILL = {"ordered": ordered_at_till, "invoiced": invoiced_at_till, "collected": collected_at_till}


def facts(scope: Scope) -> SQL:
    """A statement with the columns of sales.achievement: the facts of the scope."""
    builders = [BUILDERS[basis] for basis in scope.bases]
    if scope.tills:
        builders += [AT_TILL[basis] for basis in scope.bases if basis in AT_TILL]
    return SQL("\nUNION ALL\n").join(branch for builder in builders for branch in builder(scope))
