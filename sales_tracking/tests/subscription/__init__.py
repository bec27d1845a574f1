from . import test_report_files
from . import test_report_subscription
