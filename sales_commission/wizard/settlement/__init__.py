from . import sales_commission_confirm
