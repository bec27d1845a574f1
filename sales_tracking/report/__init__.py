from . import reconciliation
from . import sales_type
from . import sales_visit_report
from . import sales_visit_report_mail
from . import price_list_report
from . import customer_statement_report
