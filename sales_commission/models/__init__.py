from . import sales_commission_assignment
from . import sales_commission_entry
from . import sales_commission_plan
from . import sales_commission_rule
from . import sales_commission_statement
from . import sales_commission_tier
from . import sales_commission_version
from . import sales_metric
