from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import content_disposition, request
from odoo.tools import consteq

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..tools.numbers import AmbiguousNumber, parse_number
from ..tools.xlsx import workbook
from .malformed import ID, ascii_token
from .xlsx import XLSX_TYPE

REPORT = "sales_tracking.report_customer_statement"
ITEMS_PER_PAGE = 50


class CustomerStatementPortal(CustomerPortal):
    """What a customer owes, by login or by the link of a reminder: one customer's data, whatever is asked for."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "statement_count" in counters:
            # The customer reads no receivables: it is told how many of its own are open.
            values["statement_count"] = (
                request.env["sales.receivable.report"]
                .sudo()
                .search_count([("commercial_partner_id", "=", self._portal_customer().id)])
            )
        return values

    @http.route(["/my/statement", f"/my/statement/page/<{ID}:page>"], type="http", auth="user", website=True)
    def portal_my_statement(self, page=1, **_kwargs):
        """The statements of the customer who is logged in, one per company that it owes something."""
        accounts = request.env["sales.dunning.account"]._open_for_portal(self._portal_customer())
        return self._statement_page(accounts, "/my/statement", page=page)

    @http.route(
        [f"/my/statement/<{ID}:account_id>", f"/my/statement/<{ID}:account_id>/page/<{ID}:page>"],
        type="http",
        auth="public",
        website=True,
    )
    def portal_statement(self, account_id, page=1, access_token=None, message=None, **_kwargs):
        account_sudo = self._statement_account(account_id, access_token)
        return self._statement_page(account_sudo, account_sudo.access_url, access_token, page, message=message)

    @http.route(
        f"/my/statement/<{ID}:account_id>/<any('pdf', 'xlsx'):kind>",
        type="http",
        auth="public",
        website=True,
    )
    def portal_statement_download(self, account_id, kind, access_token=None, **_kwargs):
        account_sudo = self._statement_account(account_id, access_token)
        customer, company = account_sudo.partner_id, account_sudo.company_id
        customer = customer.with_context(lang=customer.lang or request.env.lang)
        if kind == "pdf":
            report = request.env["ir.actions.report"].sudo().with_company(company)
            content, _kind = report._render_qweb_pdf(REPORT, customer.ids, {"company_id": company.id})
            content_type = "application/pdf"
        else:
            content = workbook(customer._receivable_statement_sheets(customer._get_receivable_statement(company)))
            content_type = XLSX_TYPE
        file_name = f"{customer._customer_statement_file_name()}.{kind}"
        return request.make_response(
            content, [("Content-Type", content_type), ("Content-Disposition", content_disposition(file_name))]
        )

    @http.route(f"/my/statement/<{ID}:account_id>/promise", type="http", auth="public", methods=["POST"], website=True)
    def portal_statement_promise(self, account_id, access_token=None, **form):
        def register(account_sudo, partner):
            account_sudo._promise_from_portal(
                partner, _integer(form), _amount(form, account_sudo), _date(form), note=_text(form)
            )

        return self._register(account_id, access_token, form, "promised", register)

    @http.route(f"/my/statement/<{ID}:account_id>/dispute", type="http", auth="public", methods=["POST"], website=True)
    def portal_statement_dispute(self, account_id, access_token=None, **form):
        def register(account_sudo, partner):
            account_sudo._dispute_from_portal(partner, _integer(form), form.get("reason"), _text(form))

        return self._register(account_id, access_token, form, "disputed", register)

    def _register(self, account_id, access_token, form, message, register):
        """Do what the form asks for and show the page again, or show it with what is wrong and what was entered."""
        account_sudo = self._statement_account(account_id, access_token)
        page = _integer(form, "page")
        user = request.env.user
        partner = account_sudo.partner_id if user._is_public() else user.partner_id
        try:
            with request.env.cr.savepoint():
                register(account_sudo, partner)
        except (UserError, AccessError) as error:
            return self._statement_page(
                account_sudo, account_sudo.access_url, access_token, page, error=str(error), form=form
            )
        suffix, query = f"/page/{page}" if page > 1 else "", f"&message={message}"
        return request.redirect(
            account_sudo.get_portal_url(suffix=suffix, query_string=query)
            if access_token
            else f"{account_sudo.access_url}{suffix}?{query[1:]}"
        )

    def _portal_customer(self):
        return request.env.user.partner_id.commercial_partner_id

    def _statement_account(self, account_id, access_token):
        """The account, in sudo mode, of whoever is logged in as the customer or has the token; otherwise not found."""
        access_token = ascii_token(access_token)
        # In sudo mode: portal users read no accounts; whose it is decides.
        account_sudo = request.env["sales.dunning.account"].sudo().browse(account_id).exists()
        if account_sudo and not request.env.user._is_public() and account_sudo.partner_id == self._portal_customer():
            return account_sudo
        try:
            account_sudo = self._document_check_access("sales.dunning.account", account_id, access_token=access_token)
            self._check_own_link(account_sudo, access_token)
        except (AccessError, MissingError) as error:
            raise NotFound() from error
        if request.env.user._is_public() and account_sudo.partner_id.lang:
            request.update_context(lang=account_sudo.partner_id.lang)
        return account_sudo

    def _check_own_link(self, account_sudo, access_token):
        """The page has what all salespeople invoiced: a colleague needs the right to that, or the customer's link."""
        if access_token and account_sudo.access_token and consteq(account_sudo.access_token, access_token):
            return
        account_sudo.partner_id.with_user(request.env.user)._check_receivable_statement_access()

    def _statement_page(self, accounts_sudo, url, access_token=None, page=1, message=None, error=None, form=None):
        """The page of the accounts, with so many items of them; the totals are those of all items.

        :param url: where the page is
        """
        statements = [
            {
                "account": account,
                "statement": account.partner_id._get_receivable_statement(account.company_id),
                "promises": self._by_line(account.promise_ids.filtered(lambda promise: promise.state == "open")),
                "disputes": self._by_line(account.dispute_ids.filtered(lambda dispute: dispute.state == "open")),
                "today": account.company_id._sales_today(),
            }
            for account in accounts_sudo
        ]
        parts = [part for each in statements for part in each["statement"]["currencies"]]
        pager = portal_pager(
            url=url,
            total=sum(len(part["items"]) for part in parts),
            page=page,
            step=ITEMS_PER_PAGE,
            url_args={"access_token": access_token} if access_token else {},
        )
        first = pager["offset"]
        for part in parts:
            part["shown"] = part["items"][max(first, 0) : max(first + ITEMS_PER_PAGE, 0)]
            first -= len(part["items"])
        disputes = request.env["sales.dispute"].sudo()
        return request.render(
            "sales_tracking.portal_customer_statement",
            {
                "page_name": "statement",
                "statements": statements,
                "pager": pager,
                "access_token": access_token,
                "reasons": disputes._fields["reason"]._description_selection(request.env),
                "message": message,
                "error": error,
                "form": form or {},
            },
        )

    def _by_line(self, holds):
        return {line.id: hold for hold in holds for line in hold.move_line_ids}


def _integer(form, name="line_id"):
    text = form.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _amount(form, account_sudo):
    """The amount in the currency of the instalment: 250.000 is a quarter of a million unless it has three decimals."""
    line = account_sudo.env["account.move.line"].browse(_integer(form)).exists()
    try:
        return parse_number(form.get("amount", ""), "." if line.currency_id.decimal_places == 3 else None)
    except AmbiguousNumber as error:
        raise UserError(
            account_sudo.env._('"%(amount)s" has two meanings. Enter it without marks between thousands.', amount=error)
        ) from error
    except ValueError:
        return 0.0


def _date(form):
    try:
        return fields.Date.to_date(form.get("date"))
    except ValueError:
        return None


def _text(form):
    """What was written, of a sensible length."""
    return form.get("note", "").strip()[:2000]
