from . import crm_lead_stage_history
from . import crm_lead
from . import sales_funnel_report
