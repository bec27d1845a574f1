"""Rows into the table of a model, past the ORM: one statement, however many they are."""

from odoo.tools import SQL


def bulk_insert(model, rows, known=()):
    """Insert rows of stored fields; what the ORM has cached of the model is forgotten.

    :param model: a recordset of the model, of which nothing is computed or checked here
    :param list[dict] rows: column values by field name, the same names in each; None for NULL
    :param known: the fields of a unique index, by which rows that are there already are left out
    :return: the ids of the rows that were inserted
    """
    if not rows:
        return []
    names = list(rows[0])
    types = [SQL(model._fields[name].column_type[1]) for name in names]  # pylint: disable=sql-injection # Odoo's own
    arrays = [
        SQL("%s::%s[]", [row[name] for row in rows], column_type)
        for name, column_type in zip(names, types, strict=True)
    ]
    unique = SQL("ON CONFLICT (%s) DO NOTHING", SQL(", ").join(map(SQL.identifier, known))) if known else SQL()
    model.env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT * FROM unnest(%s) %s RETURNING id",
            SQL.identifier(model._table),
            SQL(", ").join(map(SQL.identifier, names)),
            SQL(", ").join(arrays),
            unique,
        )
    )
    model.invalidate_model(flush=False)
    return [row_id for (row_id,) in model.env.cr.fetchall()]
