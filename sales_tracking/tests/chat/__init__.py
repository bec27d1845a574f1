from . import test_chat_account
from . import test_chat_begin
from . import test_chat_by_hand
from . import test_chat_file
from . import test_chat_import
from . import test_click_to_chat
