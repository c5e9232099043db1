"""The second step of signing in: set up, shown, lost, taken away."""

import json
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from audit import clock, log
from privacy_portal import events
from privacy_portal.accounts import factors, mailed, people, refusals, tokens
from privacy_portal.accounts.actors import actor_for
from privacy_portal.accounts.model_factors import FactorSecret
from privacy_portal.accounts.sessions import SessionStore, digest
from requests_app.errors import NotPermitted
from requests_app.permissions import Role
from tests.support.accounts import (
    COMMAND,
    NOON,
    PASSWORD,
    Somebody,
    half_signed_in,
    signed_in,
    staff,
)
from tests.support.factors import App, SecurityKey, enrolled
from tests.support.pages import Visitor, expect_problem

PATIENT = Somebody(None, "demo.patient@example.org")  # type: ignore[arg-type]
HERE = "/account/second-step"


def visitor(somebody: Somebody) -> Visitor:
    return Visitor(half_signed_in(somebody))


def set_up_app(visitor: Visitor) -> App:
    """On the pages, as a person does it."""
    page = visitor.open(f"{HERE}/app")
    app = App(page.main.partition("asks for a key:")[2].partition("Are you")[0].strip())
    visitor.send(code=app.code())
    return app


def in_progress(somebody: Somebody) -> Visitor:
    """A browser after the password, before the second step."""
    visitor = Visitor(Client())
    visitor.open("/sign-in")
    visitor.send(login=somebody.address, password=somebody.password)
    assert visitor.path == "/sign-in/second-step", visitor.path
    return visitor


# --- first sign-in ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "path", ["/password", "/account", "/account/sessions", "/account/recovery-codes"]
)
def test_staff_without_a_second_step_reach_nothing_but_setting_it_up(
    ada: Somebody, path: str
) -> None:
    browser = half_signed_in(ada)

    assert browser.get(path)["Location"] == HERE
    answer = browser.get("/api/v1/users")
    assert answer.status_code == 403
    assert "second step" in answer.json()["detail"]


def test_the_first_sign_in_leads_to_setting_up_and_then_on(ada: Somebody) -> None:
    visitor = Visitor(Client())
    visitor.open("/sign-in")

    page = visitor.send(login=ada.address, password=ada.password)
    assert "Everybody who works here needs one." in page.main
    set_up_app(visitor)

    assert visitor.path == "/account/recovery-codes"
    assert len(factors.to_write_down(ada.user.pk)) == 10
    visitor.send()
    assert "You are signed in as Ada Example." in visitor.open("/").main
    assert visitor.open("/account").words["h1"] == "Your account"


def test_a_patient_is_asked_for_no_second_step(db: None) -> None:
    people.create_patient(PATIENT.address, PASSWORD, actor=COMMAND, now=NOON)

    assert half_signed_in(PATIENT).get("/account").status_code == 200


# --- an app ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        pytest.param("", "Enter the code that the app shows.", id="empty"),
        pytest.param("000000", "Enter the code that the app shows now. Check", id="another code"),
    ],
)
def test_an_app_is_set_up_by_its_first_code_only(ada: Somebody, typed: str, sentence: str) -> None:
    somewhere = visitor(ada)
    somewhere.open(f"{HERE}/app")

    expect_problem(somewhere.send(code=typed), "id_code", sentence)
    assert not factors.enrolled(ada.user.pk)


def test_the_secret_stands_nowhere_in_the_clear(ada: Somebody) -> None:
    somewhere = visitor(ada)
    page = somewhere.open(f"{HERE}/app")
    secret = page.main.partition("asks for a key:")[2].partition("Are you")[0].replace(" ", "")
    key = somewhere.browser.cookies["session"].value
    held = SessionStore(key).load()
    somewhere.send(code=App(secret).code())

    row = FactorSecret.objects.values_list("secret", flat=True)
    assert secret not in json.dumps(held)
    assert secret not in json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert all(secret.encode() not in bytes(one.content) for one in row)


