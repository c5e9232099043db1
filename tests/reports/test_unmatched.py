"""The pile of requests that nobody was tied to: what lies in it, how long, and how each leaves it."""

from collections.abc import Iterator
from typing import Any

import pytest

from audit import clock
from requests_app.actions import work
from requests_app.kinds import registry
from requests_app.permissions import Role
from requests_app.reports import unmatched
from tests.support import api, office
from tests.support.api import Caller
from tests.support.office import NOON, OFFICER, Office, day, do

pytestmark = pytest.mark.django_db
NOW = day("2026-03-20")


@pytest.fixture(autouse=True)
def clinic(db: None) -> Iterator[Office]:
    with clock.frozen(NOON):
        made = office.set_up()
    with clock.frozen(NOW):
        yield made


def officer(**more: Any) -> Caller:
    return api.staff(Role.PRIVACY_OFFICER, **more)


def pile(caller: Caller | None = None, **query: str) -> list[dict[str, Any]]:
    answer = (caller or officer()).get("/reports/unmatched", **query)
    assert answer.status_code == 200, answer.content
    rows: list[dict[str, Any]] = answer.json()["rows"]
    return rows


def references(**query: str) -> list[str]:
    return [one["reference"] for one in pile(**query)]


def test_each_lies_there_with_its_clock_running_what_is_due_first_comes_first() -> None:
    later = office.taken_down("amendment")
    sooner = office.taken_down()
    undated = office.taken_down("restriction")
    assert references() == [sooner.reference, later.reference, undated.reference]
    first, second, third = pile()
    assert (first["received_on"], first["due_on"], first["days_left"]) == (
        "2026-03-02",
        "2026-04-01",
        12,
    )
    assert second["days_left"] == 42
    assert (third["due_on"], third["days_left"]) == (None, None)


def test_it_leaves_by_being_matched(clinic: Office) -> None:
    request = office.taken_down()
    work.match(request.reference, {"patient": str(clinic.patient.pk)}, actor=OFFICER, now=NOW)
    assert references() == []


def test_it_leaves_by_a_written_notice_which_is_counted_apart_from_denials() -> None:
    request = office.taken_down()
    do(request, "could_not_verify", now=NOW)
    assert references() == []
    assert request.letters.count() == 1
    counted = officer().get("/reports/answers").json()["rows"][-1]["outcomes"]
    assert (counted["unverified"], counted["denied"]) == (1, 0)


def test_an_extension_moves_its_day_and_leaves_it_there_and_silence_ends_nothing() -> None:
    request = office.taken_down()
    assert [way["allowed"] for way in pile()[0]["ways"]] == [True, True]
    do(request, "extend", now=NOW)
    (row,) = pile()
    assert row["days_left"] > 12
    extend, could_not_verify = row["ways"]
    assert (extend["move"], extend["allowed"]) == ("extend", False)
    assert extend["reason"]
    assert could_not_verify == {
        "move": "could_not_verify",
        "allowed": True,
        "reason": None,
        "citation": None,
    }
    with clock.frozen(day("2027-01-01")):
        (late,) = pile()
    assert late["days_left"] < 0


def test_kinds_that_need_no_patient_are_not_in_it() -> None:
    office.taken_down("complaint", asker=None)
    office.taken_down("notice_copy")
    assert references() == []
    without = {kind.name for kind in registry.all_kinds()} - set(unmatched.kinds())
    assert without == {"complaint", "notice_copy"}


def test_whoever_is_limited_to_a_site_sees_that_sites() -> None:
    request = office.taken_down()
    elsewhere = api.other_site().pk
    assert pile(officer(site=elsewhere, name="Else Officer")) == []
    assert references(site=str(elsewhere)) == []
    assert references(site=str(request.site_id)) == [request.reference]


def test_as_a_table_the_open_ways_stand_beside_each_other() -> None:
    office.taken_down()
    answer = api.Client().get(
        "/api/v1/reports/unmatched",
        headers={"Authorization": f"Bearer {officer().token}", "Accept": "text/csv"},
    )
    head, row, *_ = answer.content.decode("utf-8-sig").splitlines()
    assert head.split(",")[:2] == ["reference", "kind"]
    assert "extend could_not_verify" in row


def test_more_than_can_be_shown_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unmatched, "SHOWN", 1)
    office.taken_down()
    office.taken_down()
    answer = officer().get("/reports/unmatched").json()
    assert (len(answer["rows"]), answer["more"]) == (1, True)
