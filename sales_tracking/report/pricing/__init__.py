from . import report_pricelist
