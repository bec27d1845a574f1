from . import test_deletion
from . import test_guard
from . import test_onchange
from . import test_shared_records
