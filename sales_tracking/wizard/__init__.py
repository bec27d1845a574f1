from . import sales_form
