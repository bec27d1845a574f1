from . import test_visit
from . import test_visit_board
from . import test_visit_calendar
from . import test_visit_check_in
from . import test_visit_doubt
from . import test_visit_forgotten
from . import test_visit_report
