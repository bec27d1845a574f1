from . import test_commission_portal
from . import test_complaints
from . import test_dispute
from . import test_payout
from . import test_settlement
from . import test_settlement_properties
from . import test_slice_tour
from . import test_statement
