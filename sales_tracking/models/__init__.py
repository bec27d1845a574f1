from . import ir_module_module
from . import res_company
from . import res_config_settings
from . import res_users
from . import sales_append_only_mixin
from . import sales_guarded_mixin
from . import sales_kept_fact_mixin
from . import sales_portal_mixin
from . import sales_read_field_mixin
from . import sales_report_mixin
from . import sales_shared_mixin
from . import sales_text_limit_mixin
from . import sales_xlsx_mixin
from . import sales_company_setting

from . import analytics
from . import attribution
from . import audience
from . import contact_inbox
from . import overdue_order
from . import dunning
from . import funnel
from . import handover
from . import interaction
from . import pricing
from . import quotation_followup
from . import telephone
from . import sales_form
from . import visit
from . import chat

from . import privacy

from . import guarded_documents
