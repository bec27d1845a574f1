from . import sales_commission_rule_part_mixin

from . import commission_agent
from . import res_config_settings
from . import sales_commission_assignment
from . import sales_commission_entry
from . import sales_commission_entry_explanation
from . import sales_commission_kept_fact
from . import sales_commission_payment_step
from . import sales_commission_plan
from . import sales_commission_rule
from . import sales_commission_run
from . import sales_commission_statement
from . import sales_commission_tier
from . import sales_commission_version
from . import sales_handover_line
from . import sales_metric
from . import settlement
