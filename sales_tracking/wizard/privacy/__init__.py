from . import sales_erase
