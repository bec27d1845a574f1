from . import sales_target_alert
