from . import sales_reconciliation_report
