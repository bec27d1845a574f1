from odoo import api, models
from odoo.fields import Command

ADDONS = {"sales_tracking", "sales_target", "sales_commission"}


class SalesOnchangeMixin(models.AbstractModel):
    """A form that says nothing of records which its reader may not see.

    Related fields are computed as superuser: a form that is never saved, and a dialog, would tell by them what any
    record holds whose id somebody sends.
    """

    _name = "sales.onchange.mixin"
    _description = "Forms of Readable Records"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        # What is kept checks its documents itself.
        if self._transient and not self.env.su:
            for name, field in self._fields.items():
                is_given = field.type == "many2one" and not field.compute and ADDONS.intersection(field._modules)
                # What the caller may not see is chosen by the dialog itself.
                if is_given and self._has_field_access(field, "read"):
                    records[name].check_access("read")
        return records

    def onchange(self, values, field_names, fields_spec):
        if not self.env.su:
            prefix = "default_"
            defaults = {
                key.removeprefix(prefix): value for key, value in self.env.context.items() if key.startswith(prefix)
            }
            self._check_given_records({**defaults, **values})
        return super().onchange(values, field_names, fields_spec)

    def _check_given_records(self, values):
        """Refuse records that the caller may not read, except those that the record has already.

        :param dict values: as a form sends them, with commands for its lines
        :raise AccessError: naming no more than the caller may know
        """
        for name in values.keys() & self._fields.keys():
            field, value = self._fields[name], values[name]
            if not value or not field.relational or not ADDONS.intersection(field._modules):
                continue
            records = self.env[field.comodel_name]
            # What is neither an id nor commands Odoo refuses.
            if field.type == "many2one":
                given = [value] if isinstance(value, int) else []
            else:
                given = self._check_given_lines(records, value) if isinstance(value, (list, tuple)) else []
            # As superuser: what a record has is shown by its name, whoever may open it.
            records.browse(set(given).difference(self.sudo()[name].ids)).check_access("read")

    @api.model
    def _check_given_lines(self, records, commands):
        """Check what commands say of changed and new lines, and return the ids of those that they link."""
        linked = []
        for command in commands:
            # A default may be plain ids.
            command = Command.link(command) if isinstance(command, int) else command
            code, line_id, values = (*command, None, None)[:3]
            if code in (Command.CREATE, Command.UPDATE) and hasattr(records, "_check_given_records"):
                line = records.browse(line_id) if code == Command.UPDATE else records
                line._check_given_records(values or {})
            elif code == Command.LINK:
                linked.append(line_id)
            elif code == Command.SET:
                linked += values or ()
        return linked
