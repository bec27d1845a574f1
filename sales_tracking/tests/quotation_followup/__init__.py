from . import test_quotation_followup
from . import test_quotation_followup_by_hand
from . import test_quotation_followup_stops
