from . import sales_import_mixin

from . import chat
from . import pricing
from . import sales_form
from . import telephone
