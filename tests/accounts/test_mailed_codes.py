"""Codes by e-mail: signing up, signing in; and what neither tells about who has an account."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit import clock
from privacy_portal.accounts import addresses, mailed, people, refusals, tokens
from privacy_portal.accounts.model_factors import MailedCode, Purpose
from privacy_portal.accounts.model_tokens import ApiToken
from privacy_portal.accounts.model_users import User
from privacy_portal.accounts.sessions import SessionStore
from privacy_portal.mail import codes
from tests.support.accounts import COMMAND, NOON, PASSWORD, Somebody, half_signed_in
from tests.support.pages import Visitor, expect_problem

PATIENT = "demo.patient@example.org"
NOBODY = "nobody@example.org"
NEW_PASSWORD = "five other plain words"


@pytest.fixture
def patient(db: None) -> User:
    return people.create_patient(PATIENT, PASSWORD, actor=COMMAND, now=NOON)


def ask(path: str, **typed: str) -> Visitor:
    somewhere = Visitor(Client())
    somewhere.open(path)
    somewhere.send(**typed)
    return somewhere


def row() -> MailedCode:
    return MailedCode.objects.latest("made_at", "id")


def code() -> str:
    letter = row().letter
    assert letter is not None
    return letter.code


# --- signing in ------------------------------------------------------------------------------------
def test_a_code_from_the_message_signs_in_without_the_password(
    patient: User, post: list[Any]
) -> None:
    somewhere = ask("/sign-in/code", address=" Demo.Patient@example.org ")
    assert codes.drain(seconds=5) == 1

    (message,) = post
    assert message.to == [PATIENT]
    typed = message.body.partition("Your code: ")[2].split()[0]
    somewhere.send(code=typed.lower())

    assert somewhere.open("/account").words["h1"] == "Your account"
    assert typed.replace("-", "") not in message.subject


def test_the_pages_are_the_same_for_an_address_nobody_has(patient: User, post: list[Any]) -> None:
    known, unknown = (ask("/sign-in/code", address=one) for one in (PATIENT, NOBODY))

    assert (known.path, known.page and known.page.main) == (
        unknown.path,
        unknown.page and unknown.page.main,
    )
    assert codes.drain(seconds=5) == 1
    assert [one.to for one in post] == [[PATIENT]]
    assert MailedCode.objects.filter(sent_at=None).count() == 0


def test_neither_takes_more_statements(patient: User) -> None:
    def statements(address: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            mailed.ask_to_sign_in(address, source="192.0.2.1", now=NOON)
        return len(seen)

    statements("first@example.org")  # reads keys
    assert statements(PATIENT) == statements(NOBODY)


@pytest.mark.parametrize(
    ("minutes", "tries", "opens"),
    [
        pytest.param(0, 0, True, id="at once"),
        pytest.param(14, 4, True, id="at the last moment, after four wrong ones"),
        pytest.param(15, 0, False, id="a quarter of an hour later"),
        pytest.param(0, 5, False, id="after five wrong ones"),
    ],
)
def test_how_long_and_how_often_a_code_may_be_typed(
    patient: User, minutes: int, tries: int, opens: bool
) -> None:
    made = mailed.ask_to_sign_in(PATIENT, source="192.0.2.1", now=NOON)
    later = NOON + timedelta(minutes=minutes)
    with clock.frozen(later):
        for n in range(tries):
            source = f"192.0.2.{n}"
            assert mailed.enter(made, "WRONGONE", Purpose.SIGN_IN, source=source, now=later) is None
        MailedCode.objects.filter(pk=made).update(tries=tries)
        refusals.RefusalCount.objects.all().delete()
        found = mailed.enter(made, code(), Purpose.SIGN_IN, source="192.0.2.9", now=later)

    assert (found == patient) is opens


def test_a_code_opens_once_and_for_its_own_purpose_only(patient: User) -> None:
    made = mailed.ask_to_sign_in(PATIENT, source="192.0.2.1", now=NOON)

    def enter(purpose: Purpose) -> User | None:
        return mailed.enter(made, code(), purpose, source="192.0.2.1", now=NOON)

    assert enter(Purpose.SIGN_UP) is None
    assert enter(Purpose.SIGN_IN) == patient
    assert enter(Purpose.SIGN_IN) is None


def test_a_code_opens_only_in_the_browser_that_asked(patient: User) -> None:
    ask("/sign-in/code", address=PATIENT)
    other = Visitor(Client())

    assert other.open("/sign-in/code/enter").words["h1"] == "Get a code by e-mail"


def test_a_switched_off_account_gets_no_message_and_its_code_opens_nothing(
    patient: User, post: list[Any]
) -> None:
    before = mailed.ask_to_sign_in(PATIENT, source="192.0.2.1", now=NOON)
    known = code()
    people.deactivate(patient, actor=COMMAND)
    ask("/sign-in/code", address=PATIENT)

    assert mailed.enter(before, known, Purpose.SIGN_IN, source="192.0.2.1", now=NOON) is None
    codes.drain(seconds=5)
    assert len(post) == 1


def test_so_many_codes_are_sent_to_one_address_and_no_more(patient: User) -> None:
    for n in range(mailed.PER_ADDRESS):
        mailed.ask_to_sign_in(PATIENT, source=f"192.0.2.{n}", now=NOON)

    page = ask("/sign-in/code", address=PATIENT).page

    assert page is not None
    expect_problem(page, "id_address", "There were too many attempts.")


# --- signing up ------------------------------------------------------------------------------------
def test_an_account_is_made_once_its_address_is_shown_to_be_ones_own(
    db: None, post: list[Any]
) -> None:
    somewhere = ask("/sign-up", address=PATIENT, password=NEW_PASSWORD)
    assert addresses.find(PATIENT) is None
    codes.drain(seconds=5)
    typed = post[0].body.partition("Your code: ")[2].split()[0]

    somewhere.send(code=typed)

    user = addresses.find(PATIENT)
    assert user is not None
    assert (user.name, user.check_password(NEW_PASSWORD)) == ("", True)
    assert [grant.role for grant in user.grants.all()] == ["patient"]
    assert somewhere.open("/account").words["h1"] == "Your account"


def test_an_address_that_is_taken_is_told_to_its_owner_alone(
    patient: User, post: list[Any]
) -> None:
    taken = ask("/sign-up", address=PATIENT, password=NEW_PASSWORD)
    free = ask("/sign-up", address=NOBODY, password=NEW_PASSWORD)
    codes.drain(seconds=5)

    assert (taken.path, taken.page and taken.page.main) == (free.path, free.page and free.page.main)
    told = {message.to[0]: message.body for message in post}
    assert "It has one already." in told[PATIENT]
    assert "Your code" not in told[PATIENT]
    assert half_signed_in(Somebody(patient, PATIENT)).get("/account").status_code == 200


def test_the_code_of_a_taken_address_makes_nothing(patient: User) -> None:
    somewhere = ask("/sign-up", address=PATIENT, password=NEW_PASSWORD)

    page = somewhere.send(code=code())

    expect_problem(page, "id_code", "Enter the code from the newest message.")
    patient.refresh_from_db()
    assert patient.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        pytest.param({"password": NEW_PASSWORD}, "id_address", "Enter your e-mail", id="no address"),
        pytest.param({"address": PATIENT}, "id_password", "Enter a password.", id="no password"),
        pytest.param(
            {"address": "demo", "password": NEW_PASSWORD},
            "id_address", "Enter an e-mail address, like name@example.org.", id="none at all",
        ),
        pytest.param(
            {"address": PATIENT, "password": "short"}, "id_password", "at least 12", id="too short"
        ),
    ],
)  # fmt: skip
def test_what_to_put_right_is_said(
    db: None, typed: dict[str, str], field: str, sentence: str
) -> None:
    page = ask("/sign-up", **typed).page

    assert page is not None
    expect_problem(page, field, sentence)
    assert not MailedCode.objects.exists()


# --- what is kept ----------------------------------------------------------------------------------
def test_address_and_code_are_sealed_and_the_session_holds_neither(patient: User) -> None:
    somewhere = ask("/sign-in/code", address=PATIENT)

    held = MailedCode.objects.values_list("letter", flat=True)[0].content
    session = str(SessionStore(somewhere.browser.cookies["session"].value).load())
    assert PATIENT.encode() not in held
    assert PATIENT not in session
    assert code() not in session


def test_codes_are_forgotten_a_day_after_they_end(patient: User) -> None:
    mailed.ask_to_sign_in(PATIENT, source="192.0.2.1", now=NOON)
    end = NOON + mailed.LIFETIME + mailed.KEPT

    assert mailed.forget(end) == 0
    assert mailed.forget(end + timedelta(seconds=1)) == 1


def test_what_the_mail_server_refuses_is_tried_again(
    patient: User, post: list[Any], settings: Any
) -> None:
    made = mailed.ask_to_sign_in(PATIENT, source="192.0.2.1", now=NOON)
    settings.EMAIL_BACKEND = "privacy_portal.mail.unset.EmailBackend"
    assert codes.drain(seconds=5) == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    assert codes.drain(seconds=5) == 0, "claimed for a minute"
    with clock.frozen(NOON + codes.LEASE):
        assert codes.drain(seconds=5) == 1
    assert MailedCode.objects.get(pk=made).sendings == 2


def test_peoples_tokens_are_forgotten_a_month_after_their_end(patient: User) -> None:
    made = tokens.make_for_person(patient, now=NOON)
    machine = people.create_machine("Example Client", actor=COMMAND, now=NOON)
    kept = tokens.make_for_machine(
        machine,
        ["ask_check"],
        label="",
        expires_at=NOON + timedelta(days=1),
        actor=COMMAND,
        now=NOON,
    )
    end = made.row.expires_at + tokens.KEPT

    assert tokens.forget(end) == 0
    assert tokens.forget(end + timedelta(days=400)) == 1
    assert ApiToken.objects.get().pk == kept.row.pk
    with pytest.raises(IntegrityError, match="is kept"), transaction.atomic():
        ApiToken.objects.filter(pk=UUID(str(kept.row.pk))).delete()
