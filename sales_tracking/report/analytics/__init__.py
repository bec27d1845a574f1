from . import sales_comparison_report
from . import sales_retention_report
