"""Uninstalls the application of dashboards."""


def main(env):
    env["ir.module.module"].search([("name", "=", "spreadsheet_dashboard")]).button_immediate_uninstall()
    env = env(cr=env.registry.cursor())
    left = env["ir.model.data"].search_count([("module", "=", "sales_tracking"), ("name", "like", "dashboard\\_%")])
    return {"left": left, "achievements": bool(env["sales.achievement"].search_count([], limit=1))}
