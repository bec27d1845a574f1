from . import utm_medium
from . import res_company
from . import res_config_settings
from . import crm_lead_attribution
from . import sales_interaction_attribution
