from . import sales_interaction_outcome
from . import sales_interaction

from . import sales_interaction_mixin
from . import crm_lead
from . import res_partner
from . import sale_order
