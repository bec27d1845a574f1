from . import test_native_fields
from . import test_options
from . import test_rule_options
from . import test_shared_records
from . import test_simulation
from . import test_terms_change
from . import test_version
