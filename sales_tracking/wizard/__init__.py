from . import chat
from . import sales_form
from . import telephone
