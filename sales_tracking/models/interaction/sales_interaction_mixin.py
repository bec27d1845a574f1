from odoo import fields, models


class SalesInteractionMixin(models.AbstractModel):
    """The timeline of a lead, order or contact: how many interactions there are, and two clicks to log one."""

    _name = "sales.interaction.mixin"
    _description = "Interaction Timeline"

    interaction_count = fields.Integer(
        string="Interactions",
        compute="_compute_interaction_count",
        groups="sales_team.group_sale_salesman",
    )

    def _interaction_link(self):
        """The field of sales.interaction that points at this model."""
        raise NotImplementedError

    def _interaction_subject(self):
        """The record that the link points at: the record itself, or for a contact its company."""
        return self

    def _compute_interaction_count(self):
        link = self._interaction_link()
        counts = dict(
            self.env["sales.interaction"]._read_group(
                [(link, "in", self._interaction_subject().ids)], [link], ["__count"]
            )
        )
        for record in self:
            record.interaction_count = counts.get(record._interaction_subject()._origin, 0)

    def action_view_interactions(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("sales_tracking.sales_interaction_action")
        return {
            **action,
            "domain": [(self._interaction_link(), "=", self._interaction_subject().id)],
            "context": self._interaction_context(),
        }

    def action_log_interaction(self):
        """Open the short form in which a salesperson logs a call, chat or visit."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("sales_tracking.sales_interaction_log_action")
        return {**action, "context": self._interaction_context()}

    def _interaction_context(self):
        return {f"default_{self._interaction_link()}": self.id}
