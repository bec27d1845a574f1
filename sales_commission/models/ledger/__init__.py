from . import sales_commission_credit_mixin
from . import sales_commission_entry
from . import sales_commission_entry_explanation
from . import sales_commission_kept_fact
from . import sales_commission_reassignment
from . import sales_commission_run
from . import sales_handover_line
