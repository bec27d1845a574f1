from . import sales_phone_line
from . import res_users_telephone
from . import sales_interaction_call
from . import sales_call
from . import sales_call_notification
from . import sales_call_back
