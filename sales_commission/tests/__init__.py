from . import test_access
from . import test_ledger
from . import test_run
from . import test_settlement
from . import test_slice_tour
from . import test_statement
from . import test_tiers
from . import test_version
