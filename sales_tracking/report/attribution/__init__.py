from . import sales_attribution_report
