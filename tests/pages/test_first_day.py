"""The first day: every step that is missing leads to the page on which it is done, until none is."""

from typing import Any

import pytest

from requests_app.permissions import Role
from requests_app.practice import selectors as practice
from tests.support.office import NOON
from tests.support.office_pages import staff
from tests.support.pages import Visitor

pytestmark = pytest.mark.usefixtures("_noon", "db")
ANSWERS: dict[str, dict[str, Any]] = {
    "practice": {"name": "Example Physical Therapy", "address": "1 Example Street",
                 "telephone": "919-555-0100", "email": "office@example.org"},
    "site": {"name": "Main Street", "address": "1 Example Street", "state": "NC",
             "time_zone": "America/New_York"},
    "designate": {"title": "Office manager", "telephone": "919-555-0101",
                  "in_force_from__month": "1", "in_force_from__day": "1",
                  "in_force_from__year": "2020"},
    "record-set": {"name": "Charts", "where_kept": "Cabinet 1", "holder_title": "Office manager",
                   "in_force_from__month": "1", "in_force_from__day": "1",
                   "in_force_from__year": "2020"},
}  # fmt: skip


def test_every_missing_step_is_done_from_its_link_until_patients_can_file() -> None:
    officer = staff()
    for _step in range(20):
        page = officer.open("/office/set-up")
        links = [link for link in page.links("Do this") if link]
        if not links:
            break
        name = links[0].rpartition("/")[2]
        form = officer.open(links[0])
        answers = dict(ANSWERS[name])
        if name == "designate":
            answers["duty"] = _missing(page.main, form)
        if name == "record-set":
            answers["site"] = _first_site(form)
        officer.send(**answers)
    assert practice.missing_set_up(on=NOON.date()) == []
    assert "Everything is there: patients can file." in officer.open("/office/set-up").main


def _missing(shown: str, form: Any) -> str:
    """The first duty of the form that the list says nobody holds."""
    for field in form.all("input"):
        if field.get("name") == "duty":
            label = next(
                "".join(one.itertext())
                for one in form.nodes("label")
                if one.get("for") == field["id"]
            )
            if f"Say who holds this duty: {label}." in shown:
                return str(field["value"])
    raise AssertionError(shown)


def _first_site(form: Any) -> str:
    return next(str(one["value"]) for one in form.all("option") if len(one.get("value", "")) > 30)


@pytest.mark.parametrize("role", [Role.PRIVACY_STAFF])
def test_whoever_may_not_change_it_is_told_and_given_no_link(role: Role) -> None:
    visitor: Visitor = staff(role, name="Sam Staff")
    page = visitor.open("/office/set-up")
    assert "Add at least one site." in page.main
    assert page.links("Do this") == []
