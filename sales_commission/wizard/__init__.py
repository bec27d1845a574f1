from . import sales_commission_confirm
from . import sales_commission_simulation
