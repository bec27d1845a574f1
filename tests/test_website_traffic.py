"""Traffic of the website, where there is one: kept before the website forgets its visitors."""

import pytest

from tests.processes import run_inside


@pytest.fixture(scope="module")
def seen(neighbours):
    """What tests/scripts/website_traffic.py read: rows as lists, see there."""
    return run_inside(neighbours, "website_traffic")


def test_a_row_for_each_day_page_and_origin(seen):
    """By the day of the company; whoever comes twice is one visitor, a lead belongs to the last page before it."""
    evening, night = seen["local_days"]
    assert seen["before"] == [
        [evening, "/", "", "", "", False, 1, 1, 0],
        [evening, "/shop/pepper", "Spring Fair", "e-mail", "XY", True, 1, 1, 0],
        [evening, "/shop/pepper", "spring fair", "e-mail", "XY", True, 1, 1, 0],
        [night, "/contactus", "unheard", "", "", False, 1, 1, 1],
        [night, "/shop/pepper", "", "", "", False, 1, 1, 0],
    ]


def test_counting_again_changes_nothing(seen):
    assert seen["again"] == seen["before"]


def test_figures_stay_when_the_website_forgets_its_visitors(seen):
    assert seen["is_forgotten"]
    assert seen["after"] == seen["before"]


def test_today_is_there_at_once(seen):
    [row] = seen["today"]
    assert row[1:] == ["/about", "", "", "", False, 1, 1, 0]


def test_visits_are_a_metric_that_can_have_targets(seen):
    assert seen["metric"] == 6
    assert seen["by_source"] == [["Spring Fair", 2], [None, 4]]
    assert seen["attainment"] == 5


def test_the_settings_track_all_pages(seen):
    assert seen["tracked"] == [True, True]
