from . import test_receivable_performance
from . import test_receivable_report
