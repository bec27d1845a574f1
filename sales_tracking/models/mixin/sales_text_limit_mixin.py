from odoo import models
from odoo.exceptions import ValidationError

LONGEST_TEXT = 10_000


class SalesTextLimitMixin(models.AbstractModel):
    """Texts that people write are limited: they are read in lists and mails, and kept for good."""

    _name = "sales.text.limit.mixin"
    _description = "Limited Texts"

    def _validate_fields(self, field_names, excluded_names=()):
        field_names = list(field_names)
        result = super()._validate_fields(field_names, excluded_names)
        for field in map(self._fields.get, field_names):
            if field.type in ("char", "text") and field.store and not field.related:
                for record in self.sudo():
                    if len(record[field.name] or "") > LONGEST_TEXT:
                        raise ValidationError(
                            self.env._(
                                "%(field)s: the text has %(length)s characters. Shorten it to %(limit)s at most.",
                                field=field._description_string(self.env),
                                length=len(record[field.name]),
                                limit=LONGEST_TEXT,
                            )
                        )
        return result
