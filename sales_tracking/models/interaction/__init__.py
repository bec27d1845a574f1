from . import sales_interaction_outcome
from . import sales_interaction

from . import sales_interaction_capture
from . import capture_hooks
from . import sales_interaction_backfill
from . import sales_interaction_log

from . import sales_interaction_mixin
from . import calendar_event
from . import crm_lead
from . import res_partner
from . import res_users
from . import sale_order
