from . import sales_interaction_log
