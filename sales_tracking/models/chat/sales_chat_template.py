import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_amount

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
PLACEHOLDERS = ("customer", "document", "amount", "link", "salesperson", "company")
MODELS = [
    ("res.partner", "Contact"),
    ("crm.lead", "Lead"),
    ("sale.order", "Quotation"),
    ("account.move", "Invoice"),
    ("sales.visit", "Visit"),
    ("sales.dunning.account", "Payment Follow-Up"),
]


class SalesChatTemplate(models.Model):
    """A prepared text of a chat, in the languages of the customers.

    The words in braces are filled in: {customer}, {document}, {amount}, {link}, {salesperson} and {company}.
    """

    _name = "sales.chat.template"
    _description = "Chat Text"
    _inherit = ["sales.text.limit.mixin", "sales.guarded.mixin", "sales.shared.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        default=lambda self: self._default_company_id(),
        help="Empty: for all companies.",
    )
    model = fields.Selection(selection=MODELS, string="Offered On", help="Empty: on every document.")
    body = fields.Text(required=True, translate=True)
    provider_name = fields.Char(
        string="Approved As",
        help="The name under which WhatsApp approved the text. With it a chat may be begun from Odoo; the words in "
        "braces are its parameters, in their order.",
    )
    provider_language = fields.Char(string="Language Code", help="As approved: id, en or en_US, for example.")

    @api.constrains("body")
    def _check_placeholders(self):
        for template in self:
            unknown = set(PLACEHOLDER.findall(template.body or "")) - set(PLACEHOLDERS)
            if unknown:
                raise ValidationError(
                    self.env._(
                        "%(unknown)s is nothing that can be filled in. Use: %(known)s.",
                        unknown=", ".join(f"{{{name}}}" for name in sorted(unknown)),
                        known=", ".join(f"{{{name}}}" for name in PLACEHOLDERS),
                    )
                )

    @api.model
    def _offered(self, document):
        """The texts for a document, the most fitting first."""
        company = document.company_id or self.env.company if "company_id" in document else self.env.company
        return self.search(
            [("model", "in", (document._name, False)), ("company_id", "in", (company.id, False))],
        ).sorted(lambda template: (not template.model, template.sequence, template.id))

    def _render(self, document, partner):
        """The text in the language of the customer, filled in from the document by the rights of the user."""
        values = self._values(document, partner)
        body = self.with_context(lang=partner.lang or self.env.lang).body or ""
        return PLACEHOLDER.sub(lambda match: values.get(match[1], ""), body).strip()

    def _parameters(self, document, partner):
        """What the provider fills in, in the order of the text: each in one line, as it demands."""
        values = self._values(document, partner)
        return [" ".join(values[name].split()) or "-" for name in PLACEHOLDER.findall(self.body or "")]

    @api.model
    def _values(self, document, partner):
        if not document:
            document = partner
        company = (document.company_id if "company_id" in document else False) or self.env.company
        return {
            "customer": partner.name or "",
            "document": document.display_name or "",
            "amount": self._amount(document),
            "link": document._chat_link() if hasattr(document, "_chat_link") else "",
            "salesperson": self.env.user.name,
            "company": company.name,
        }

    @api.model
    def _amount(self, document):
        for name in ("amount_residual", "amount_total", "amount_overdue", "total_overdue"):
            if name in document and "currency_id" in document:
                return format_amount(self.env, document[name], document.currency_id)
        return ""
