from . import sales_call_import
