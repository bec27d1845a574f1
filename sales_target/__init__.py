from . import demo, models, report, wizard


def uninstall_hook(env):
    # The shipped metrics go before the table of targets does, whose reference would hold them back.
    env.cr.execute("ALTER TABLE sales_target DROP CONSTRAINT IF EXISTS sales_target_metric_id_fkey")
