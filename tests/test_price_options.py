"""Two customers' clicks at once on two price options of a quotation: one of them wins."""

from concurrent.futures import ThreadPoolExecutor

from tests.client import Refused


def test_two_picks_at_once(clients, world):
    client = clients["salesperson"]
    pricelists = clients["manager"].call(
        "product.pricelist",
        "create",
        vals_list=[
            {"name": name, "item_ids": [[0, 0, {"compute_price": "percentage", "percent_price": percent}]]}
            for name, percent in (("Five", 5), ("Ten", 10))
        ],
    )
    for _attempt in range(5):
        [order] = client.call(
            "sale.order",
            "create",
            vals_list=[{"partner_id": world["customer"], "order_line": [[0, 0, {"product_id": world["product"]}]]}],
        )
        client.call("sale.order", "action_create_price_options", ids=[order], pricelist_ids=pricelists)
        options = client.call("sale.order.price.option", "search", domain=[["order_id", "=", order]])

        def pick(option):
            try:
                return client.call("sale.order.price.option", "action_apply", ids=[option])
            except Refused as refusal:
                assert refusal.name == "odoo.exceptions.UserError", refusal.message
                return False

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(pick, options)) == [False, True]
        states = client.call("sale.order.price.option", "read", ids=options, fields=["state", "amount_total"])
        assert sorted(option["state"] for option in states) == ["applied", "declined"]
        [chosen] = [option for option in states if option["state"] == "applied"]
        [total] = client.call("sale.order", "read", ids=[order], fields=["amount_total"])
        assert total["amount_total"] == chosen["amount_total"]
