from odoo import fields, models


class SalesVisitMixin(models.AbstractModel):
    """The visits of a lead or contact: how many there are, and one click to plan the next."""

    _name = "sales.visit.mixin"
    _description = "Visits of a Document"

    visit_count = fields.Integer(
        string="Visits", compute="_compute_visit_count", groups="sales_team.group_sale_salesman"
    )

    def _visit_link(self):
        """The field of sales.visit that points at this model."""
        raise NotImplementedError

    def _visit_subject(self):
        """The record that the link points at: the record itself, or for a contact its company."""
        return self

    def _visit_context(self):
        """Defaults of a visit that is planned from here."""
        return {f"default_{self._visit_link()}": self.id}

    def _compute_visit_count(self):
        link = self._visit_link()
        counts = dict(
            self.env["sales.visit"]._read_group([(link, "in", self._visit_subject().ids)], [link], ["__count"])
        )
        for record in self:
            record.visit_count = counts.get(record._visit_subject()._origin, 0)

    def action_view_visits(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("sales_tracking.sales_visit_action")
        return {
            **action,
            "domain": [(self._visit_link(), "=", self._visit_subject().id)],
            "context": self._visit_context(),
        }
