from . import utm_medium
from . import res_company
from . import res_config_settings

from . import crm_lead
from . import sales_interaction
from . import sales_attribution_report
