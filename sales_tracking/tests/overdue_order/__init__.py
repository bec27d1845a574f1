from . import test_overdue_order
