"""The company with its books, and the people who work in it."""

from datetime import timedelta

from odoo.fields import Command

from .story import TIME_ZONE

TEAMS = {
    "demo_team_jakarta": ("Jakarta", "demo_user_lead"),
    "demo_team_surabaya": ("Surabaya", "demo_user_lead_surabaya"),
}

# external id: login, name, role, team, group, time zone
USERS = {
    "demo_user_manager": (
        "sari", "Sari Wulandari", "Sales Manager", None, "sales_team.group_sale_manager", TIME_ZONE,
    ),
    "demo_user_lead": (
        "budi", "Budi Santoso", "Team Lead Jakarta", "demo_team_jakarta", "sales_tracking.group_team_lead", TIME_ZONE,
    ),
    "demo_user_lead_surabaya": (
        "wayan", "Wayan Sudarta", "Team Lead Surabaya", "demo_team_surabaya", "sales_tracking.group_team_lead",
        "Asia/Makassar",
    ),
    "demo_user_rina": (
        "rina", "Rina Hartono", "Key Account Salesperson", "demo_team_jakarta", "sales_team.group_sale_salesman",
        TIME_ZONE,
    ),
    "demo_user_agus": (
        "agus", "Agus Prasetyo", "Retail Salesperson", "demo_team_jakarta", "sales_team.group_sale_salesman", TIME_ZONE,
    ),
    "demo_user_dewi": (
        "dewi", "Dewi Lestiani", "Export Salesperson", "demo_team_surabaya", "sales_team.group_sale_salesman",
        TIME_ZONE,
    ),
    "demo_user_accountant": (
        "maya", "Maya Kusuma", "Accountant", None, "account.group_account_manager", TIME_ZONE,
    ),
}  # fmt: skip

EMAIL_DOMAIN = "rempah-nusantara.example.com"
RUPIAH_PER_DOLLAR = 16_300
MONTHS_OF_RATES = 15


def create_company(story):
    env = story.env
    company = env["res.company"].with_context(
        # Keep the creation of an Indonesian company from installing the country's accounting module on the spot.
        chart_template_load=True
    )._load_records([{
        "xml_id": "sales_tracking.demo_company",
        "noupdate": True,
        "values": {
            "name": "PT Rempah Nusantara Dagang",
            "street": "Jalan Cengkeh Raya 18",
            "city": "Jakarta",
            "zip": "11110",
            "state_id": env.ref("base.state_id_jk").id,
            "country_id": env.ref("base.id").id,
            "phone": "+62 21 5550 1800",
            "website": "https://example.com",
            "currency_id": env.ref("base.IDR").id,
            "sales_tz": TIME_ZONE,
        },
    }])  # fmt: skip
    if not company.currency_id._has_accounting_entries():
        company.currency_id.rounding = 1  # nobody counts the hundredths of a rupiah
    company.partner_id.tz = TIME_ZONE
    company.resource_calendar_id.tz = TIME_ZONE
    story.enter_company(company)
    _load_chart_of_accounts(story)
    _create_currency_rates(story)
    create_warehouse(story.env, company)


def create_warehouse(env, company):
    """Create the company's warehouse where Inventory is installed: without one, goods cannot be ordered from it."""
    if "stock.warehouse" in env and not env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1):
        env["stock.warehouse"].create({"name": "Jakarta", "code": "JKT", "company_id": company.id})


def _load_chart_of_accounts(story):
    env, company = story.env, story.company
    has_indonesian_chart = env["ir.module.module"].search_count([("name", "=", "l10n_id"), ("state", "=", "installed")])
    # Not try_loading: it warns as long as the registry is loading, which it is while demo data is installed.
    env["account.chart.template"]._load("id" if has_indonesian_chart else "generic_coa", company, install_demo=False)
    if not has_indonesian_chart:
        _make_generic_chart_indonesian(story)


def _make_generic_chart_indonesian(story):
    """The generic chart comes with the currency, the country and the tax rate of the United States."""
    env, company = story.env, story.company
    indonesia = env.ref("base.id")
    of_company = [("company_id", "=", company.id)]
    company.write({"currency_id": env.ref("base.IDR").id, "account_fiscal_country_id": indonesia.id})
    env["account.tax.group"].search(of_company).country_id = indonesia
    env["account.tax"].with_context(active_test=False).search(of_company).country_id = indonesia
    env["account.fiscal.position"].search([*of_company, ("country_id", "!=", False)]).country_id = indonesia
    for tax in company.account_sale_tax_id + company.account_purchase_tax_id:
        tax.write({"name": "PPN 11%", "amount": 11})


def _create_currency_rates(story):
    """A dollar in rupiah, month by month, drifting slowly around 16,000."""
    env, company = story.env, story.company
    dollar = env.ref("base.USD")
    dollar.active = True
    first_of_month = story.today.replace(day=1)
    rates = [(company.currency_id, first_of_month - timedelta(days=31 * MONTHS_OF_RATES), 1)]
    price = RUPIAH_PER_DOLLAR
    for _month in range(MONTHS_OF_RATES):
        rates.append((dollar, first_of_month, 1 / price))
        price = round(price * story.rng.uniform(0.988, 1.01))
        first_of_month = (first_of_month - timedelta(days=1)).replace(day=1)
    env["res.currency.rate"].create(
        [
            {"currency_id": currency.id, "company_id": company.id, "name": day, "rate": rate}
            for currency, day, rate in rates
        ]
    )


def create_users(story):
    env, company = story.env, story.company
    story.users = story.create_named(
        "res.users",
        {
            xml_id: {
                "login": login,
                "password": login,
                "name": name,
                "email": f"{login}@{EMAIL_DOMAIN}",
                "function": role,
                "tz": tz,
                "lang": "en_US",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.set([env.ref("base.group_user").id, env.ref(group).id])],
            }
            for xml_id, (login, name, role, _team, group, tz) in USERS.items()
        },
    )
    if "odoobot_state" in env["res.users"]._fields:
        # Its greeting would cover a phone's whole screen at the first login.
        env["res.users"].concat(*story.users.values()).odoobot_state = "disabled"
    story.teams = story.create_named(
        "crm.team",
        {
            xml_id: {
                "name": name,
                "company_id": company.id,
                "user_id": story.users[lead].id,
                "member_ids": [
                    Command.link(story.users[user].id) for user, values in USERS.items() if values[3] == xml_id
                ],
            }
            for xml_id, (name, lead) in TEAMS.items()
        },
    )
    env.ref("base.user_admin").write({"company_ids": [Command.link(company.id)], "company_id": company.id})