def test_after_the_password_the_code_of_the_app_opens_the_session(ada: Somebody) -> None:
    app = enrolled(ada)
    somewhere = in_progress(ada)
    assert somewhere.browser.get("/account")["Location"].startswith("/sign-in")

    somewhere = in_progress(ada)
    somewhere.send(code=app.code())

    assert somewhere.open("/account").words["h1"] == "Your account"


@pytest.mark.parametrize(
    ("offset", "opens"),
    [
        pytest.param(-2, False, id="a minute old"),
        pytest.param(-1, True, id="a slow clock"),
        pytest.param(0, True, id="now"),
        pytest.param(1, True, id="a fast clock"),
        pytest.param(2, False, id="of the next minute"),
    ],
)
def test_a_code_opens_for_half_a_minute_and_a_step_around(
    ada: Somebody, offset: int, opens: bool
) -> None:
    code = enrolled(ada).code(steps_from_now=offset)

    assert factors.accepts(ada.user, code, source="192.0.2.1", now=NOON) is opens


def test_a_code_opens_once_and_no_earlier_one_after_it(ada: Somebody) -> None:
    app = enrolled(ada)

    def accepts(code: str) -> bool:
        return factors.accepts(ada.user, code, source="192.0.2.1", now=NOON)

    assert accepts(app.code())
    assert not accepts(app.code())
    assert not accepts(app.code(steps_from_now=-1))


def test_a_wrong_code_says_what_to_do_and_the_sixth_is_not_tried(ada: Somebody) -> None:
    app = enrolled(ada)
    somewhere = in_progress(ada)

    for _ in range(refusals.PER_NAME):
        expect_problem(
            somewhere.send(code="000000"), "id_code", "Enter the code that the app shows now"
        )
    page = somewhere.send(code=app.code())

    expect_problem(page, "id_code", "There were too many attempts.")


def test_another_persons_code_opens_nothing(ada: Somebody) -> None:
    bert = staff(name="Bert Example")
    enrolled(ada)

    assert not factors.accepts(ada.user, enrolled(bert).code(), source="192.0.2.1", now=NOON)


# --- recovery codes --------------------------------------------------------------------------------
def test_a_recovery_code_stands_in_once(ada: Somebody) -> None:
    enrolled(ada)
    code = factors.to_write_down(ada.user.pk)[3]
    somewhere = in_progress(ada)

    somewhere.send(code=f"{code[:4]} {code[4:]}")

    assert somewhere.open("/account").words["h1"] == "Your account"
    assert factors.unused(ada.user.pk) == 9
    expect_problem(in_progress(ada).send(code=code), "id_code", "a recovery code not used before")


def test_recovery_codes_are_shown_until_their_owner_has_kept_them(ada: Somebody) -> None:
    enrolled(ada)
    somewhere = Visitor(signed_in_with(ada))
    code = factors.to_write_down(ada.user.pk)[0]

    assert code in somewhere.open("/account/recovery-codes").main
    somewhere.send()
    assert code not in somewhere.open("/account/recovery-codes").main


def test_new_recovery_codes_end_the_former(ada: Somebody) -> None:
    enrolled(ada)
    code = factors.to_write_down(ada.user.pk)[0]
    factors.written_down(ada.user.pk)
    somewhere = Visitor(signed_in_with(ada))
    somewhere.open("/account/recovery-codes")

    page = somewhere.send("/account/recovery-codes/new")

    assert code not in page.main
    assert not factors.accepts(ada.user, code, source="192.0.2.1", now=NOON)


def signed_in_with(somebody: Somebody) -> Client:
    """After password and recovery code."""
    somewhere = in_progress(somebody)
    codes = factors.recovery(somebody.user.pk)
    assert codes is not None
    somewhere.send(code=codes.get_unused_codes()[-1])
    return somewhere.browser


