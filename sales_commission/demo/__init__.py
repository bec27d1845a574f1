from . import sales_commission_demo
