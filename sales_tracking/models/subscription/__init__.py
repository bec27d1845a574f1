from . import ir_http
from . import sales_report_subscription
from . import sales_report_subscription_send
from . import sales_report_delivery
