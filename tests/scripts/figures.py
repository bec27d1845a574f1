"""The figures that people were paid by, measured by and reminded of, by readable names; see tests/test_upgrade.py."""

import datetime

ENTRIES = """
    SELECT company.name, plan.name, COALESCE(usr.login, partner.name), entry.period_start, entry.kind,
        currency.name, COUNT(*), SUM(entry.base_amount), SUM(entry.amount)
    FROM sales_commission_entry entry
    JOIN res_company company ON company.id = entry.company_id
    JOIN sales_commission_plan plan ON plan.id = entry.plan_id
    JOIN res_currency currency ON currency.id = entry.currency_id
    JOIN res_partner partner ON partner.id = entry.partner_id
    LEFT JOIN res_users usr ON usr.id = entry.user_id
    GROUP BY 1, 2, 3, 4, 5, 6
"""
REMINDERS = """
    SELECT company.name, partner.name, reminder.day, reminder.level_name, reminder.result, COUNT(*),
        SUM(reminder.claimed), SUM(reminder.fee), SUM(reminder.interest)
    FROM sales_dunning_reminder reminder
    JOIN res_company company ON company.id = reminder.company_id
    JOIN res_partner partner ON partner.id = reminder.partner_id
    GROUP BY 1, 2, 3, 4, 5
"""
STATEMENT = (
    "state",
    "commission_amount",
    "draw_amount",
    "adjustment_amount",
    "carried_in_amount",
    "carried_out_amount",
    "payable_amount",
    "draw_balance",
)
TARGET = ("amount", "actual", "adjustment", "attainment", "gap", "expected", "pace", "run_rate", "forecast")


def main(env, as_of):
    """Names and values; amounts are rounded far below a cent.

    :param as_of: the day of all figures, as text
    """
    day = datetime.date.fromisoformat(as_of)
    env = env(context={**env.context, "allowed_company_ids": env["res.company"].search([], order="id").ids})
    env.user.write({"company_ids": [(4, company.id) for company in env.companies]})
    figures = {}
    for name, query, keys in (("ledger", ENTRIES, 6), ("reminders", REMINDERS, 5)):
        env.cr.execute(query)
        for row in env.cr.fetchall():
            figures[f"{name}: {' / '.join(map(str, row[:keys]))}"] = [plain(value) for value in row[keys:]]
    for company in env.companies:
        # Those who earn in the company: agents of other companies never did.
        customers = (
            env["res.partner"]
            .with_company(company)
            .search(
                [("commission_agent_id", "!=", False), ("commission_agent_id.company_id", "in", [False, company.id])]
            )
        )
        figures[f"agents: {company.name}"] = " / ".join(customers.mapped("commission_agent_id.name"))
    for statement in env["sales.commission.statement"].search([]):
        name = f"{statement.plan_id.name} / {statement.partner_id.name} / {statement.period_start}"
        figures[f"statement: {name}"] = [plain(statement[field]) for field in STATEMENT]
    for row in env["sales.target"].search([]).get_report(day):
        name = env["sales.target"].browse(row["target_id"]).display_name
        figures[f"target: {row['target_id']} {name}"] = [plain(row[field]) for field in TARGET]
    for moment in (None, day):
        for row in env["sales.receivable.report"].get_aging(as_of=moment):
            name = env["res.partner"].browse(row["partner_id"]).name
            key = f"aging{' as of the day' if moment else ''}: {name} / {row['currency_id']}"
            figures[key] = [plain(value) for field, value in row.items() if not field.endswith("_id")]
    for basis, quantity, amount, margin, count in env["sales.achievement"]._read_group(
        [("day", "<=", day)], ["basis"], ["quantity:sum", "amount:sum", "margin:sum", "count:sum"]
    ):
        for what, value in (("quantity", quantity), ("amount", amount), ("margin", margin), ("count", count)):
            figures[f"facts: {basis} / {what}"] = plain(value)
    env.cr.rollback()
    return figures


def plain(value):
    """A value that JSON holds; amounts that differ by less than a hundredth of a cent are one."""
    if value is None or isinstance(value, (bool, str)):
        return value
    return round(float(value), 4)
