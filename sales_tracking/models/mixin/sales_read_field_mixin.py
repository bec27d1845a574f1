from odoo import api, models

DESCRIBING = object()


class SalesReadFieldMixin(models.AbstractModel):
    """Fields that are sorted and grouped by what a query of the suite found, which `_field_to_sql` reads.

    To describe such a field, the ORM tries out whether it can be sorted and grouped, each time that a view of the model
    is opened. For that the SQL counts and not the rows: `_is_described` says that they need not be read.
    """

    _name = "sales.read.field.mixin"
    _description = "Fields Sorted and Grouped by What Was Read"

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        return super(SalesReadFieldMixin, self._describing()).fields_get(allfields, attributes)

    @api.model
    def _get_view_fields(self, view_type, models):  # pylint: disable=redefined-outer-name # core's name
        return super(SalesReadFieldMixin, self._describing())._get_view_fields(view_type, models)

    @api.model
    def _describing(self):
        # An object, which no caller can send.
        return self.with_context(sales_describing=DESCRIBING)

    @api.model
    def _is_described(self):
        return self.env.context.get("sales_describing") is DESCRIBING
