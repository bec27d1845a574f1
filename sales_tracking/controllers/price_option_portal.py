from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

from odoo.addons.sale.controllers.portal import CustomerPortal

from .malformed import ID, ascii_token


class PriceOptionPortal(CustomerPortal):
    @http.route(
        f"/my/orders/<{ID}:order_id>/price_options/<int:option_id>",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_price_option_apply(self, order_id, option_id, access_token=None, **_kwargs):
        """The customer chooses one of the quotation's price options: with its token, or as its own portal user."""
        try:
            order_sudo = self._document_check_access("sale.order", order_id, access_token=ascii_token(access_token))
        except (AccessError, MissingError):
            return request.redirect("/my")
        option_sudo = order_sudo.price_option_ids.filtered(lambda option: option.id == option_id)
        user = request.env.user
        author = order_sudo.partner_id if user._is_public() else user.partner_id
        message = "price_option_applied"
        try:
            with request.env.cr.savepoint():
                option_sudo.ensure_one()._apply(author)
        except (UserError, ValueError):
            # The page says so, and shows what the customer can choose now.
            message = "price_option_refused"
        return request.redirect(order_sudo.get_portal_url(query_string=f"&message={message}", anchor="price_options"))
