"""`python3 -m dev <verb>`: the commands behind the Makefile."""

import errno
import os
import sys

from dev import dates, demo, lint, odoo, postgres, setup, test
from dev.console import Failure


def run_odoo(arguments):
    """Call Odoo itself on the tests' PostgreSQL, on free ports unless told otherwise."""
    setup.prepare(postgres.TEST, tools=("chromium", "wkhtmltopdf"), requirements=setup.DEVELOPMENT)
    arguments = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not arguments or arguments[0].startswith("-"):
        arguments = [*odoo.free_ports(), *arguments]
    command = [*odoo.command(), *arguments]
    os.chdir(setup.RUNTIME)
    os.execve(command[0], command, odoo.environment(postgres.TEST))


def run_bench(arguments):
    from dev import bench  # noqa: PLC0415 - only this verb needs it

    return bench.main(arguments)


def run_company(arguments):
    from dev import company  # noqa: PLC0415 - only this verb needs it

    return company.main(arguments)


def run_proof(arguments):
    from dev import proof  # noqa: PLC0415 - only this verb needs it

    return proof.main(arguments)


VERBS = {
    "demo": demo.main,
    "test": test.main,
    "dates": dates.main,
    "lint": lint.main,
    "bench": run_bench,
    "company": run_company,
    "proof": run_proof,
    "stop": demo.stop,
    "shell": demo.shell,
    "clean": demo.clean,
    "odoo": run_odoo,
}


def main(arguments):
    if not arguments or arguments[0] not in VERBS:
        print(f"usage: python3 -m dev {{{','.join(VERBS)}}}", file=sys.stderr)
        return 2
    try:
        return VERBS[arguments[0]](arguments[1:]) or 0
    except Failure as failure:
        print(f"\n✗ {failure.what}", file=sys.stderr)
        if failure.hint:
            print(f"  {failure.hint}", file=sys.stderr)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print("\n✗ The disk is full.\n  Free some space and run the same command again.", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nInterrupted. Run the same command again to go on.", file=sys.stderr)
        return 130
    return 1


sys.exit(main(sys.argv[1:]))
