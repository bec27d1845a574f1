"""To whom a sale is credited: nobody changes it in one's own favour once the sale is made, and changes are on record.

Before an order is confirmed, an invoice posted or an opportunity won, whoever may write it takes it over, as in Odoo.
Afterwards it pays: whoever would gain by another salesperson or team has somebody else enter it. A manager's override
is a gain as well, but for sales administrators, who decide on everybody's documents.
"""

from odoo import api, models
from odoo.exceptions import UserError


class SalesCommissionCreditMixin(models.AbstractModel):
    """A document that pays its salesperson, and those who earn on the salesperson's team.

    :cvar str _seller: the field of the salesperson
    :cvar set _credit_follows: fields by which the salesperson or the team is chosen anew
    """

    _name = "sales.commission.credit.mixin"
    _description = "Document That Pays Its Salesperson"

    _seller = "user_id"
    _credit_follows = frozenset()

    def write(self, vals):
        # Code that runs as superuser has checked what it does.
        if self.env.su or not vals.keys() & {self._seller, "team_id", *self._credit_follows}:
            return super().write(vals)
        settled = self.filtered(lambda document: document.sudo()._is_settled())
        # What was never settled is anybody's to take; the ledger knows of what was, and is open again.
        taken = self.browse()
        if vals.get(self._seller) == self.env.uid:
            taken = (self - settled).filtered(lambda document: document._credited_to()[0] != self.env.user)._that_paid()
        before = {document: document._credited_to() for document in settled | taken}
        result = super().write(vals)
        changed = (settled | taken).filtered(lambda document: before[document] != document._credited_to())
        if changed:
            changed._check_own_favour(before)
            changed._record_reassignment(before)
        return result

    def _is_settled(self):
        """Tell whether the document pays, or has paid, the one to whom it is credited."""
        raise NotImplementedError

    def _pays_back(self):
        """Tell whether the document takes back what another one paid."""
        return False

    def _credited_to(self):
        """Return the (salesperson, team) to whom the document is credited."""
        document = self.sudo()
        return document[self._seller], document.team_id

    def _check_own_favour(self, before):
        """Refuse changes of what pays that raise what the caller earns.

        :param dict before: (salesperson, team) by document
        :raise UserError: naming the first such document
        """
        assignments = self.env["sales.commission.assignment"]
        for document in self:
            takes_back = document.sudo()._pays_back()
            if assignments._gains(before[document], document._credited_to(), takes_back):
                raise UserError(
                    self.env._(
                        'You would earn on "%(document)s" by that change of its salesperson or team, and the sale is '
                        "made. Nobody decides what pays oneself: ask your lead or another sales administrator to "
                        "change it.",
                        document=document.display_name,
                    )
                )

    def _that_paid(self):
        """Return those documents of which the ledger has entries."""
        if not self:
            return self
        # As superuser: also what others earned.
        entries = self.env["sales.commission.entry"].sudo()
        found = entries.search([("res_model", "=", self._name), ("res_id", "in", self.ids)])
        return self.browse(set(found.mapped("res_id")))

    def _record_reassignment(self, before):
        # As superuser: nobody adds to the record but the change itself.
        self.env["sales.commission.reassignment"].sudo().create(
            [
                {
                    "changed_by_id": self.env.uid,
                    "company_id": document.company_id.id,
                    "res_model": self._name,
                    "res_id": document.id,
                    "previous_user_id": before[document][0].id,
                    "previous_team_id": before[document][1].id,
                    "user_id": document._credited_to()[0].id,
                    "team_id": document._credited_to()[1].id,
                }
                for document in self.sudo()
            ]
        )


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "sales.commission.credit.mixin"]

    _credit_follows = frozenset({"partner_id"})

    def _is_settled(self):
        return self.state == "sale"


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "sales.commission.credit.mixin"]

    def _is_settled(self):
        return self.won_status == "won"


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "sales.commission.credit.mixin"]

    _seller = "invoice_user_id"

    def _is_settled(self):
        """Tell whether it was posted before, or is of a sale that is credited to somebody already."""
        return self.is_sale_document(include_receipts=True) and (
            self.posted_before or bool(self.reversed_entry_id or self._settled_orders())
        )

    def _pays_back(self):
        return self.move_type == "out_refund"

    def _settled_orders(self):
        return self.line_ids.sale_line_ids.order_id.filtered(lambda order: order.state == "sale")

    def _credit_as_ordered(self):
        """Credit what the caller invoices by hand to whom the order is credited, not to the caller."""
        for move in self.sudo():
            orders = move._settled_orders()
            if (
                orders
                and move.is_sale_document(include_receipts=True)
                and not move._pays_back()
                and move.invoice_user_id == self.env.user
                and self.env.user not in orders.user_id
            ):
                move.invoice_user_id = orders[0].user_id


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        # Orders are invoiced as superuser; others name the lines of an order by hand.
        if not self.env.su:
            named = [line.id for line, vals in zip(lines, vals_list, strict=True) if vals.get("sale_line_ids")]
            self.browse(named).move_id._credit_as_ordered()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if "sale_line_ids" in vals and not self.env.su:
            self.move_id._credit_as_ordered()
        return result