# --- passkeys --------------------------------------------------------------------------------------
@pytest.fixture
def key(settings: Any) -> SecurityKey:
    settings.PUBLIC_ORIGIN = "https://portal.example.org"
    return SecurityKey("https://portal.example.org", "portal.example.org")


def options(visitor: Visitor) -> dict[str, Any]:
    assert visitor.page is not None
    asked = next(one for one in visitor.page.all("form") if "data-options" in one)
    return dict(json.loads(asked["data-options"]))


def test_a_passkey_is_made_and_signs_in(ada: Somebody, key: SecurityKey) -> None:
    somewhere = visitor(ada)
    somewhere.open(f"{HERE}/passkey")
    made = key.make(options(somewhere))
    somewhere.browser.post(f"{HERE}/passkey", {"credential": made})
    assert [one.kind for one in factors.of(ada.user.pk)] == ["webauthn"]

    later = in_progress(ada)
    answer = later.browser.post("/sign-in/second-step", {"credential": key.sign(options(later))})

    assert answer.status_code == 302
    assert later.open("/account").words["h1"] == "Your account"


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"origin": "https://elsewhere.example"}, id="made for another site"),
        pytest.param({"host": "elsewhere.example"}, id="bound to another name"),
        pytest.param({"id": b"0" * 32}, id="unknown key"),
    ],
)
def test_a_signature_that_is_not_for_here_opens_nothing(
    ada: Somebody, key: SecurityKey, wrong: dict[str, Any]
) -> None:
    somewhere = visitor(ada)
    somewhere.open(f"{HERE}/passkey")
    somewhere.browser.post(f"{HERE}/passkey", {"credential": key.make(options(somewhere))})
    later = in_progress(ada)
    for name, value in wrong.items():
        setattr(key, name, value)

    answer = later.browser.post("/sign-in/second-step", {"credential": key.sign(options(later))})

    assert b"The passkey did not answer." in answer.content
    assert later.browser.get("/account").status_code == 302


@pytest.mark.parametrize("sent", ["", "none", "{}", "[]", '{"id": 1}'])
def test_what_is_no_passkey_is_refused(ada: Somebody, key: SecurityKey, sent: str) -> None:
    somewhere = visitor(ada)
    somewhere.open(f"{HERE}/passkey")

    answer = somewhere.browser.post(f"{HERE}/passkey", {"credential": sent})

    assert b"The passkey was not made." in answer.content
    assert not factors.enrolled(ada.user.pk)


def test_a_bare_address_offers_no_passkey(ada: Somebody) -> None:
    somewhere = visitor(ada)

    assert "passkey" not in somewhere.open(HERE).main
    assert "bare network address" in somewhere.open(f"{HERE}/passkey").main


# --- changing and losing it ------------------------------------------------------------------------
def test_changing_it_later_asks_for_the_password_again(ada: Somebody) -> None:
    enrolled(ada)
    browser = signed_in_with(ada)
    later = NOON + timedelta(minutes=11)
    with clock.frozen(later):
        assert browser.get(f"{HERE}/app")["Location"].startswith("/account/confirm")
        somewhere = Visitor(browser)
        somewhere.open("/account/confirm")
        expect_problem(somewhere.send(password="wrong"), "id_password", "the password you use now")
        somewhere.send(password=PASSWORD)
        assert somewhere.open(f"{HERE}/app").words["h1"] == "Set up an authenticator app"


def test_staff_cannot_remove_their_only_one(ada: Somebody) -> None:
    enrolled(ada)
    somewhere = Visitor(signed_in_with(ada))
    (held,) = factors.of(ada.user.pk)

    page = somewhere.open(f"{HERE}/{held.id}/remove")
    somewhere.browser.post(f"{HERE}/{held.id}/remove")

    assert page.words["h1"] == "Set up another one first"
    assert factors.enrolled(ada.user.pk)


