from . import sales_cash_sale
