"""PostgreSQL's settings for the suite's own statements, on a server as it is shipped."""

from contextlib import contextmanager

from psycopg2.extensions import TRANSACTION_STATUS_INERROR

from odoo.tools import SQL

# What the blocks of planner_settings have set, in the cache of the transaction.
SETTINGS = "sales_tracking.planner_settings"
# Reports and engines join more tables than PostgreSQL puts in the best order by default (8): with a limit on people or
# documents it would begin with all lines or payments.
JOINED_TABLES = "12"


@contextmanager
def planner_settings(cr, **settings):
    """Run statements under settings of PostgreSQL that end with the block.

    Compiling a statement of a few hundred expressions takes PostgreSQL seconds, however few its rows are: the suite's
    large statements run with ``jit="off"``. Core's statements keep the server's settings, and so does the transaction
    when a statement fails, because the settings go with its savepoint. Inside of such a block, a further one costs
    nothing for what is set already.

    :param settings: names of settings with their values, as text
    """
    outer = cr.cache.get(SETTINGS, {})
    wanted = {name: value for name, value in settings.items() if outer.get(name) != value}
    if not wanted:
        yield
        return
    before = dict(_set(cr, wanted))
    cr.cache[SETTINGS] = {**outer, **wanted}
    try:
        yield
    finally:
        cr.cache[SETTINGS] = outer
        if cr.connection.get_transaction_status() != TRANSACTION_STATUS_INERROR:
            _set(cr, before)


def query_rows(env, query, **settings):
    """Return the rows of one of the suite's queries as tuples, read without compiling it.

    What core writes before the query is written under the server's own settings.

    :param settings: further settings of PostgreSQL for it, as of `planner_settings`
    """
    env.flush_query(query)
    with planner_settings(env.cr, jit="off", **settings):
        return env.execute_query(query)


def query_dicts(env, query, **settings):
    """Return the rows of one of the suite's queries as dicts by column, read as by `query_rows`."""
    env.flush_query(query)
    with planner_settings(env.cr, jit="off", **settings):
        return env.execute_query_dict(query)


def _set(cr, settings):
    """Set for the rest of the transaction; returns the names with their values until now."""
    cr.execute(
        SQL(
            "SELECT name, CURRENT_SETTING(name), SET_CONFIG(name, value, TRUE) FROM (VALUES %s) setting (name, value)",
            SQL(", ").join(SQL("(%s, %s)", name, value) for name, value in settings.items()),
        )
    )
    return [(name, value) for name, value, _now in cr.fetchall()]
