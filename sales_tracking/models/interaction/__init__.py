from . import sales_interaction_outcome
from . import sales_interaction

from . import sales_interaction_capture
from . import mail_message
from . import mail_thread
from . import mail_activity
from . import calendar_event_capture
from . import discuss_channel
from . import sales_interaction_backfill
from . import sales_interaction_log

from . import sales_interaction_mixin
from . import calendar_event
from . import crm_lead
from . import res_partner
from . import res_users
from . import sale_order
