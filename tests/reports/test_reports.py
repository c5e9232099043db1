"""Reports as they are asked of the API: right by hand count, and of what the caller may see."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from audit import clock, log
from audit.log import Facet
from requests_app import events
from requests_app.actions import refile
from requests_app.actions.file import file
from requests_app.permissions import Permission, Role
from tests.support import api, office
from tests.support.api import Caller
from tests.support.office import NOON, Office, act, day, do

pytestmark = pytest.mark.django_db
NOW = day("2026-04-01")


@pytest.fixture(autouse=True)
def clinic(db: None) -> Iterator[Office]:
    with clock.frozen(NOON):
        made = office.set_up()
    with clock.frozen(NOW):
        yield made


def officer(**more: Any) -> Caller:
    return api.staff(Role.PRIVACY_OFFICER, **more)


def row(caller: Caller, report: str, kind: str = "access", **query: str) -> dict[str, Any]:
    answer = caller.get(f"/reports/{report}", **query)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = next(one for one in answer.json()["rows"] if one["kind"] == kind)
    return found


def a_month() -> None:
    """Seven access requests of one day, each ended in another way, and one left open."""
    ways = {
        "deliver": (("grant", "2026-03-04"), ("deliver", "2026-03-06")),
        "part": (("grant_in_part", "2026-03-04"), ("deliver", "2026-03-12")),
        "deny": (("deny", "2026-03-10"),),
        "redirect": (("redirect", "2026-03-03"),),
        "unverified": (("could_not_verify", "2026-03-20"),),
        "withdraw": (("withdraw", "2026-03-09"),),
        "open": (),
    }
    for name, moves in ways.items():
        request = office.taken_down() if name == "unverified" else office.filed()
        for move, on in moves:
            do(request, move, now=day(on))


# --- answers ---------------------------------------------------------------------------------------
def test_a_month_by_hand_count() -> None:
    a_month()
    found = row(officer(), "answers")
    assert found["outcomes"] == {
        "given": 1, "in_part": 1, "denied": 1, "elsewhere": 1, "unverified": 1, "withdrawn": 1,
        "moved": 0, "open": 1,
    }  # fmt: skip
    assert (found["received"], found["in_time"], found["late"], found["open_late"]) == (7, 4, 0, 0)
    assert (found["on_time_share"], found["median_days"]) == (1.0, 6.0)  # 1, 4, 8, 10 days


def test_a_closed_request_keeps_its_outcome_and_a_reopened_one_has_none() -> None:
    closed = do(office.filed(), "deny", "close")
    again = do(office.filed(), "deny", "close")
    assert closed.state == "closed"
    act(again, "reopen", office.INPUT["reopen"])

    found = row(officer(), "answers")["outcomes"]
    assert (found["denied"], found["open"]) == (1, 1)


def test_what_was_answered_twice_counts_as_it_was_answered_last() -> None:
    request = do(office.filed(), "withdraw")
    act(request, "reopen", office.INPUT["reopen"])
    do(request, "grant", "deliver")

    found = row(officer(), "answers")["outcomes"]
    assert (found["withdrawn"], found["given"]) == (0, 1)


def test_what_was_filed_as_the_wrong_kind_counts_as_the_request_it_goes_on_as() -> None:
    wrong = office.filed()
    raw = {"kind": "accounting", "details": {}, "why": "Asks to whom records went."}
    refile.refile(wrong.reference, raw, actor=office.STAFF, now=NOON)
    access, accounting = (
        row(officer(), "answers", kind)["outcomes"] for kind in ("access", "accounting")
    )
    assert (access["withdrawn"], access["moved"], accounting["open"]) == (0, 1, 1)


def test_the_period_is_that_of_receipt() -> None:
    office.filed()
    office.filed(now=day("2026-03-05"))
    found = [
        row(officer(), "answers", received_from=first, received_until=last)["received"]
        for first, last in (("2026-03-02", "2026-03-05"), ("2026-03-03", "2026-03-05"),
                            ("2026-03-02", "2026-03-02"), ("2025-01-01", "2026-03-01"))
    ]  # fmt: skip
    assert found == [2, 1, 1, 0]


@pytest.mark.parametrize(
    "query",
    [
        pytest.param({"received_from": "2026-03-02", "received_until": "2026-03-01"}, id="turned"),
        pytest.param({"received_from": "1999-03-02"}, id="too long"),
        pytest.param({"received_from": "soon"}, id="no day"),
        pytest.param({"site": "somewhere"}, id="no site"),
        pytest.param({"person": "x"}, id="no such parameter"),
        pytest.param({"received_until": "0001-01-01"}, id="the first day there is"),
    ],
)
def test_a_question_that_is_none_is_put_right(query: dict[str, str]) -> None:
    answer = officer().get("/reports/answers", **query)
    assert answer.status_code == (200 if query == {"received_until": "0001-01-01"} else 422)


# --- ageing ----------------------------------------------------------------------------------------
def test_open_requests_by_age() -> None:
    office.filed()  # 30 days ago
    office.filed(now=day("2026-03-25"))  # 7
    do(office.filed(), "deny")

    found = row(officer(), "ageing")
    assert found["open"] == 2
    assert found["days"] == {"0-7": 1, "8-15": 0, "16-30": 1, "31-60": 0, "61+": 0}


# --- late this week --------------------------------------------------------------------------------
def late(caller: Caller, **query: str) -> dict[str, dict[str, Any]]:
    rows = caller.get("/reports/late", **query).json()["rows"]
    return {one["reference"]: one for one in rows}


def test_the_most_pressing_first_with_the_cheapest_next_step(clinic: Office) -> None:
    over = office.filed(now=day("2026-02-20"))
    granted = do(office.filed(now=day("2026-03-03")), "grant", now=day("2026-03-04"))
    whom = {"patient": str(clinic.patient.pk)}
    unknown = office.taken_down(received=day("2026-03-06"), **whom)
    office.filed(now=day("2026-03-20"))  # due in more than a week
    do(office.filed(), "deny")

    found = late(officer())
    assert list(found) == [over.reference, granted.reference, unknown.reference]
    assert [
        (one["days_left"], one["next"]["move"], one["next"]["allowed"], one["next"]["away"])
        for one in found.values()
    ] == [(-10, "grant", True, 2), (1, "deliver", True, 1), (4, "confirm_identity", True, 3)]


def test_what_stands_in_the_way_is_said() -> None:
    """Not matched to a patient, nobody can confirm who asks."""
    request = office.taken_down(received=day("2026-03-06"))
    step = late(officer())[request.reference]["next"]
    assert step["allowed"] is False
    assert step["reason"]


@pytest.mark.parametrize(
    ("now", "room"),
    [
        pytest.param(
            "2026-04-01", {"notice_by": "2026-04-01", "until": "2026-05-01"}, id="on the last day"
        ),
        pytest.param("2026-04-02", {"notice_by": None, "until": None}, id="the day after"),
    ],
)
def test_the_room_an_extension_leaves(now: str, room: dict[str, Any]) -> None:
    request = office.filed()
    with clock.frozen(day(now)):
        assert late(officer())[request.reference]["extension"] == room


def test_an_extended_request_has_no_room_left() -> None:
    request = do(office.filed(), "extend")
    with clock.frozen(day("2026-04-19")):
        assert late(officer())[request.reference]["extension"]["until"] is None


def test_the_list_is_an_entry_of_the_log_and_counts_are_none() -> None:
    request = office.filed()
    caller = officer()
    for report in ("answers", "ageing", "late"):
        caller.get(f"/reports/{report}")
    (entry,) = log.find(Facet.NAME, events.READ_REQUESTS).entries
    assert entry.entry.extra is not None
    assert entry.entry.extra["references"] == request.reference


# --- who sees what ---------------------------------------------------------------------------------
def test_whoever_is_limited_to_a_site_counts_that_site() -> None:
    other = api.other_site()
    office.filed()
    file(
        {"kind": "access", "details": office.DETAILS["access"], "channel": "telephone",
         "received_at": NOON.isoformat(), "asker": {"name": "Ada Example"}, "site": str(other.pk)},
        actor=office.OFFICER, now=NOON,
    )  # fmt: skip
    everywhere, there = officer(), officer(name="Oscar Officer", site=other.pk)

    for caller, count in ((everywhere, 2), (there, 1)):
        assert row(caller, "answers")["received"] == count
        assert row(caller, "ageing")["open"] == count
        assert len(late(caller)) == count
    assert row(everywhere, "answers", site=str(other.pk))["received"] == 1
    here = str(office.Site.objects.exclude(pk=other.pk).get().pk)
    assert row(there, "answers", site=here)["received"] == 0


def test_complaints_are_counted_for_whoever_may_read_them() -> None:
    office.filed("complaint")
    reader = api.machine(Permission.READ_REQUESTS)
    assert row(officer(), "answers", "complaint")["received"] == 1
    assert row(reader, "answers", "complaint")["received"] == 0


def test_a_patient_reads_no_report() -> None:
    caller = api.patient()
    assert [caller.get(f"/reports/{one}").status_code for one in ("answers", "ageing", "late")] == [
        403, 403, 403,
    ]  # fmt: skip


# --- as CSV ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("report", ["answers", "ageing", "late"])
def test_a_spreadsheet_gets_the_same_numbers(report: str) -> None:
    a_month()
    caller = officer()
    answer = _csv(caller, report)
    assert answer["Content-Type"] == "text/csv"
    lines = list(csv.DictReader(io.StringIO(answer.content.decode())))
    rows = caller.get(f"/reports/{report}").json()["rows"]
    assert len(lines) == len(rows) > 0
    for line, one in zip(lines, rows, strict=True):
        for name, value in one.items():
            if not isinstance(value, dict | list):
                assert line[name] == ("" if value is None else str(value))


def test_an_empty_report_has_its_names() -> None:
    with clock.frozen(NOON - timedelta(days=1)):
        text = _csv(officer(), "late").content.decode()
    assert text.startswith("reference,kind,state,site,assigned_to,due_on,days_left,next_move")
    assert text.count("\r\n") == 1


def test_a_refusal_is_a_problem_document_whatever_was_accepted() -> None:
    answer = _csv(api.patient(), "late")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")


def _csv(caller: Caller, report: str) -> Any:
    headers = {"Authorization": f"Bearer {caller.token}", "Accept": "text/csv"}
    return Client().get(f"/api/v1/reports/{report}", headers=headers)
