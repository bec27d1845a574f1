"""A job's way through its records: each of them all or nothing, and the failure of one is not that of the others."""

import logging

from psycopg2.errors import UniqueViolation

from odoo.exceptions import ConcurrencyError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

# Somebody else is at work on the same record, or has just written the row of the ledger that this job was to write.
LATER = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError, UniqueViolation)


def readable(env, error):
    """Return an error as people may read it where a job notes it.

    A refusal says what to do. The text of any other error is the programmers' and stays in the log.

    :rtype: UserError
    """
    if isinstance(error, UserError):
        return error
    return UserError(
        env._("An unexpected error, which the log of the server describes: ask your administrator to look at it.")
    )


def attempt(record, work, failed=None):
    """Do the work on a record in a savepoint.

    A conflict with somebody else is no error: nothing is done, and the next run sees what is left.

    :param record: what the work is on, for the log
    :param work: a function without parameters
    :param failed: a function that notes an error where a person sees it; it is called with the error (`readable`)
    :return: what the work returned, or None if it failed or is left for later
    """
    try:
        with record.env.cr.savepoint():
            return work()
    except LATER:
        _logger.info("%s is being changed by someone else; the next run goes on with it.", record)
    except Exception as error:
        if isinstance(error, UserError):
            # A person's to mend, such as a missing address: no fault of the program.
            _logger.info("The job failed on %s: %s", record, error)
        else:
            _logger.exception("The job failed on %s", record)
        if failed:
            failed(readable(record.env, error))
    return None
