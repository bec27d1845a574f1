from . import sales_personal_data_mixin

from . import calendar_event
from . import calls_and_chats
from . import follow_up
from . import price_lists
from . import res_company
from . import res_config_settings
from . import res_partner
from . import sales_erase
from . import sales_erasure
from . import sales_interaction
from . import sales_visit
