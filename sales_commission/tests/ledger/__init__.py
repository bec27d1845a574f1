from . import test_decided
from . import test_decided_settings
from . import test_ledger
from . import test_reassignment
from . import test_sources
