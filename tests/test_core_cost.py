"""What core's flows cost with the addons beside what they cost without."""

from dev import databases, postgres
from tests.processes import run_inside


def test_an_ordinary_order_is_confirmed_with_the_same_statements(prepared):
    databases.ensure_template(postgres.TEST)
    plain = run_inside(databases.TEMPLATE, "confirm_cost")
    assert plain > 0
    assert run_inside(prepared, "confirm_cost") == plain
