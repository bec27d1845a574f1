from . import sales_receivable_report
from . import sales_receivable_performance
from . import customer_statement_report
