from . import mixin

from . import ir_module_module
from . import res_company
from . import res_config_settings
from . import res_users
from . import sales_company_setting

from . import analytics
from . import attribution
from . import audience
from . import contact_inbox
from . import payment_followup
from . import hold
from . import receivable
from . import order_gate
from . import overdue_order
from . import dashboard
from . import digest
from . import funnel
from . import handover
from . import interaction
from . import pricing
from . import margin_floor
from . import quotation_followup
from . import subscription
from . import telephone
from . import sales_form
from . import visit
from . import journey
from . import website_traffic
from . import chat
from . import overview

from . import privacy

# After all others, so that what is guarded is refused before anything else is done with it.
from .mixin import sales_guarded_mixin_documents
