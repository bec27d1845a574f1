from . import sales_handover
from . import sales_handover_line

from . import res_users
