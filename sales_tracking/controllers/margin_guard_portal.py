from odoo.exceptions import AccessError, MissingError, ValidationError
from odoo.http import request, route

from odoo.addons.sale.controllers import portal

from .malformed import ascii_token


class CustomerPortal(portal.CustomerPortal):
    @route()
    def portal_order_page(self, order_id, report_type=None, access_token=None, payment_amount=None, **kwargs):
        """A quotation that is being checked is shown, but neither printed nor paid."""
        access_token = ascii_token(access_token)
        if (report_type or payment_amount) and self._is_held_order(order_id, access_token):
            report_type = payment_amount = None
        return super().portal_order_page(
            order_id, report_type=report_type, access_token=access_token, payment_amount=payment_amount, **kwargs
        )

    def _is_held_order(self, order_id, access_token):
        """Whether it is an order that the customer may see and that is being checked; core refuses the others."""
        try:
            order_sudo = self._document_check_access("sale.order", order_id, access_token=access_token)
        except (AccessError, MissingError):
            return False
        return order_sudo._is_held_by_margin_guard()


class PaymentPortal(portal.PaymentPortal, CustomerPortal):
    @route()
    def portal_order_transaction(self, order_id, access_token, **kwargs):
        access_token = ascii_token(access_token)
        if self._is_held_order(order_id, access_token):
            raise ValidationError(request.env._("This quotation is being checked. Please try again later."))
        return super().portal_order_transaction(order_id, access_token, **kwargs)
