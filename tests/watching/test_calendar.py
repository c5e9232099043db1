"""The calendar feed: whose, of what, until when, and in the form RFC 5545 gives it."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from icalendar import Calendar

from audit import clock, log
from audit.log import Facet
from privacy_portal import events
from privacy_portal.accounts import people
from privacy_portal.accounts.model_feeds import CalendarFeed
from requests_app.permissions import Permission, Role
from tests.support import api, office
from tests.support.accounts import COMMAND
from tests.support.api import Caller
from tests.support.office import NOON, Office, act, do

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clinic(db: None) -> Iterator[Office]:
    with clock.frozen(NOON):
        yield office.set_up()


@pytest.fixture
def officer(clinic: Office) -> Caller:
    return api.staff(Role.PRIVACY_OFFICER)


def made(caller: Caller) -> str:
    """The path of a new feed."""
    answer = caller.post("/me/calendar")
    assert answer.status_code == 201, answer.content
    url: str = answer.json()["url"]
    return "/calendar/" + url.rpartition("/calendar/")[2]


def asked(path: str, **headers: str) -> Any:
    return Client().get(path, headers=headers)


def entries(path: str) -> dict[str, date]:
    """Summary → day, as a calendar program reads it back."""
    parsed = Calendar.from_ical(asked(path).content)
    return {str(one["summary"]): one["dtstart"].dt for one in parsed.walk("VEVENT")}


# --- what it holds -----------------------------------------------------------------------------------
def test_open_requests_stand_on_their_due_day(officer: Caller) -> None:
    first, second = office.filed(), office.filed("accounting")
    do(office.filed(), "deny")
    path = made(officer)

    assert entries(path) == {
        f"Due: {first.reference}": date(2026, 4, 1),
        f"Due: {second.reference}": date(2026, 5, 1),
    }
    act(first, "extend", office.INPUT["extend"])
    assert entries(path)[f"Due: {first.reference}"] == date(2026, 4, 20)
    do(first, "deny")
    assert set(entries(path)) == {f"Due: {second.reference}"}


def test_nothing_stands_there_but_references_days_and_the_front_page(
    officer: Caller, settings: Any
) -> None:
    request = office.filed()
    text = asked(made(officer)).content.decode()
    for known in (request.reference, settings.PUBLIC_ORIGIN):
        text = text.replace(known, "")
    assert set(text.split("\r\n")) == {
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//privacy portal//due days//EN",
        "CALSCALE:GREGORIAN", "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-WR-CALNAME:Privacy office: due days", "BEGIN:VEVENT", "SUMMARY:Due: ",
        "DTSTART;VALUE=DATE:20260401", "DTSTAMP:20260302T170000Z",
        f"UID:@{settings.LOG_ORIGIN.partition('/')[0]}", "SEQUENCE:1", "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT", "URL:/", "END:VEVENT", "END:VCALENDAR", "",
    }  # fmt: skip


def test_it_is_what_rfc_5545_asks_for(officer: Caller) -> None:
    for _ in range(3):
        office.filed()
    answer = asked(made(officer))
    content = answer.content
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    parsed = Calendar.from_ical(content)
    assert not parsed.errors
    events_ = parsed.walk("VEVENT")
    assert len({str(one["uid"]) for one in events_}) == 3
    for one in events_:
        assert not one.errors
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY"} <= set(one)
    assert parsed.to_ical() == content


# --- asked again -------------------------------------------------------------------------------------
def test_the_same_bytes_until_something_changes(officer: Caller) -> None:
    request, path = office.filed(), made(officer)
    first = asked(path)
    with clock.frozen(NOON + timedelta(hours=3)):
        again = asked(path, **{"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        do(request, "ask", now=NOON + timedelta(hours=2))
        changed = asked(path, **{"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


# --- whose it is -------------------------------------------------------------------------------------
def test_it_shows_what_its_owner_may_see_now(clinic: Office) -> None:
    office.filed()
    elsewhere = api.staff(Role.PRIVACY_OFFICER, name="Oscar Officer", site=api.other_site().pk)
    assert entries(made(elsewhere)) == {}


def test_a_complaint_about_its_owner_is_not_in_it(officer: Caller) -> None:
    """Complaints have no legal due day; this holds whatever day one is given."""
    path = made(officer)
    office.filed("complaint")
    assert entries(path) == {}


@pytest.mark.parametrize(
    "how",
    [
        pytest.param("ended", id="it is ended"),
        pytest.param("another", id="another is made"),
        pytest.param("switched off", id="the account is switched off"),
        pytest.param("password", id="the password is changed"),
        pytest.param("role", id="the role is over"),
        pytest.param("never", id="nobody made it"),
    ],
)
def test_an_address_that_no_longer_opens_is_not_there(officer: Caller, how: str) -> None:
    office.filed()
    path = made(officer)
    assert asked(path).status_code == 200
    if how == "ended":
        assert officer.post("/me/calendar/end", key=None).status_code == 200
    elif how == "another":
        made(officer)
    elif how == "switched off":
        people.deactivate(officer.user, actor=COMMAND)
    elif how == "password":
        people.set_password(officer.user, "five plain words put together", actor=COMMAND)
    elif how == "never":
        path = "/calendar/x.ics"
    later = NOON + timedelta(days=400 if how == "role" else 0)
    with clock.frozen(later):
        answer = asked(path)
    assert (answer.status_code, answer.content) == (404, b"")


def test_the_address_is_shown_once_and_only_its_digest_kept(officer: Caller) -> None:
    key = str(uuid4())
    first = officer.post("/me/calendar", key=key).json()
    again = officer.post("/me/calendar", key=key).json()
    assert first["url"].endswith(".ics")
    assert again["url"] is None
    secret = first["url"].rpartition("/")[2].removesuffix(".ics")
    (row,) = CalendarFeed.objects.all()
    assert len(secret) == 43
    assert secret.encode() not in bytes(row.digest)
    assert officer.get("/me/calendar").json() == {"made_at": NOON.isoformat(), "last_used": None}


def test_making_and_ending_it_are_entries_and_asking_is_none(officer: Caller) -> None:
    path = made(officer)
    asked(path)
    for _ in range(2):
        officer.post("/me/calendar/end", key=None)
    counts = [
        len(log.find(Facet.NAME, name).entries) for name in (events.FEED_MADE, events.FEED_ENDED)
    ]
    assert counts == [1, 1]
    assert officer.get("/me/calendar").json() == {"made_at": None, "last_used": None}


def test_machines_and_patients_have_none() -> None:
    for caller in (api.machine(Permission.READ_REQUESTS), api.patient()):
        assert caller.post("/me/calendar").status_code == 403


def test_the_secret_is_in_no_line_of_the_log(
    officer: Caller, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    path = made(officer)
    asked(path)
    secret = path.rpartition("/")[2].removesuffix(".ics")
    assert secret not in capsys.readouterr().err + caplog.text
