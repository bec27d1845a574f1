from . import test_customer_merge
from . import test_customer_portal
from . import test_dunning
from . import test_dunning_by_hand
from . import test_dunning_charge
from . import test_dunning_engine
from . import test_dunning_holds
from . import test_dunning_send
