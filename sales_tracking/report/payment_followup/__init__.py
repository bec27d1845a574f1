from . import sales_dunning_charge_report
