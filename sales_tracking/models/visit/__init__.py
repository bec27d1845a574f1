from . import res_company
from . import res_config_settings
from . import sales_visit_mixin
from . import sales_visit
from . import sales_visit_check
from . import sales_visit_calendar
from . import sales_visit_recurrence
from . import sales_visit_results
from . import sales_visit_board

from . import calendar_event
from . import crm_lead
from . import crm_team
from . import res_partner
from . import sale_order
