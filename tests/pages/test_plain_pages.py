"""The few pages that stand until the journeys are built."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.support.accounts import Somebody, signed_in
from tests.support.pages import get, strict

ROOT = Path(__file__).resolve().parents[2]
OPEN = ["/", "/sign-in", "/sign-in?ended=idle", "/signed-out", "/password-changed"]


@pytest.mark.parametrize("path", OPEN)
def test_open_pages_are_well_made(path: str, db: None) -> None:
    get(Client(), path)


@pytest.mark.parametrize("path", ["/", "/password", "/sign-out"])
def test_pages_behind_the_sign_in_are_well_made(path: str, ada: Somebody) -> None:
    get(signed_in(ada), path)


@pytest.mark.parametrize(
    ("body", "sentences"),
    [
        pytest.param({}, ["Enter your e-mail address.", "Enter your password."], id="empty"),
        pytest.param({"login": "a@example.org"}, ["Enter your password."], id="no password"),
        pytest.param(
            {"login": "a@example.org", "password": "wrong"},
            ["The e-mail address and password do not belong together. Check both and try again."],
            id="no match",
        ),
    ],
)
def test_what_to_put_right_stands_above_and_at_the_field(
    ada: Somebody, body: dict[str, str], sentences: list[str]
) -> None:
    answer = Client().post("/sign-in", body)

    page = strict(answer.content.decode())
    assert page.words["title"].startswith("Error: ")
    assert "There is a problem" in page.text
    for sentence in sentences:
        assert sentence in page.text
    assert 'value="a@example.org"' in page.text or "login" not in body


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param({"password2": "five other plain word"}, "must be the same", id="not the same"),
        pytest.param(
            {"oldpassword": "wrong"}, "Enter the password you use now.", id="wrong old one"
        ),
        pytest.param({"password1": "short", "password2": "short"}, "at least 12", id="short"),
    ],
)
def test_a_new_password_is_checked(ada: Somebody, words: dict[str, str], sentence: str) -> None:
    new = "five other plain words"
    body = {"oldpassword": ada.password, "password1": new, "password2": new} | words

    answer = signed_in(ada).post("/password", body)

    assert sentence in strict(answer.content.decode()).text


def test_only_a_demonstration_says_that_it_is_one(db: None, settings: Any) -> None:
    assert "Demonstration" not in get(Client(), "/").text
    settings.DEMO = True
    assert "Everybody in here is made up." in get(Client(), "/").text


def test_an_unknown_address_is_a_page_here_and_a_problem_document_in_the_api(db: None) -> None:
    get(Client(), "/no-such-page", status=404)

    answer = Client().get("/api/v1/no-such-thing")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_form_that_was_open_for_too_long_says_so(db: None) -> None:
    browser = Client(enforce_csrf_checks=True)

    answer = browser.post("/sign-in", {"login": "a@example.org", "password": "x"})

    assert answer.status_code == 403
    assert "The form was open for too long" in strict(answer.content.decode()).text


def test_our_own_fault_is_a_page_that_tells_nothing_of_it(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise ValueError("canary-in-an-exception")

    monkeypatch.setattr("privacy_portal.web.pages.render", fail)
    browser = Client(raise_request_exception=False)

    answer = browser.get("/")

    page = strict(answer.content.decode())
    assert answer.status_code == 500
    assert "canary" not in page.text
    assert answer["X-Request-ID"] in page.text


@pytest.mark.parametrize("path", ["/", "/sign-in", "/api/v1/schema", "/health/live"])
def test_every_answer_carries_the_headers(path: str, db: None) -> None:
    answer = Client().get(path)

    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


def test_the_api_page_runs_only_scripts_with_this_answers_nonce(db: None) -> None:
    answer = Client().get("/api/docs/")

    nonce = answer["Content-Security-Policy"].partition("'nonce-")[2].partition("'")[0]
    text = answer.content.decode()
    assert nonce
    assert text.count("<h1") == 1
    assert text.count("<script") == text.count(f'<script nonce="{nonce}" src="/') == 3


def test_no_template_asks_for_more_than_it_needs() -> None:
    for template in (ROOT / "privacy_portal" / "templates").rglob("*.html"):
        lines = template.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 60, f"{template.name} is {len(lines)} lines: split it"


def test_pages_speak_plainly() -> None:
    for source in (ROOT / "privacy_portal" / "templates").rglob("*.html"):
        words = source.read_text(encoding="utf-8").lower().replace("aria-invalid", "")
        for word in ("invalid", "please", "sorry", "this field is required"):
            assert word not in words, f"{source.name} says {word!r}: say what to do"
