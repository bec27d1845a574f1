from . import test_capture
from . import test_interaction
from . import test_interaction_log
from . import test_interaction_tour
from . import test_phone_holders
from . import test_recent_contacts
