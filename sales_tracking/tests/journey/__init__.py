from . import test_coverage
from . import test_customer_to_visit
from . import test_journey_import
from . import test_journey_plan
from . import test_visit_map
