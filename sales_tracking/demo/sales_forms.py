"""What the forms of sale need besides: tenders with their competitors, the voyages of exports, terms of wholesale."""

from datetime import timedelta

from odoo.fields import Command

COMPETITORS = ("PT Rempah Nusantara", "CV Bumi Lada", "PT Aroma Sejati")
DOCUMENTS = ("Business licence", "Tax certificate", "Certificates of analysis", "Price schedule")
BOND_ISSUER = "Bank Dagang Jakarta"
PORTS = {"NL": "Rotterdam", "DE": "Hamburg", "US": "Los Angeles", "JP": "Yokohama", "SG": "Singapore"}
VESSELS = ("MV Selat Sunda", "MV Lada Putih", "MV Nusa Indah")
BAG_KILOGRAMS = 60
WHOLESALE_MINIMUM = 5
PAID_ON_DELIVERY = 4


def create_sales_forms(story, plan):
    _create_tenders(story, [deal for deal in plan if deal.sales_type == "tender" and deal.order])
    _create_voyages(story, [deal for deal in plan if deal.sales_type == "export" and deal.is_order])
    _pay_on_delivery(story, [deal for deal in plan if deal.sales_type == "direct" and deal.is_order])
    story.env["sales.form.terms"].create(
        {"company_id": story.company.id, "sales_type": "wholesale", "minimum_quantity": WHOLESALE_MINIMUM}
    )


def _create_tenders(story, deals):
    competitors = story.env["res.partner"].create([{"name": name, "is_company": True} for name in COMPETITORS])
    issuer = story.env["res.partner"].create({"name": BOND_ISSUER, "is_company": True})
    too_dear = story.env["crm.lost.reason"].search([], limit=1)
    for number, deal in enumerate(deals, start=1):
        order = deal.order
        is_decided = deal.is_order or deal.ending == "refused"
        deadline = deal.quoted + timedelta(days=7 if is_decided else 21)
        tender = story.env["sales.tender"].create(
            {
                "name": f"Supply of spices for {deal.customer.partner.name}",
                "reference": f"{deadline:%Y}/{number:03}",
                "partner_id": deal.customer.partner.commercial_partner_id.id,
                "company_id": story.company.id,
                "user_id": story.users[deal.user].id,
                "lead_id": deal.lead.id if deal.lead else False,
                "deadline": deadline,
                "opening_date": deadline + timedelta(days=3),
                "currency_id": order.currency_id.id,
                "bid_amount": order.amount_untaxed,
                "bond_state": "returned" if is_decided else "held",
                "bond_amount": round(order.amount_untaxed * 0.02, -5),
                "bond_issuer_id": issuer.id,
                "bond_valid_until": deadline.date() + timedelta(days=90),
                "bond_returned_on": deadline.date() + timedelta(days=30) if is_decided else False,
                "document_ids": [
                    Command.create({"name": name, "is_ready": is_decided or place < 2, "sequence": place})
                    for place, name in enumerate(DOCUMENTS)
                ],
                "competitor_ids": [
                    Command.create(
                        {
                            "partner_id": competitor.id,
                            "price": round(order.amount_untaxed * story.rng.uniform(0.92, 1.15), -5),
                            "is_winner": deal.ending == "refused" and place == 0,
                        }
                    )
                    for place, competitor in enumerate(competitors[: 2 if is_decided else 0])
                ],
                "lost_reason_id": too_dear.id if deal.ending == "refused" else False,
            }
        )
        order.tender_id = tender
        if is_decided:
            tender._write_decided(
                {
                    "state": "won" if deal.is_order else "lost",
                    "submitted_on": deadline - timedelta(days=1),
                    "decided_on": min(deadline.date() + timedelta(days=10), story.today),
                }
            )


def _pay_on_delivery(story, deals):
    """Of what was sold directly and is not paid, the latest is paid when the goods are handed over."""
    latest = sorted(deals, key=lambda deal: deal.closed, reverse=True)
    unpaid = [deal.order for deal in latest if "paid" not in deal.order.invoice_ids.mapped("payment_state")]
    orders = story.env["sale.order"].concat(*unpaid[:PAID_ON_DELIVERY])
    orders.sales_type = orders.invoice_ids.sales_type = "cod"


def _create_voyages(story, deals):
    incoterm = story.env.ref("account.incoterm_FOB")
    for number, deal in enumerate(deals, start=1):
        order = deal.order
        kilograms = sum(order.order_line.mapped("product_uom_qty"))
        order.write(
            {
                "incoterm": incoterm.id,
                "incoterm_location": "Tanjung Priok",
                "port_of_loading": "Tanjung Priok, Jakarta",
                "port_of_discharge": PORTS.get(order.partner_id.country_id.code, "Rotterdam"),
                "vessel": f"{VESSELS[number % len(VESSELS)]} {number:02}W",
                "package_count": max(round(kilograms / BAG_KILOGRAMS), 1),
                "package_kind": "bags",
                "gross_weight": round(kilograms * 1.02, 1),
                "measurement": round(kilograms / 600, 2),
                "bill_of_lading": f"JKT{number:06}",
                "bill_of_lading_date": min(story.day_of(deal.closed) + timedelta(days=14), story.today),
            }
        )
