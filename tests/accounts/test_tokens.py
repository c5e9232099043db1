"""Bearer tokens of people and machine clients."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from audit import clock, log
from privacy_portal import events
from privacy_portal.accounts import factors, people, tokens
from privacy_portal.accounts.model_tokens import ApiToken
from privacy_portal.api.authentication import TokenAuthentication
from requests_app.errors import BadInput
from requests_app.permissions import Permission, Role, may
from tests.support.accounts import COMMAND, NOON, Somebody, give
from tests.support.factors import enrolled, recovery_code

JSON = "application/json"
MINUTE = timedelta(minutes=1)


def sign_in(body: Any) -> Any:
    return Client().post("/api/v1/sign-in", body, content_type=JSON)


def token_of(somebody: Somebody) -> str:
    if not factors.enrolled(somebody.user.pk):
        enrolled(somebody)
    body = {"address": somebody.address, "password": somebody.password}
    answer = sign_in(body | {"code": recovery_code(somebody)})
    assert answer.status_code == 200, answer.content
    return str(answer.json()["token"])


def sign_out(token: str) -> Any:
    return Client().post("/api/v1/sign-out", headers={"Authorization": f"Bearer {token}"})


def opens(token: str, now: datetime) -> bool:
    return tokens.authenticate(token, now=now) is not None


def machine_token(**other: Any) -> tokens.Made:
    user = people.create_machine("Scanner Example", actor=COMMAND, now=NOON)
    wanted: dict[str, Any] = {
        "scopes": [Permission.FILE_FOR_OTHERS.value],
        "label": "scanner",
        "expires_at": NOON + timedelta(days=30),
    }
    return tokens.make_for_machine(user, **(wanted | other), actor=COMMAND, now=NOON)


def test_a_person_gets_a_token_that_speaks_for_their_roles(ada: Somebody) -> None:
    give(ada.user, Role.PRIVACY_OFFICER)

    found = tokens.authenticate(token_of(ada), now=NOON)

    assert found is not None
    actor = found[1]
    assert (actor.id, actor.via, actor.scopes) == (str(ada.user.pk), "token", None)
    assert may(actor, Permission.DECIDE)


def test_a_token_is_looked_up_with_one_query(ada: Somebody, django_assert_num_queries: Any) -> None:
    token = token_of(ada)

    with django_assert_num_queries(1):
        assert opens(token, NOON)


def test_only_the_digest_is_kept(ada: Somebody) -> None:
    token = token_of(ada)

    row = ApiToken.objects.get()
    assert token.encode() not in bytes(row.digest)
    assert len(bytes(row.digest)) == 32


@pytest.mark.parametrize(
    ("used_at", "asked_at", "opened"),
    [
        pytest.param([], 15, True, id="15 minutes unused"),
        pytest.param([], 16, False, id="16 minutes unused"),
        pytest.param([10, 20, 30, 40, 50], 59, True, id="used, 59 minutes old"),
        pytest.param([10, 20, 30, 40, 50], 60, False, id="used, 60 minutes old"),
    ],
)
def test_a_persons_token_ends(
    ada: Somebody, used_at: list[int], asked_at: int, opened: bool
) -> None:
    token = token_of(ada)
    for minutes in used_at:
        assert opens(token, NOON + minutes * MINUTE)

    assert opens(token, NOON + asked_at * MINUTE) is opened


def test_use_is_written_at_most_once_a_minute(ada: Somebody) -> None:
    token = token_of(ada)

    noted = []
    for seconds in (59, 60, 61):
        opens(token, NOON + timedelta(seconds=seconds))
        noted.append((ApiToken.objects.get().last_used - NOON).seconds)

    assert noted == [0, 60, 60]


def test_signing_out_ends_the_token(ada: Somebody) -> None:
    token = token_of(ada)

    assert sign_out(token).status_code == 204
    assert sign_out(token).status_code == 401
    names = [one.entry.name for one in log.find(log.Facet.ACTOR, str(ada.user.pk)).entries]
    assert names[:2] == [events.TOKEN_ENDED, events.TOKEN_MADE]


def test_a_changed_password_ends_tokens_too(ada: Somebody) -> None:
    token = token_of(ada)

    people.set_password(ada.user, "five other plain words", actor=COMMAND)

    assert not opens(token, NOON)


def test_a_machine_may_do_what_its_scopes_name_and_nothing_else(db: None) -> None:
    found = tokens.authenticate(machine_token().text, now=NOON)

    assert found is not None
    allowed = {permission for permission in Permission if may(found[1], permission)}
    assert allowed == {Permission.FILE_FOR_OTHERS}


def test_a_machines_token_lives_to_the_day_written_on_it_used_or_not(db: None) -> None:
    token = machine_token().text

    assert opens(token, NOON + timedelta(days=29))
    assert not opens(token, NOON + timedelta(days=30))


@pytest.mark.parametrize(
    ("other", "field"),
    [
        pytest.param({"scopes": []}, "/scopes", id="no scope"),
        pytest.param({"scopes": ["everything"]}, "/scopes", id="an unknown scope"),
        pytest.param({"expires_at": NOON}, "/expires_at", id="an end that is now"),
        pytest.param({"expires_at": NOON + timedelta(days=367)}, "/expires_at", id="over a year"),
    ],
)
def test_a_machines_token_needs_scopes_and_an_end(
    db: None, other: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        machine_token(**other)

    assert [problem.field for problem in refused.value.problems] == [field]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        pytest.param({}, ["/address", "/password"], id="empty"),
        pytest.param({"address": "a@example.org"}, ["/password"], id="no password"),
        pytest.param({"address": 7, "password": " "}, ["/address", "/password"], id="wrong kinds"),
        pytest.param(
            {"address": "a@example.org", "password": "x", "remember": 1},
            ["/remember"],
            id="unknown",
        ),
        pytest.param(
            {"address": "a\0", "password": "x" * 2000}, ["/address", "/password"], id="odd"
        ),
        pytest.param(["a"], [""], id="no object"),
    ],
)
def test_what_is_wrong_with_a_sign_in_is_named_field_by_field(
    db: None, body: Any, pointers: list[str]
) -> None:
    answer = sign_in(body)

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert [error["pointer"] for error in answer.json()["errors"]] == pointers


def test_a_wrong_password_is_401_and_counted_once(ada: Somebody) -> None:
    answer = sign_in({"address": ada.address, "password": "wrong"})

    assert answer.status_code == 401
    entries = log.find(log.Facet.NAME, events.CALLER_REFUSED).entries
    assert [one.entry.extra["what"] for one in entries] == ["sign_in"]


def test_too_many_tries_are_told_how_long_to_wait(ada: Somebody) -> None:
    for _ in range(5):
        sign_in({"address": ada.address, "password": "wrong"})

    answer = sign_in({"address": ada.address, "password": ada.password})

    assert (answer.status_code, answer["Retry-After"]) == (429, "300")


def test_a_made_up_token_is_told_to_sign_in(db: None) -> None:
    with clock.frozen(NOON):
        answer = sign_out("ppt_made-up")

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert "ppt_made-up" not in answer.content.decode()


def test_a_token_that_opens_nothing_does_not_fall_back_to_the_pages_session(db: None) -> None:
    call = RequestFactory().get("/", headers={"Authorization": "Bearer ppt_made-up"})

    with pytest.raises(AuthenticationFailed):
        TokenAuthentication().authenticate(Request(call))
