"""Records multiplied in SQL from samples that the ORM made: millions of rows in minutes."""

from odoo.tools import SQL

FIRST = SQL("0")


def multiply(env, sample, source, values):
    """Insert a copy of the sample's rows for each row of a table of numbers.

    The k-th of K sample rows becomes the row with the id ``first + n * K + k``, so that what belongs together can be
    told by its number.

    :param sample: records of one model, in the order in which they are to be numbered
    :param SQL source: a table or query with a column ``n``, from 0, called ``made`` in the values
    :param dict values: SQL of the columns that differ from the sample's; ``sample`` is the row copied, ``place`` its k
    :return: SQL of the id of a copy, a function of the SQL of n and of k
    """
    env.flush_all()
    table, ids = SQL.identifier(sample._table), sample.ids
    [[first]] = env.execute_query(SQL("SELECT MAX(id) + 1 FROM %s", table))

    def copied_id(number, place=FIRST):
        return SQL("(%s + (%s) * %s + %s)", first, number, len(ids), place)

    names = columns(env, sample._table)
    env.cr.execute(
        SQL(
            """
            INSERT INTO %(table)s (id, %(names)s)
            SELECT %(id)s, %(values)s
            FROM (
                SELECT chosen.place - 1 AS place, sample.*
                FROM unnest(%(ids)s) WITH ORDINALITY AS chosen (id, place)
                JOIN %(table)s sample ON sample.id = chosen.id
            ) sample
            CROSS JOIN (SELECT * FROM %(source)s) made
            ORDER BY made.n, sample.place
            """,
            table=table,
            names=SQL(", ").join(map(SQL.identifier, names)),
            id=copied_id(SQL("made.n"), SQL("sample.place")),
            values=SQL(", ").join(values.get(name, SQL.identifier("sample", name)) for name in names),
            ids=ids,
            source=source,
        )
    )
    env.cr.execute(SQL("SELECT setval(pg_get_serial_sequence(%s, 'id'), MAX(id)) FROM %s", sample._table, table))
    env.invalidate_all()
    return copied_id


def columns(env, table):
    """The columns of a table except its id."""
    rows = env.execute_query(
        SQL("SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id'", table)
    )
    return [name for (name,) in rows]


def vacuum(env, *tables):
    """Commit, and do what the database does by itself once it has been running for a while.

    :param tables: those that were filled; all without them
    """
    env.cr.commit()
    env.cr._cnx.autocommit = True
    env.cr.execute(SQL("VACUUM ANALYZE %s", SQL(", ").join(map(SQL.identifier, tables))))
    env.cr._cnx.autocommit = False
