"""Signing in on the pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from audit import clock, log
from privacy_portal import events
from privacy_portal.accounts import people, refusals
from privacy_portal.accounts.model_refusals import RefusalCount
from privacy_portal.accounts.model_sessions import Session
from privacy_portal.accounts.sessions import SECOND_STEP, SessionStore, digest
from tests.support.accounts import COMMAND, NOON, PASSWORD, Somebody, half_signed_in, signed_in

PATIENT = "demo.patient@example.org"


def sign_in(address: str, password: str = PASSWORD) -> tuple[Client, int]:
    browser = Client()
    answer = browser.post("/sign-in", {"login": address, "password": password})
    return browser, answer.status_code


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("ada.example@example.org", id="as recorded"),
        pytest.param("  ADA.Example@Example.org ", id="other case, blanks around"),
    ],
)
def test_staff_sign_in_with_their_work_address(ada: Somebody, typed: str) -> None:
    browser, status = sign_in(typed)

    assert status == 302
    assert b"You are signed in as Ada Example." in browser.get("/").content


def test_a_patient_signs_in_with_an_address_that_the_account_does_not_hold(db: None) -> None:
    user = people.create_patient(PATIENT, PASSWORD, actor=COMMAND, now=NOON)

    status = sign_in(PATIENT)[1]

    assert status == 302
    assert user.name == ""
    assert "demo" not in user.username
    session = Session.objects.get(account_id=user.pk)
    assert "demo" not in str(SessionStore().decode(session.session_data))


def test_a_sign_in_and_a_sign_out_are_entries_of_the_log(ada: Somebody) -> None:
    half_signed_in(ada).post("/sign-out")

    names = [one.entry.name for one in log.find(log.Facet.ACTOR, str(ada.user.pk)).entries]
    assert names == [events.SESSION_CLOSED, events.SESSION_OPENED]


def test_what_other_tests_begin_with_is_what_the_page_leaves_behind(ada: Somebody) -> None:
    """They open a session without the page (tests.support.accounts)."""
    with clock.frozen(NOON):
        by_page, without = half_signed_in(ada), signed_in(ada)

    assert _kept(without) == _kept(by_page) | {SECOND_STEP: True}
    opened = [one.entry for one in log.find(log.Facet.ACTOR, str(ada.user.pk)).entries]
    assert len(opened) == 2
    assert len({(one.name, one.actor, one.object, one.outcome) for one in opened}) == 1


def _kept(browser: Client) -> dict[str, Any]:
    kept = dict(browser.session.items())
    kept["account_authentication_methods"][0].pop("at")  # allauth's own clock
    return kept


def test_the_session_key_changes_at_sign_in(ada: Somebody) -> None:
    browser = Client()
    browser.get("/sign-in")
    session = browser.session
    session["planted"] = True
    session.save()
    planted = session.session_key

    browser.post("/sign-in", {"login": ada.address, "password": ada.password})

    assert browser.session.session_key != planted
    assert not Session.objects.filter(session_key=digest(planted)).exists()


def test_the_database_does_not_hold_the_key_the_browser_holds(ada: Somebody) -> None:
    key = signed_in(ada).cookies["session"].value

    assert list(Session.objects.values_list("session_key", flat=True)) == [digest(key)]


@pytest.mark.parametrize(
    ("address", "password"),
    [
        pytest.param("ada.example@example.org", "another password", id="wrong password"),
        pytest.param("nobody@example.org", PASSWORD, id="unknown address"),
    ],
)
def test_the_answer_does_not_tell_who_has_an_account(
    ada: Somebody, address: str, password: str
) -> None:
    answer = Client().post("/sign-in", {"login": address, "password": password})

    assert answer.status_code == 200
    assert b"The e-mail address and password do not belong together." in answer.content


@pytest.mark.parametrize("address", ["ada.example@example.org", "nobody@example.org", "switched"])
def test_a_password_is_hashed_once_whoever_is_named(
    ada: Somebody, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    for method in ("encode", "verify"):
        real = getattr(Argon2PasswordHasher, method)
        monkeypatch.setattr(
            Argon2PasswordHasher,
            method,
            lambda *a, real=real, **k: hashed.append("") or real(*a, **k),
        )

    sign_in(address, "another password")

    assert len(hashed) == 1


def test_a_switched_off_account_is_answered_as_if_it_were_unknown(ada: Somebody) -> None:
    browser = signed_in(ada)
    people.deactivate(ada.user, actor=COMMAND)

    assert sign_in(ada.address)[1] == 200
    assert browser.get("/password").status_code == 302


def test_refusals_are_one_entry_for_a_source_and_minute_without_what_was_typed(
    ada: Somebody,
) -> None:
    for _ in range(3):
        sign_in("secret-typed-name@example.org", "wrong")

    entries = log.find(log.Facet.NAME, events.CALLER_REFUSED).entries
    assert len(entries) == 1
    assert "secret-typed-name" not in repr(entries[0].entry)
    assert entries[0].entry.network.address == "127.0.0.1"
    assert {row.count for row in RefusalCount.objects.all()} == {3}


def test_the_sixth_try_for_a_name_is_not_even_checked(ada: Somebody) -> None:
    for _ in range(refusals.PER_NAME):
        sign_in(ada.address, "wrong")

    answer = Client().post("/sign-in", {"login": ada.address, "password": ada.password})

    assert b"There were too many attempts." in answer.content
    with clock.frozen(NOON + refusals.NAME_WINDOW + timedelta(minutes=1)):
        assert sign_in(ada.address)[1] == 302


def test_an_outside_address_to_return_to_is_not_followed(db: None) -> None:
    people.create_patient(PATIENT, PASSWORD, actor=COMMAND, now=NOON)
    body = {"login": PATIENT, "password": PASSWORD, "next": "https://elsewhere.example"}

    answer = Client().post("/sign-in", body)

    assert answer["Location"] == "/"
