from . import chat
from . import telephone
from . import sales_form
