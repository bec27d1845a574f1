from . import test_cash_on_delivery
from . import test_cash_sale
from . import test_documents
from . import test_export
from . import test_form_terms
from . import test_sales_type
from . import test_tender
