from . import account_move_till
