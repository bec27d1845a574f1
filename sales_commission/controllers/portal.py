from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager
from odoo.addons.sales_tracking.controllers.malformed import ID

REPORT = "sales_commission.sales_commission_statement_report"


class CommissionPortal(CustomerPortal):
    """External agents see their own statements: list, page, PDF, and dispute an entry."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "commission_count" in counters:
            statements = request.env["sales.commission.statement"]
            values["commission_count"] = (
                statements.search_count(self._own_commissions()) if statements.has_access("read") else 0
            )
        return values

    def _own_commissions(self):
        """Also for internal users, whose rights may show them more: the portal has what is paid to oneself."""
        user = request.env.user
        return Domain("partner_id", "in", (user.partner_id | user.commercial_partner_id).ids)

    @http.route(["/my/commissions", "/my/commissions/page/<int:page>"], type="http", auth="user", website=True)
    def portal_my_commissions(self, page=1, **_kwargs):
        statements = request.env["sales.commission.statement"]
        if not statements.has_access("read"):
            return request.redirect("/my")
        domain = self._own_commissions()
        pages = pager(
            url="/my/commissions", total=statements.search_count(domain), page=page, step=self._items_per_page
        )
        values = self._prepare_portal_layout_values()
        found = statements.search(domain, limit=self._items_per_page, offset=pages["offset"])
        values.update(
            # The names of plans, which are not for the portal.
            statements=found.sudo(),
            page_name="commission",
            pager=pages,
            default_url="/my/commissions",
        )
        request.session["my_commissions_history"] = found.ids[:100]
        return request.render("sales_commission.portal_my_commissions", values)

    @http.route(f"/my/commissions/<{ID}:statement_id>", type="http", auth="user", website=True)
    def portal_my_commission(self, statement_id, report_type=None, download=False, message=None, **_kwargs):
        statement = self._get_own_statement(statement_id)
        if not statement:
            return request.redirect("/my")
        if report_type in ("html", "pdf", "text"):
            return self._show_report(model=statement, report_type=report_type, report_ref=REPORT, download=download)
        values = {"statement": statement, "page_name": "commission", "message": message}
        values = self._get_page_view_values(statement, None, values, "my_commissions_history", False)
        return request.render("sales_commission.portal_my_commission", values)

    @http.route(
        f"/my/commissions/<{ID}:statement_id>/dispute", type="http", auth="user", methods=["POST"], website=True
    )
    def portal_commission_dispute(self, statement_id, entry_id="", reason="", **_kwargs):
        statement = self._get_own_statement(statement_id)
        if not statement:
            return request.redirect("/my")
        entry = statement.entry_ids.filtered(lambda entry: str(entry.id) == entry_id)
        message = "disputed"
        try:
            with request.env.cr.savepoint():
                # The entry is one of the person's own statement; external agents have no rights on the model.
                request.env["sales.commission.dispute"].sudo().create(
                    {"entry_id": entry.ensure_one().id, "reason": reason.strip()}
                )
        except (UserError, ValueError):
            message = "not_disputed"
        return request.redirect(f"/my/commissions/{statement.id}?message={message}")

    def _get_own_statement(self, statement_id):
        """The statement as superuser if it is the visitor's own, else nothing."""
        try:
            statement = self._document_check_access("sales.commission.statement", statement_id)
        except (AccessError, MissingError):
            return None
        user = request.env.user
        return statement if statement.partner_id in user.partner_id | user.commercial_partner_id else None
