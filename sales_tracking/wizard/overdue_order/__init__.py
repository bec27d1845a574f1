from . import sales_overdue_release
