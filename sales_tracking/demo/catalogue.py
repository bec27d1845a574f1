"""What is sold, and the three price lists it is sold at."""

from odoo.fields import Command

CATEGORIES = {
    "demo_category_spices": "Spices",
    "demo_category_coffee": "Coffee",
    "demo_category_cocoa": "Cocoa",
    "demo_category_coconut": "Coconut",
}

# code, name, category, unit, retail price and cost in rupiah, export price in dollars
PRODUCTS = (
    ("LADA-H", "Lampung Black Pepper", "spices", "kgm", 118_000, 84_000, 6.40),
    ("LADA-P", "Muntok White Pepper", "spices", "kgm", 165_000, 121_000, 9.10),
    ("CENGKEH", "Maluku Cloves", "spices", "kgm", 148_000, 108_000, 8.20),
    ("PALA", "Banda Nutmeg", "spices", "kgm", 112_000, 80_000, 6.20),
    ("FULI", "Banda Mace", "spices", "kgm", 265_000, 198_000, 14.60),
    ("KAYU-M", "Kerinci Cinnamon Sticks", "spices", "kgm", 78_000, 54_000, 4.30),
    ("KAPULAGA", "Java Cardamom", "spices", "kgm", 92_000, 66_000, 5.00),
    ("KUNYIT", "Turmeric Powder", "spices", "kgm", 38_000, 24_000, 2.15),
    ("JAHE", "Dried Ginger", "spices", "kgm", 46_000, 30_000, 2.60),
    ("VANILI", "Papua Vanilla Beans", "spices", "kgm", 1_950_000, 1_480_000, 108.00),
    ("KOPI-GAYO", "Gayo Arabica Green Coffee", "coffee", "kgm", 142_000, 101_000, 7.90),
    ("KOPI-TOR", "Toraja Arabica Green Coffee", "coffee", "kgm", 158_000, 113_000, 8.80),
    ("KOPI-MAN", "Mandailing Arabica Green Coffee", "coffee", "kgm", 136_000, 98_000, 7.60),
    ("KOPI-BALI", "Kintamani Arabica Green Coffee", "coffee", "kgm", 134_000, 97_000, 7.50),
    ("KOPI-ROB", "Lampung Robusta Green Coffee", "coffee", "kgm", 78_000, 56_000, 4.40),
    ("KAKAO-BIJI", "Sulawesi Fermented Cocoa Beans", "cocoa", "kgm", 128_000, 96_000, 7.20),
    ("KAKAO-BUB", "Cocoa Powder", "cocoa", "kgm", 112_000, 79_000, 6.30),
    ("KAKAO-LEM", "Cocoa Butter", "cocoa", "kgm", 265_000, 201_000, 15.20),
    ("KAKAO-NIB", "Roasted Cocoa Nibs", "cocoa", "kgm", 148_000, 104_000, 8.30),
    ("KELAPA-P", "Desiccated Coconut", "coconut", "kgm", 42_000, 28_000, 2.35),
    ("VCO", "Virgin Coconut Oil", "coconut", "litre", 96_000, 64_000, 5.40),
    ("GULA-K", "Coconut Sugar", "coconut", "kgm", 39_000, 26_000, 2.20),
    ("KOPRA", "White Copra", "coconut", "kgm", 19_000, 13_500, 1.10),
    ("BRIKET", "Coconut Charcoal Briquettes", "coconut", "kgm", 22_000, 13_500, 1.25),
)

# A wholesale customer pays less the more it takes: least quantity, discount in percent.
WHOLESALE_BREAKS = ((0, 10), (250, 13), (500, 16), (1000, 19))
# Coffee and cocoa leave less room: least quantity, discount in percent, by category.
WHOLESALE_CATEGORY_BREAKS = {
    "demo_category_coffee": ((0, 8), (500, 12), (1000, 15)),
    "demo_category_cocoa": ((0, 7), (500, 10), (1000, 13)),
}
RETAIL_BREAK = (50, 4)


def create_catalogue(story):
    env = story.env
    _show_price_lists(env)
    categories = story.create_named("product.category", {xml_id: {"name": name} for xml_id, name in CATEGORIES.items()})
    story.products = dict(
        zip(
            (product[0] for product in PRODUCTS),
            env["product.product"].create(
                [
                    {
                        "default_code": code,
                        "name": name,
                        "categ_id": categories[f"demo_category_{category}"].id,
                        "uom_id": env.ref(f"uom.product_uom_{unit}").id,
                        "list_price": price,
                        "standard_price": cost,
                        "type": "consu",
                        "invoice_policy": "order",
                        "company_id": story.company.id,
                        "taxes_id": [Command.set(story.company.account_sale_tax_id.ids)],
                        "supplier_taxes_id": [Command.set(story.company.account_purchase_tax_id.ids)],
                    }
                    for code, name, category, unit, price, cost, _dollars in PRODUCTS
                ]
            ),
            strict=True,
        )
    )
    _create_pricelists(story, categories)


def _show_price_lists(env):
    """What the settings "Pricelists" and "Discounts" do."""
    for feature in ("product.group_product_pricelist", "sale.group_discount_per_so_line"):
        env.ref("base.group_user")._apply_group(env.ref(feature))


def _create_pricelists(story, categories):
    rupiah = story.company.currency_id
    wholesale_rules = [{"applied_on": "3_global", **_discount(*step)} for step in WHOLESALE_BREAKS] + [
        {"applied_on": "2_product_category", "categ_id": categories[category].id, **_discount(*step)}
        for category, steps in WHOLESALE_CATEGORY_BREAKS.items()
        for step in steps
    ]
    retail_rules = [{"applied_on": "3_global", **_discount(*RETAIL_BREAK)}]
    export_rules = [
        {
            "applied_on": "1_product",
            "product_tmpl_id": story.products[code].product_tmpl_id.id,
            "compute_price": "fixed",
            "fixed_price": dollars,
        }
        for code, _name, _category, _unit, _price, _cost, dollars in PRODUCTS
    ]
    story.pricelists = story.create_named(
        "product.pricelist",
        {
            xml_id: {
                "name": name,
                "currency_id": currency.id,
                "company_id": story.company.id,
                "item_ids": [Command.create(rule) for rule in rules],
            }
            for xml_id, name, currency, rules in (
                ("demo_pricelist_retail", "Ritel", rupiah, retail_rules),
                ("demo_pricelist_wholesale", "Grosir", rupiah, wholesale_rules),
                ("demo_pricelist_export", "Ekspor", story.env.ref("base.USD"), export_rules),
            )
        },
    )


def _discount(least_quantity, percent):
    return {"compute_price": "percentage", "percent_price": percent, "min_quantity": least_quantity}
