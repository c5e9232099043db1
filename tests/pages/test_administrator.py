"""The administrator's pages: people and their roles, the practice, the law, keys, health."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit import clock, log
from audit.log import Facet
from privacy_portal import events
from privacy_portal.accounts import factors, people, roles
from privacy_portal.accounts.model_users import User
from requests_app.permissions import Role
from requests_app.practice.models import Practice
from tests.support import office
from tests.support.accounts import COMMAND, PASSWORD, Somebody, half_signed_in, signed_in, staff
from tests.support.factors import enrolled
from tests.support.office import NOON, Office
from tests.support.pages import Page, Visitor, expect_problem

PAGES = ["users", "users/new", "practice", "policies", "keys", "health"]


@pytest.fixture
def clinic(db: None) -> Iterator[Office]:
    with clock.frozen(NOON):
        yield office.set_up()


@pytest.fixture
def administrator(clinic: Office) -> Visitor:
    return Visitor(signed_in(staff(Role.ADMINISTRATOR, name="Adam Administrator")))


@pytest.fixture
def bert(clinic: Office) -> Somebody:
    return staff(name="Bert Example")


def light(visitor: Visitor, path: str) -> Page:
    with CaptureQueriesContext(connection) as seen:
        page = visitor.open(path)
    assert len(seen) < 20, [one["sql"][:120] for one in seen]
    assert len(page.text.encode()) < 60_000
    return page


@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_light(administrator: Visitor, path: str) -> None:
    light(administrator, f"/administration/{path}")


@pytest.mark.parametrize("path", PAGES)
def test_others_are_told_that_it_is_not_for_them(clinic: Office, path: str) -> None:
    desk = Visitor(signed_in(staff(Role.FRONT_DESK, name="Fern Desk")))

    assert desk.open(f"/administration/{path}", status=403).words["h1"] == (
        "This is not for your account"
    )


# --- people ----------------------------------------------------------------------------------------
def test_patients_are_not_among_the_users(administrator: Visitor) -> None:
    patient = people.create_patient("demo.patient@example.org", PASSWORD, actor=COMMAND, now=NOON)

    assert "1 account" in light(administrator, "/administration/users").main
    administrator.open(f"/administration/users/{patient.pk}", status=404)
    administrator.open(f"/administration/users/{patient.pk}/off", status=404)


def test_somebody_is_added_and_signs_in_with_the_password_shown_once(
    administrator: Visitor,
) -> None:
    administrator.open("/administration/users/new")

    page = administrator.send(address="cora@example.org", name="Cora Example")

    found = re.search(r"shown this once: (\S+)", page.main)
    assert found
    user = User.objects.get(username="cora@example.org")
    somebody = Somebody(user, "cora@example.org", found.group(1))
    assert half_signed_in(somebody).get("/account")["Location"] == "/account/second-step"


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        pytest.param({"address": "", "name": "Cora"}, "address", "Enter", id="no address"),
        pytest.param(
            {"address": "cora", "name": "Cora"}, "address", "Enter an e-mail address", id="none"
        ),
        pytest.param(
            {"address": "bert.example@example.org", "name": "Cora"}, "address",
            "Use another address: this one has an account.", id="taken",
        ),
    ],
)  # fmt: skip
def test_what_to_put_right_is_said(
    administrator: Visitor, bert: Somebody, typed: dict[str, str], field: str, sentence: str
) -> None:
    administrator.open("/administration/users/new")

    expect_problem(administrator.send(**typed), field, sentence)


def give(visitor: Visitor, somebody: Somebody, **answers: str) -> Page:
    visitor.open(f"/administration/users/{somebody.user.pk}")
    return visitor.send(**answers)


def test_an_auditor_is_lent_the_role_for_a_time(administrator: Visitor, bert: Somebody) -> None:
    page = give(administrator, bert, role="auditor")
    assert "Enter the day this role ends: it is lent for a time." in page.main

    end = {"until__month": "6", "until__day": "1", "until__year": "2026", "until__time": "17:00"}
    page = give(administrator, bert, role="auditor", **end)

    assert "until June 1, 2026, 17:00" in page.main
    assert roles.holders(Role.AUDITOR, now=NOON) == {str(bert.user.pk)}


def test_a_role_at_one_site_and_its_end(
    administrator: Visitor, clinic: Office, bert: Somebody
) -> None:
    page = give(administrator, bert, role="front_desk", site=str(clinic.site.pk))
    assert "Front desk, at one site, since March 2, 2026" in page.main

    administrator.open(page.links("Take back")[0])
    page = administrator.send()

    assert "taken back on March 2, 2026" in page.main
    assert not page.links("Take back")


def test_nobody_gives_a_role_to_themselves(administrator: Visitor) -> None:
    own = User.objects.get(name="Adam Administrator")
    administrator.open(f"/administration/users/{own.pk}")

    page = administrator.send(role="privacy_officer", status=403)

    assert "Another administrator must give you a role." in page.main


def test_an_account_is_switched_off_after_a_question(
    administrator: Visitor, bert: Somebody
) -> None:
    browser = signed_in(bert)
    administrator.open(f"/administration/users/{bert.user.pk}/off")

    page = administrator.send()

    assert "Switched off" in page.main
    assert browser.get("/account").status_code == 302


def test_a_lost_second_step_is_removed_after_a_question(
    administrator: Visitor, bert: Somebody
) -> None:
    enrolled(bert)
    page = administrator.open(f"/administration/users/{bert.user.pk}/step")
    assert "Check first that it is Bert Example who asks" in page.main
    assert factors.enrolled(bert.user.pk)

    page = administrator.send()

    assert "Not set up yet." in page.main
    assert log.find(Facet.NAME, events.FACTORS_RESET).entries


# --- the practice, the law, keys, health -----------------------------------------------------------
def test_the_practice_is_changed_and_shown_as_it_is(administrator: Visitor) -> None:
    page = administrator.open("/administration/practice")
    assert Practice.objects.get().name in page.text

    administrator.send(telephone="919-555-0199")
    assert Practice.objects.get().telephone == "919-555-0199"
    administrator.open("/administration/practice")
    expect_problem(administrator.send(name=""), "name", "Enter the name of the practice")


def test_the_time_limits_are_those_of_where_the_practice_works(administrator: Visitor) -> None:
    page = light(administrator, "/administration/policies")

    assert "45 CFR 164.524(b)(2)" in page.main
    assert "(NC)" in page.main
    assert "us-tx" not in page.text
    assert not page.nodes("form")


def test_the_keys_page_names_keys_and_holds_none(administrator: Visitor) -> None:
    page = light(administrator, "/administration/keys")

    assert "field.people" in page.main
    assert "confirm-key-copy" in page.main
    assert "rotate wrapping" in page.main
    assert not page.nodes("form")


def test_the_health_page_says_what_holds_and_what_does_not(
    administrator: Visitor, settings: Any
) -> None:
    settings.REDIS_URL = ""

    page = light(administrator, "/administration/health")

    assert "The database answers to the application's role." in page.main
    assert "REDIS_URL is not set" in page.main


def test_callers_without_a_session_are_sent_to_sign_in(clinic: Office) -> None:
    assert Client().get("/administration/users")["Location"].startswith("/sign-in")
