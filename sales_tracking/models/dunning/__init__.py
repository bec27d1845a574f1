from . import sales_receivable_report
from . import sales_receivable_statement

from . import customer_statement
