from . import sales_receivable_report
from . import sales_receivable_performance
from . import report_customer_statement
