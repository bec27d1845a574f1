"""What callers give as arguments and in the context: read with a refusal that says what is wrong with it."""

from odoo import fields
from odoo.exceptions import UserError

LARGEST_ID = 2**31 - 1


def given_day(env, value):
    """Read a day that a caller gives.

    :param value: a date, its ISO text, or nothing
    :return: the date, or None
    :raise UserError: it is no day
    """
    return _read(env, fields.Date.to_date, value)


def given_moment(env, value):
    """Read a moment (naive UTC) that a caller gives, as `given_day` reads a day."""
    return _read(env, fields.Datetime.to_datetime, value)


def _read(env, read, value):
    try:
        return read(value) or None
    except (TypeError, ValueError):
        raise UserError(env._('"%s" is no day. Write it as in 2026-01-31.', value)) from None


def given_period(env, date_from, date_to):
    """Read the first and the last day of a period that a caller gives, as `given_day` reads each.

    :return: both dates, the last one included
    :raise UserError: one is missing or no day, or the last precedes the first
    """
    first, last = given_day(env, date_from), given_day(env, date_to)
    if not first or not last or first > last:
        raise UserError(
            env._(
                "A period needs a first day and a last day that does not precede it, not %(date_from)s to %(date_to)s.",
                date_from=first,
                date_to=last,
            )
        )
    return first, last


def given_ids(env, value):
    """Read the ids that a caller gives: one, or a list of them.

    :raise UserError: something is no id
    """
    ids = [value] if isinstance(value, int) else value or []
    if not isinstance(ids, (list, tuple, set)) or not all(map(_is_id, ids)):
        raise UserError(env._('"%s" names no records. Give their ids: whole numbers, in a list.', value))
    return list(ids)


def _is_id(value):
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_ID


def selected_records(model):
    """Return the records of this model on which the caller opened a dialog, as the context names them.

    :raise UserError: they are named by something else than ids
    :raise AccessError: the caller may not read them
    """
    context = model.env.context
    if context.get("active_model", model._name) != model._name:
        return model.browse()
    ids = given_ids(model.env, context.get("active_ids") or context.get("active_id"))
    records = model.browse(ids).exists()
    records.check_access("read")
    return records
