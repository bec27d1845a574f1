"""The addons are installed, upgraded and uninstalled; Odoo's own applications work on. The tests go in this order."""

import pytest

from dev import databases, odoo, postgres, testlog
from dev.paths import ADDONS
from tests.processes import run_inside

DATABASE = "sales_blackbox_lifecycle"

# What makes a database, as one name per thing. Nothing of it may change by installing and uninstalling the addons.
STRUCTURE = {
    "columns": "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'",
    "indexes": "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'",
    "constraints": "SELECT conrelid::regclass || '.' || conname FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace",
    "triggers": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    "functions": "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "models": "SELECT model FROM ir_model",
    "fields": "SELECT model || '.' || name FROM ir_model_fields",
    "groups": "SELECT name->>'en_US' FROM res_groups",
    "implied groups": "SELECT gid || '.' || hid FROM res_groups_implied_rel",
    "menus": "SELECT name->>'en_US' FROM ir_ui_menu",
    "views": "SELECT name || '.' || COALESCE(model, key, '') FROM ir_ui_view",
    "actions": "SELECT type || '.' || (name->>'en_US') FROM ir_actions",
    "rights": "SELECT name FROM ir_model_access",
    "rules": "SELECT name FROM ir_rule",
    "jobs": "SELECT cron_name FROM ir_cron",
    "settings": "SELECT key FROM ir_config_parameter",
    "assets": "SELECT path FROM ir_asset",
}
LEFT_OVER = {
    "external ids": "SELECT module || '.' || name FROM ir_model_data WHERE module LIKE 'sales\\_%'"
    " AND module NOT IN ('sales_team')",
    "attachments": "SELECT res_model || '.' || name FROM ir_attachment WHERE res_model LIKE 'sales.%'"
    " OR url LIKE '%/sales\\_tracking/%'",
    "messages": "SELECT model || '.' || id FROM mail_message WHERE model LIKE 'sales.%'",
    "followers": "SELECT res_model || '.' || id FROM mail_followers WHERE res_model LIKE 'sales.%'",
    "filters": "SELECT model_id FROM ir_filters WHERE model_id LIKE 'sales.%'",
}


def names(queries):
    return {what: {row[0] for row in postgres.TEST.sql(query, DATABASE)} for what, query in queries.items()}


def complaints(log):
    """Warnings and worse in an Odoo log that name our addons."""
    reader = testlog.TestLog(ADDONS)
    for line in log.read_text().splitlines():
        reader.feed(line)
    reader.close()
    return reader.complaints


@pytest.fixture(scope="module")
def before():
    """The structure of a database with nothing but what the addons depend on, which the tests then change."""
    databases.ensure_template(postgres.TEST)
    odoo.duplicate(databases.TEMPLATE, DATABASE, postgres.TEST)
    yield names(STRUCTURE)
    odoo.drop(DATABASE, postgres.TEST)


def test_install(before):
    # The last addon brings the others.
    log = odoo.install(DATABASE, ADDONS[-1:], postgres.TEST, "lifecycle-install")
    assert not complaints(log)
    installed = names(STRUCTURE)
    assert "sales.commission.entry" in installed["models"] - before["models"]
    assert "sales_tracking.menu_root" in names(LEFT_OVER)["external ids"]


def test_upgrade(before):
    run_inside(DATABASE, "world")
    with_records = names(STRUCTURE)
    log = odoo.execute(
        ["-d", DATABASE, "-u", ",".join(ADDONS), "--stop-after-init", *odoo.free_ports()],
        postgres.TEST,
        "lifecycle-upgrade",
        "The upgrade failed",
    )
    assert not complaints(log)
    assert names(STRUCTURE) == with_records


def test_uninstall(before):
    """With a year's work in the database, nothing of the addons is left behind."""
    # Targets and commissions on the shipped metrics, which must not hold these back.
    shipped = "SELECT res_id FROM ir_model_data WHERE module = 'sales_tracking' AND name = 'metric_ordered'"
    for table in ("sales_target", "sales_commission_rule"):
        changed = postgres.TEST.sql(f"UPDATE {table} SET metric_id = ({shipped}) RETURNING id", DATABASE)
        assert changed, f"the world has no {table}"
    log = odoo.execute(
        ["module", "uninstall", "-d", DATABASE, *reversed(ADDONS)],
        postgres.TEST,
        "lifecycle-uninstall",
        "The uninstallation failed",
    )
    assert not complaints(log)
    assert not [line for line in log.read_text().splitlines() if " ERROR " in line or line.startswith("ERROR:")]
    after = names(STRUCTURE)
    for what, names_before in before.items():
        assert after[what] - names_before == set(), f"left behind: {what}"
        assert names_before - after[what] == set(), f"taken along: {what}"
    for what, names_left in names(LEFT_OVER).items():
        assert names_left == set(), what


def test_applications_work_after_it(before):
    """From the lead to the payment, with the screens that the addons had extended."""
    assert run_inside(DATABASE, "core_flow") == {
        "won_status": "won",
        "order": "sale",
        "invoice": "posted",
        "payment": "paid",
        "old_invoices": 2,
    }
