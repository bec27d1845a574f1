from . import price_list_report
