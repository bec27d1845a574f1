"""Rows into the table of a model, past the ORM: one statement, however many they are."""

from odoo.tools import SQL


def bulk_insert(model, rows):
    """Insert rows of stored fields; what the ORM has cached of the model is forgotten.

    :param model: a recordset of the model, of which nothing is computed or checked here
    :param list[dict] rows: column values by field name, the same names in each; None for NULL
    """
    if not rows:
        return
    names = list(rows[0])
    types = [SQL(model._fields[name].column_type[1]) for name in names]  # pylint: disable=sql-injection # Odoo's own
    arrays = [
        SQL("%s::%s[]", [row[name] for row in rows], column_type)
        for name, column_type in zip(names, types, strict=True)
    ]
    model.env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT * FROM unnest(%s)",
            SQL.identifier(model._table),
            SQL(", ").join(map(SQL.identifier, names)),
            SQL(", ").join(arrays),
        )
    )
    model.invalidate_model(flush=False)
