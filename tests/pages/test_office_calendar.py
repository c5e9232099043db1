"""Due dates: how many on which day, and each day leads to its lines in the list."""

from datetime import date

import pytest

from requests_app.actions import casework
from tests.support import office
from tests.support.office import NOON, OFFICER, Office
from tests.support.office_pages import staff, thrifty
from tests.support.pages import Page, Visitor, said


@pytest.fixture
def officer(clinic: Office) -> Visitor:
    return staff()


def squares(page: Page) -> dict[str, str]:
    """The grid: the words of each day that has something due, by where they lead."""
    (table,) = [one for one in page.nodes("table") if one.get("class") == "month"]
    return {
        link.get("href", ""): said(link) for link in table.iter("{http://www.w3.org/1999/xhtml}a")
    }


def test_each_day_says_how_many_are_due_and_leads_to_them(officer: Visitor) -> None:
    first, second = office.filed("access"), office.filed("access")
    restricted = office.filed("accounting")
    asked = {"department": "Billing", "what": "The bill", "due_on": "2026-03-16"}
    casework.give_task(restricted.reference, asked, actor=OFFICER, now=NOON)
    assert first.due_on == second.due_on == date(2026, 4, 1)

    page = thrifty(officer, "/office/due")

    assert squares(page) == {
        "#due-2026-03-16": "1 due March 16, 2026",
        "#due-2026-04-01": "2 due April 1, 2026",
    }
    ids = [one["id"] for _tag, one in page.elements if one.get("id", "").startswith("due-")]
    assert ids == ["due-2026-03-16", "due-2026-04-01"]
    assert page.main.count("today") == 1


def test_other_weeks_have_their_own_days(officer: Visitor) -> None:
    office.filed("access")
    page = thrifty(officer, "/office/due?from=2026-04-06")
    assert squares(page) == {}
    assert "Nothing is due in these weeks." in page.main
    assert "today" not in page.main
