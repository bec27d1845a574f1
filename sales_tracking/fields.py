"""Numbers that stay blank where they are undefined: an attainment without a target is not 0 %, no position not 0 m."""

from odoo import fields


class _Blank(fields.Field):
    # Nothing is no number: "less than 1" finds no blank one.
    falsy_value = None

    def convert_to_column(self, value, record, values=None, validate=True):
        if value is None or value is False:
            return None
        return super().convert_to_column(value, record, values, validate)

    def convert_to_cache(self, value, record, validate=True):
        if value is None or value is False:
            return None
        return super().convert_to_cache(value, record, validate)

    def convert_to_record(self, value, record):
        return False if value is None else super().convert_to_record(value, record)

    def convert_to_export(self, value, record):
        return "" if value is False else super().convert_to_export(value, record)


class BlankFloat(_Blank, fields.Float):
    """A float that is read as False where the database holds NULL."""


class BlankInteger(_Blank, fields.Integer):
    """A whole number that is read as False where the database holds NULL."""


class BlankMonetary(_Blank, fields.Monetary):
    """An amount of money that is read as False where the database holds NULL."""
