"""Sessions end by themselves, and all at once when they must."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from audit import clock, log
from privacy_portal import events
from privacy_portal.accounts import sessions
from privacy_portal.accounts.model_sessions import Session
from privacy_portal.accounts.sessions import digest
from tests.support.accounts import NOON, PASSWORD, Somebody, half_signed_in, signed_in, staff
from tests.support.pages import Visitor

MINUTE = timedelta(minutes=1)
CLOSED = "/password"  # any page that is closed to those who are not signed in


def at(instant: datetime, browser: Client) -> int:
    with clock.frozen(instant):
        return browser.get(CLOSED).status_code


@pytest.mark.parametrize(
    ("minutes", "status"),
    [
        pytest.param(15, 200, id="15 minutes: still in"),
        pytest.param(16, 302, id="16 minutes: ended"),
    ],
)
def test_a_session_ends_after_15_idle_minutes(ada: Somebody, minutes: int, status: int) -> None:
    assert at(NOON + minutes * MINUTE, signed_in(ada)) == status


def test_activity_keeps_a_session_alive_up_to_its_longest_life(ada: Somebody) -> None:
    browser = signed_in(ada)
    for minutes in range(10, 12 * 60, 10):
        assert at(NOON + minutes * MINUTE, browser) == 200

    assert at(NOON + (12 * 60 + 1) * MINUTE, browser) == 302


def test_a_timeout_is_an_entry_and_the_sign_in_page_says_why(ada: Somebody) -> None:
    browser = signed_in(ada)
    with clock.frozen(NOON + 16 * MINUTE):
        answer = browser.get(CLOSED)

    assert answer["Location"] == "/sign-in?next=%2Fpassword&ended=idle"
    newest = log.find(log.Facet.ACTOR, str(ada.user.pk)).entries[0]
    assert newest.entry.name == events.SESSION_TIMED_OUT
    assert not Session.objects.filter(account_id=ada.user.pk).exists()


def test_activity_is_written_at_most_once_a_minute(ada: Somebody) -> None:
    browser = signed_in(ada)

    seen = []
    for seconds in (10, 59, 60, 61):
        at(NOON + timedelta(seconds=seconds), browser)
        seen.append((Session.objects.get().last_seen - NOON).seconds)

    assert seen == [0, 0, 60, 60]


def test_a_changed_password_ends_every_session_of_its_owner_and_nobody_elses(
    ada: Somebody,
) -> None:
    here, elsewhere = signed_in(ada), signed_in(ada)
    bystander = signed_in(staff(name="Bo Example"))
    words = {
        "oldpassword": PASSWORD,
        "password1": "five other plain words",
        "password2": "five other plain words",
    }

    answer = here.post("/password", words)

    assert answer["Location"] == "/password-changed"
    assert not Session.objects.filter(account_id=ada.user.pk).exists()
    assert here.get(CLOSED).status_code == 302
    assert elsewhere.get(CLOSED).status_code == 302
    assert bystander.get(CLOSED).status_code == 200


def test_the_sweep_ends_what_nobody_came_back_to_once(ada: Somebody) -> None:
    signed_in(ada)

    with clock.frozen(NOON + 16 * MINUTE):
        ended = [sessions.end_idle(clock.now()), sessions.end_idle(clock.now())]

    assert ended == [1, 0]
    named = log.find(log.Facet.NAME, events.SESSION_TIMED_OUT).entries
    assert [one.entry.object.id for one in named] == [str(ada.user.pk)]


def test_the_cookie_is_kept_from_scripts_and_other_sites(ada: Somebody) -> None:
    cookie = half_signed_in(ada).cookies["session"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_one_sees_ones_sessions_and_ends_the_others(ada: Somebody) -> None:
    here, other = Visitor(signed_in(ada)), signed_in(ada)
    bert = signed_in(staff(name="Bert Example"))

    page = here.open("/account/sessions")
    assert len(page.nodes("tr")) == 3
    assert "This one" in page.main
    page = here.send("/account/sessions/end", session=digest(other.cookies["session"].value))

    assert len(page.nodes("tr")) == 2
    assert other.get("/account").status_code == 302
    names = [one.entry.name for one in log.find(log.Facet.ACTOR, str(ada.user.pk)).entries]
    assert names[0] == events.SESSION_ENDED
    here.browser.post("/account/sessions/end", {"session": digest(bert.cookies["session"].value)})
    assert bert.get("/account").status_code == 200


def test_all_others_end_at_once_and_ones_own_stays(ada: Somebody) -> None:
    here, others = signed_in(ada), [signed_in(ada), signed_in(ada)]

    here.post("/account/sessions/end")

    assert [one.get("/account").status_code for one in (here, *others)] == [200, 302, 302]
