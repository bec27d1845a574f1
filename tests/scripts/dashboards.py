"""The figures that the cards of the dashboards show to Sari, read from the reports."""

from datetime import timedelta

from odoo import fields


def main(env):
    sari = env["res.users"].search([("login", "=", "sari")])
    env = env(user=sari.id, context={"allowed_company_ids": sari.company_id.ids, "tz": sari.tz})
    today = fields.Date.today()  # as in the browser of the test
    days = [("day", ">=", today - timedelta(days=89)), ("day", "<=", today)]

    def fact(basis, measure):
        [[value]] = env["sales.achievement"]._read_group([("basis", "=", basis), *days], [], [measure])
        return value

    [[residual, overdue]] = env["sales.receivable.report"]._read_group(
        [], [], ["amount_residual:sum", "amount_overdue:sum"]
    )
    done = env["sales.visit"].search_count([("state", "=", "done"), *days])
    names = ("sales", "field_work", "receivables")
    return {
        "dashboards": {name: env.ref(f"sales_tracking.dashboard_{name}").sudo().id for name in names},
        "cards": {
            "sales": {
                "Ordered": fact("ordered", "amount:sum"),
                "Invoiced": fact("invoiced", "amount:sum"),
                "Deals Won": fact("won", "count:sum"),
                "Average Transaction": fact("ordered", "average_amount:avg"),
            },
            "field_work": {"Visits Done": done, "Interactions": fact("interaction", "count:sum")},
            "receivables": {
                "Open Today": residual,
                "Overdue Today": overdue,
                "Collected": fact("collected", "amount:sum"),
            },
        },
    }  # fmt: skip
