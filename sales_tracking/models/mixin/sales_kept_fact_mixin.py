from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.document_names import search_document_name
from ...tools.documents import existing, existing_by_id


class SalesKeptFactMixin(models.AbstractModel):
    """A line of a document as it was known when something was decided on it; statements of the addons write it.

    The document is a plain number: it may be deleted, which what was decided must neither prevent nor follow.
    """

    _name = "sales.kept.fact.mixin"
    _description = "What Was Decided on"
    _inherit = ["sales.append.only.mixin", "sales.guarded.mixin"]
    _rec_name = "document_name"
    _log_access = False

    _creatable = False

    res_model = fields.Char(string="Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(string="Document ID", model_field="res_model", required=True, readonly=True)
    document_name = fields.Char(
        string="Document", compute="_compute_document_name", search="_search_document_name", compute_sudo=True
    )

    @api.depends("res_model", "res_id")
    def _compute_document_name(self):
        self.document_name = False
        for model, facts in self.grouped("res_model").items():
            known = existing_by_id(self.env, model, facts.mapped("res_id"))
            names = {document.id: document.display_name for document in known.values()}
            for fact in facts:
                fact.document_name = names.get(fact.res_id) or self.env._("%s (deleted)", fact.res_id)

    @api.model
    def _search_document_name(self, operator, value):
        return search_document_name(self, operator, value)

    def action_open_document(self):
        self.ensure_one()
        document = existing(self.env, self.res_model, [self.res_id])
        if not document:
            raise UserError(self.env._("The document %s no longer exists.", self.document_name))
        return document.get_formview_action()
