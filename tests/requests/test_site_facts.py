"""What a site is decides which rows bind it; a practice's own target moves nothing."""

from datetime import date
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from requests_app.actions import practice, sites, targets
from requests_app.errors import BadInput, NotFound, NotPermitted
from requests_app.kinds import clock
from requests_app.kinds.base import Kind
from requests_app.practice.models import Site, Target
from tests.support import office
from tests.support.office import DESK, NOON, OFFICER

pytestmark = pytest.mark.django_db

FACTS = {
    "provider_types": ["physical_therapist"],
    "settings": ["paper_records", "records_in_state"],
}


@pytest.fixture
def texas(db: None) -> office.Office:
    return office.set_up(state="TX")


def describe(site: Site, **facts: Any) -> Site:
    return sites.describe_site(str(site.pk), FACTS | facts, actor=OFFICER, now=NOON)


def test_what_is_said_of_a_site_counts_for_later_requests_only(texas: office.Office) -> None:
    before = office.filed()
    describe(texas.site)
    texas.patient.refresh_from_db()
    after = office.filed()

    assert (before.due_on, after.due_on) == (date(2026, 3, 23), date(2026, 4, 1))
    assert type(before).objects.get(pk=before.pk).due_on == before.due_on
    assert clock.answer(before).site.settings == frozenset()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        pytest.param({"provider_types": []}, "/provider_types", id="nothing chosen"),
        pytest.param({"provider_types": ["physio"]}, "/provider_types/0", id="unknown"),
        pytest.param({"settings": ["paper_records"]}, "/settings", id="not said where"),
        pytest.param({"settings": ["records_in_state"]}, "/settings", id="not said how"),
    ],
)
def test_both_questions_about_a_site_are_answered(
    wrong: dict[str, Any], field: str, texas: office.Office
) -> None:
    with pytest.raises(BadInput) as refused:
        describe(texas.site, **wrong)
    assert refused.value.problems[0].field == field


def test_only_who_manages_the_practice_says_what_a_site_is(texas: office.Office) -> None:
    with pytest.raises(NotPermitted):
        sites.describe_site(str(texas.site.pk), FACTS, actor=DESK, now=NOON)
    with pytest.raises(NotFound):
        sites.describe_site(str(texas.patient.pk), FACTS, actor=OFFICER, now=NOON)


@pytest.mark.parametrize("column", ["provider_types", "settings"])
def test_the_database_takes_no_fact_that_no_row_knows(column: str, texas: office.Office) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Site.objects.update(**{column: ["physio"]})


def target(days: int, since: str = "2026-01-01", kind: str = "access") -> Target:
    raw = {"kind": kind, "days": days, "in_force_from": since}
    return targets.set_target(raw, actor=OFFICER, now=NOON)


def aimed(received: str) -> tuple[date | None, Kind]:
    request = office.taken_down(received=office.day(received))
    return clock.target_on(request), request


def test_a_target_stands_beside_the_legal_day_and_moves_nothing(db: None) -> None:
    office.set_up()
    target(10)
    aim, request = aimed("2026-03-02")

    assert (aim, request.due_on) == (date(2026, 3, 12), date(2026, 4, 1))
    assert clock.answer(request).due == date(2026, 4, 1)
    assert {limit.policy.jurisdiction for limit in clock.answer(request).limits} == {"us"}


def test_a_target_is_that_of_the_day_of_receipt(db: None) -> None:
    office.set_up()
    target(20, "2026-01-01")
    target(10, "2026-02-01")

    assert [str(aimed(day)[0]) for day in ("2025-12-31", "2026-01-31", "2026-02-01")] == [
        "None", "2026-02-20", "2026-02-11",
    ]  # fmt: skip


def test_a_target_that_the_states_law_undercuts_is_not_shown(texas: office.Office) -> None:
    target(21)

    request = office.filed()

    assert request.due_on == date(2026, 3, 23)
    assert clock.target_on(request) is None


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        pytest.param({"days": 30}, "/days", id="no stricter than the law"),
        pytest.param({"days": 0}, "/days", id="no days"),
        pytest.param({"days": True}, "/days", id="days as yes"),
        pytest.param({"kind": "acess"}, "/kind", id="misspelt"),
    ],
)
def test_a_target_is_a_known_kinds_and_stricter_than_the_law(
    raw: dict[str, Any], field: str, db: None
) -> None:
    office.set_up()
    whole = {"kind": "access", "days": 10, "in_force_from": "2026-01-01"} | raw
    with pytest.raises(BadInput) as refused:
        targets.set_target(whole, actor=OFFICER, now=NOON)
    assert refused.value.problems[0].field == field


def test_a_kind_without_a_legal_count_may_have_a_target(db: None) -> None:
    office.set_up()

    assert target(45, kind="complaint").days == 45


def test_a_target_is_ended_and_never_changed(db: None) -> None:
    office.set_up()
    row = target(10)
    ended = {"in_force_until": "2026-02-28"}
    assert practice.end(Target, str(row.pk), ended, actor=OFFICER, now=NOON).days == 10

    for statement in (
        "UPDATE requests_app_target SET days = 29",
        "DELETE FROM requests_app_target",
    ):
        assert refusal(statement).sqlstate == "42501"


def refusal(statement: str) -> psycopg.Error:
    with pytest.raises(ProgrammingError) as refused, transaction.atomic():
        connection.cursor().execute(statement)
    cause = refused.value.__cause__
    assert isinstance(cause, psycopg.Error)
    return cause
