from . import report_subscription
