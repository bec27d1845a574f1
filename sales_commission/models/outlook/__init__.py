from . import sales_commission_plan_outlook
