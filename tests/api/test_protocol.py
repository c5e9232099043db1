"""What HTTP itself can get wrong is told in a problem document too, everywhere under /api/."""

from typing import Any

import pytest
from django.test import Client

from tests.support.api import Caller

pytestmark = pytest.mark.django_db


def is_problem(answer: Any, status: int) -> bool:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    return told["status"] == status and bool(told["detail"])


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/nothing-here",
        "/api/v1/requests/",
        "/api/nothing-here",
        "/api/v2/requests",
        "/api/v1/patients/Patricia Demo",
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "text/html", "*/*"])
def test_an_unknown_address_is_a_problem_and_no_page(
    officer: Caller, path: str, accept: str
) -> None:
    headers = {"Authorization": f"Bearer {officer.token}", "Accept": accept}
    assert is_problem(Client().get(path, headers=headers), 404)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("delete", "/api/v1/requests"),
        ("patch", "/api/v1/practice"),
        ("get", "/api/v1/patients/find"),
        ("put", "/api/v1/disclosures"),
        ("trace", "/api/v1/me"),
        ("get", "/api/v1/sign-in"),
        ("post", "/api/v1/schema"),
    ],
)
def test_a_method_that_is_not_taken_is_a_problem_that_lists_those_that_are(
    officer: Caller, method: str, path: str
) -> None:
    answer = getattr(Client(), method)(path, headers={"Authorization": f"Bearer {officer.token}"})
    assert is_problem(answer, 405)
    assert "OPTIONS" in answer["Allow"]


def test_options_list_the_methods_and_nothing_else(officer: Caller) -> None:
    headers = {"Authorization": f"Bearer {officer.token}"}
    answer = Client().options("/api/v1/patients", headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Allow"] == "POST, OPTIONS"


def test_head_answers_like_get_without_a_body(officer: Caller) -> None:
    answer = Client().head("/api/v1/me", headers={"Authorization": f"Bearer {officer.token}"})
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("path", ["/patients/find", "/exports/disclosures", "/requests"])
def test_a_body_of_another_type_is_a_problem(officer: Caller, path: str) -> None:
    headers = {"Authorization": f"Bearer {officer.token}", "Idempotency-Key": "k" * 8}
    form = Client().post(f"/api/v1{path}", {"a": "b"}, headers=headers)
    assert is_problem(form, 415)


@pytest.mark.parametrize("path", ["/patients/find", "/exports/disclosures"])
def test_a_body_that_is_too_large_is_a_problem(officer: Caller, path: str) -> None:
    assert is_problem(officer.post(path, b'{"x":"' + b"x" * 300_000 + b'"}'), 422)


def test_answers_are_json_or_none(officer: Caller) -> None:
    headers = {"Authorization": f"Bearer {officer.token}", "Accept": "text/html"}
    assert is_problem(Client().get("/api/v1/me", headers=headers), 406)
    assert Client().get("/api/v1/me?format=api", headers=headers).status_code == 406


@pytest.mark.parametrize(
    ("path", "method"), [("/me", "get"), ("/requests", "post"), ("/patients/find", "post")]
)
def test_an_unknown_parameter_is_a_problem_that_names_it(
    officer: Caller, path: str, method: str
) -> None:
    headers = {"Authorization": f"Bearer {officer.token}"}
    answer = getattr(Client(), method)(f"/api/v1{path}?family_name=Demo", headers=headers)
    assert is_problem(answer, 422)
    assert answer.json()["errors"][0]["pointer"] == "/query/family_name"


def test_a_parameter_that_could_be_anything_is_not_repeated(officer: Caller) -> None:
    headers = {"Authorization": f"Bearer {officer.token}"}
    answer = Client().get("/api/v1/me?Patricia%20Demo%201980=1", headers=headers)
    assert answer.json()["errors"][0]["pointer"] == "/query/"
    assert b"Patricia" not in answer.content
