from . import sales_receivable_statement
