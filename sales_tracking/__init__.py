from . import controllers
from . import models
from . import report
from . import wizard

from . import demo

from .models.analytics.account_move_line_facts import AccountMoveLine


def pre_init_hook(env):
    """Index the journal items before anything else, and let go of them: all writing to them waits meanwhile."""
    AccountMoveLine._sales_fact_idx.apply_to_database(env["account.move.line"])
    cursor = env.cr
    cursor.commit()


def post_init_hook(env):
    env["crm.lead.stage.history"]._backfill()
    env["sales.dunning.account"]._open_overdue(env["res.company"].search([]))


def uninstall_hook(env):
    env["sales.demo"]._release()
    # The shipped outcomes go with the addon; the reference from the interactions would hold them back.
    env.cr.execute("UPDATE sales_interaction SET outcome_id = NULL")
    env.cr.execute("UPDATE sales_visit SET outcome_id = NULL")
    # As the steps would hold back the shipped mail templates.
    env.cr.execute("DELETE FROM sales_quotation_cadence_step")
    env.cr.execute("DELETE FROM sales_dunning_level")
