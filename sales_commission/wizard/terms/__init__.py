from . import sales_commission_simulation
