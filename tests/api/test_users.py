"""Accounts, roles and machine clients, through the API, by the administrator."""

from typing import Any

import pytest
from django.test import Client

from privacy_portal.accounts import factors
from privacy_portal.accounts.model_users import User
from privacy_portal.api.models import GivenAnswer
from tests.support.accounts import Somebody
from tests.support.api import Caller
from tests.support.factors import enrolled, recovery_code
from tests.support.office import Office

pytestmark = pytest.mark.django_db
ADA = {"address": "ada@example.org", "name": "Ada Example"}


@pytest.fixture
def ada(administrator: Caller) -> dict[str, Any]:
    made: dict[str, Any] = administrator.post("/users", ADA).json()
    return made


def sign_in(user: dict[str, Any]) -> Any:
    """As after the first sign-in on the pages, where the second step is set up."""
    account = User.objects.get(pk=user["id"])
    somebody = Somebody(account, user["address"], user["password"])
    if not factors.enrolled(account.pk):
        enrolled(somebody)
    body = {"address": somebody.address, "password": somebody.password}
    body["code"] = recovery_code(somebody)
    return Client().post("/api/v1/sign-in", body, content_type="application/json")


def test_a_new_user_signs_in_with_the_password_shown_once(
    administrator: Caller, ada: dict[str, Any]
) -> None:
    token = sign_in(ada).json()["token"]
    me = Caller(administrator.user, token).get("/me").json()
    assert (me["name"], me["roles"]) == ("Ada Example", [])


def test_a_password_is_not_kept_with_the_answer(administrator: Caller) -> None:
    first = administrator.post("/users", ADA, key="the-same-key").json()
    again = administrator.post("/users", ADA, key="the-same-key").json()
    assert again == first | {"password": None}
    assert first["password"] not in GivenAnswer.objects.get().answer.body


def test_patients_are_not_in_the_list_of_users(
    administrator: Caller, patient: Caller, ada: dict[str, Any]
) -> None:
    listed = {one["id"] for one in administrator.get("/users").json()["results"]}
    assert listed == {str(administrator.user.pk), ada["id"]}


def test_a_role_is_given_at_one_site_and_taken_back_once(
    clinic: Office, administrator: Caller, ada: dict[str, Any]
) -> None:
    asked = {"role": "privacy_staff", "site": str(clinic.site.pk)}
    grant = administrator.post(f"/users/{ada['id']}/grants", asked).json()
    assert (grant["role"], grant["site"]) == ("privacy_staff", str(clinic.site.pk))

    ended = administrator.post(f"/grants/{grant['id']}/end", key=None)
    again = administrator.post(f"/grants/{grant['id']}/end", key=None)
    assert (ended.status_code, again.status_code) == (200, 409)
    assert ended.json()["ended_at"] is not None


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        pytest.param({"role": "auditor"}, "/until", id="an auditor without an end"),
        pytest.param({"role": "licensed_professional"}, "/licence", id="no licence"),
        pytest.param({"role": "patient"}, "/role", id="a patient"),
        pytest.param({"role": "king"}, "/role", id="no such role"),
        pytest.param(
            {"role": "front_desk", "site": "0b9f3c52-7d1e-4a86-9c4f-5e2a7d61c0aa"},
            "/site",
            id="no such site",
        ),
    ],
)
def test_a_role_that_cannot_be_given_says_what_to_enter(
    administrator: Caller, ada: dict[str, Any], asked: dict[str, str], pointer: str
) -> None:
    answer = administrator.post(f"/users/{ada['id']}/grants", asked)
    assert answer.status_code == 422, answer.content
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


def test_nobody_gives_a_role_to_themselves(administrator: Caller) -> None:
    path = f"/users/{administrator.user.pk}/grants"
    assert administrator.post(path, {"role": "privacy_officer"}).status_code == 403


def test_a_switched_off_account_signs_in_no_more(
    administrator: Caller, ada: dict[str, Any]
) -> None:
    token = sign_in(ada).json()["token"]
    off = administrator.post(f"/users/{ada['id']}/deactivate", key=None)
    assert off.json()["active"] is False
    assert sign_in(ada).status_code == 401
    assert Caller(administrator.user, token).get("/me").status_code == 401


def test_a_machine_does_what_its_scopes_name_until_its_token_is_ended(
    administrator: Caller,
) -> None:
    asked = {"client": "Example charts", "scopes": ["read_patients"], "days": 30}
    made = administrator.post("/machine-tokens", asked).json()
    client = Caller(administrator.user, made["token"])

    assert client.post("/patients/find", {"family_name": "Demo"}).status_code == 200
    assert client.post("/disclosures/search", {}).status_code == 403
    administrator.post(f"/machine-tokens/{made['id']}/end", key=None)
    assert client.get("/me").status_code == 401


def test_a_second_token_goes_to_the_same_client(administrator: Caller) -> None:
    asked = {"client": "Example charts", "scopes": ["read_patients"], "days": 30}
    first, second = (administrator.post("/machine-tokens", asked).json() for _ in range(2))
    assert first["client"] == second["client"]
    assert first["token"] != second["token"]