def test_a_patient_removes_it_and_the_recovery_codes_go_with_it(db: None) -> None:
    user = people.create_patient(PATIENT.address, PASSWORD, actor=COMMAND, now=NOON)
    somebody = Somebody(user, PATIENT.address)
    enrolled(somebody)
    somewhere = Visitor(signed_in_with(somebody))
    (held,) = factors.of(user.pk)

    somewhere.open(f"{HERE}/{held.id}/remove")
    somewhere.send()

    assert not Authenticator.objects.filter(user=user).exists()


def test_another_persons_cannot_be_removed(ada: Somebody) -> None:
    bert = staff(name="Bert Example")
    enrolled(ada)
    enrolled(bert)
    (held,) = factors.of(bert.user.pk)

    signed_in_with(ada).post(f"{HERE}/{held.id}/remove")

    assert factors.enrolled(bert.user.pk)


def test_an_administrator_takes_a_lost_one_away_and_ends_what_was_open(ada: Somebody) -> None:
    enrolled(ada)
    browser = signed_in_with(ada)
    made = tokens.make_for_person(ada.user, now=NOON)
    administrator = actor_for(staff(Role.ADMINISTRATOR, name="Adam Example").user, via="session")

    with pytest.raises(NotPermitted):
        factors.reset(ada.user, actor=actor_for(staff(name="Bert Example").user, via="session"))
    factors.reset(ada.user, actor=administrator)

    assert not factors.enrolled(ada.user.pk)
    assert browser.get("/account").status_code == 302
    assert tokens.authenticate(made.text, now=NOON) is None
    names = [one.entry.name for one in log.find(log.Facet.ACTOR, administrator.id).entries]
    assert names == [events.FACTORS_RESET, events.FACTOR_REMOVED, events.FACTOR_REMOVED]


def test_secrets_without_a_factor_are_forgotten_and_those_in_use_stay(ada: Somebody) -> None:
    enrolled(ada)
    abandoned = factors.begin_app()

    assert factors.forget_orphans(NOON + timedelta(hours=23)) == 0
    assert factors.forget_orphans(NOON + timedelta(hours=25)) == 1
    assert not factors.is_kept(abandoned)
    assert factors.unused(ada.user.pk) == 10


# --- the API ---------------------------------------------------------------------------------------
def ask_for_token(somebody: Somebody, **more: str) -> Any:
    body = {"address": somebody.address, "password": somebody.password} | more
    return Client().post("/api/v1/sign-in", body, content_type="application/json")


def test_a_token_for_staff_needs_the_second_step_as_well(ada: Somebody) -> None:
    assert ask_for_token(ada).status_code == 403
    app = enrolled(ada)

    assert ask_for_token(ada).json()["errors"][0]["pointer"] == "/code"
    assert ask_for_token(ada, code="000000").status_code == 401
    assert ask_for_token(ada, code=app.code()).status_code == 200


def test_only_a_demo_gives_staff_a_token_without_it(ada: Somebody, settings: Any) -> None:
    settings.DEMO = True

    assert ask_for_token(ada).status_code == 200


def test_a_mailed_code_does_not_stand_in_for_it(ada: Somebody) -> None:
    enrolled(ada)
    somewhere = Visitor(Client())
    somewhere.open("/sign-in/code")
    somewhere.send(address=ada.address)
    code = _mailed(somewhere)

    somewhere.send(code=code)

    assert somewhere.path == "/sign-in/second-step"


def _mailed(visitor: Visitor) -> str:
    row = mailed.MailedCode.objects.latest("made_at")
    assert row.letter is not None
    return row.letter.code


def test_the_challenge_is_for_whoever_began_to_sign_in(ada: Somebody) -> None:
    assert Client().get("/sign-in/second-step")["Location"] == "/sign-in"
    assert signed_in(ada).get("/sign-in/second-step").status_code == 302
    assert digest("x")
