from . import test_call
from . import test_call_event_door
from . import test_call_import
