from . import sales_overview
