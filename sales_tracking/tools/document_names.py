"""Search rows that name their document by model and id."""

from odoo.fields import Domain


def search_document_name(rows, operator, value):
    """Return the domain of the rows whose document, one that the caller may read, has such a name.

    :param rows: a model with `res_model` and `res_id`
    """
    if operator in Domain.NEGATIVE_OPERATORS:
        return NotImplemented
    return Domain.OR(
        Domain("res_model", "=", name)
        & Domain("res_id", "in", rows.env[name].search(Domain("display_name", operator, value)).ids)
        for [name] in rows._read_group([], ["res_model"])
        if name in rows.env and rows.env[name].has_access("read")
    )
