"""Populations an auditor samples from: each is there, in its range, drawn by its seed."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from requests_app import populations
from requests_app.actions import (
    check,
    communications,
    involved,
    notices,
    representative_endings,
    representatives,
)
from requests_app.permissions import Role
from requests_app.populations import POPULATIONS
from tests.support import api, office, standing
from tests.support.api import Caller
from tests.support.office import AUDITOR, NOON, OFFICER, Office, do

#: The lines of the audit protocol that ask for a sample or a list.
SAMPLED = {
    3, 4, 6, 11, 14, 15, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34,
    35, 36, 38, 39, 40, 41, 42, 43, 44, 46, 50, 51, 52, 54, 57, 61, 63, 66, 70, 71, 73, 80, 88,
}  # fmt: skip


@pytest.fixture(scope="module")
def _busy(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Office, Caller]]:
    """Made once, since the tests only draw from it."""
    with standing.for_a_module(django_db_blocker):
        with standing.as_in_a_test():
            made = something_for_most(office.set_up())
            auditor = api.staff(Role.AUDITOR, name="Audra Auditor")
        yield made, auditor


@pytest.fixture
def busy(_busy: tuple[Office, Caller], django_db_blocker: DjangoDbBlocker) -> Iterator[Office]:
    with standing.for_a_test(django_db_blocker):
        yield _busy[0]


@pytest.fixture
def auditor(busy: Office, _busy: tuple[Office, Caller]) -> Caller:
    return _busy[1]


def something_for_most(clinic: Office) -> Office:
    """Something for most of them."""
    who = {"patient": str(clinic.patient.pk)}
    office.recognise(clinic.patient)
    refused = {
        "kind": "health_care_agent", "name": "Rex Example", "evidence": "Letter",
        "authority_from": "2026-01-01", "why": "endangers",
        "facts": "Fear of harm", "judged_by": "Dr. Lee Example",
    }  # fmt: skip
    representatives.refuse(who | refused, actor=OFFICER, now=NOON)
    once = office.recognise(clinic.patient, name="Ron Example")
    ended = {"why": "ended", "facts": "The paper was revoked."}
    representative_endings.end(str(once.pk), ended, actor=OFFICER, now=NOON)
    office.authorized(clinic.patient)
    notices.acknowledge(
        who | {"outcome": "not_obtained", "effort": "Asked"}, actor=OFFICER, now=NOON
    )
    do(office.filed("confidential_communications"), "accommodate")
    do(office.filed("access"), "deny")
    office.filed("restriction")
    office.filed("complaint")
    office.disclosed(clinic.patient, "2026-02-02", basis="OVS")
    office.disclosed(clinic.patient, "2026-02-03", basis="LE2")
    office.disclosed(clinic.patient, "2026-02-04", basis="FAM")
    office.filed("materials_opt_out")
    office.filed("objection")
    office.reviewed()
    involved.record(who | {"name": "Sam Example", "relation": "brother", "ground": "agreed"},
                    actor=OFFICER, now=NOON)  # fmt: skip
    for more in (
        {},
        {"contents": ["whole_record"], "whole_record_because": "All of it is disputed"},
    ):
        asked = {"basis": "PAY", "recipient": "Plan", "contents": ["billing"], "purpose": "A claim"}
        check.ask(who | asked | more, actor=OFFICER, now=NOON)
    mailing = {"sending": "fundraising", "means": "post"}
    communications.ask(who | mailing, actor=OFFICER, now=NOON)
    return clinic


@pytest.mark.parametrize(
    ("name", "fact", "value"),
    [
        ("representatives_recognised", "name", "Dora Demo"),
        ("representatives_refused", "facts", "Fear of harm"),
        ("representatives_refused", "judged_by", "Dr. Lee Example"),
        ("representatives_ended", "facts", "The paper was revoked."),
        ("authorizations", "recipient", "Example Life Insurance"),
        ("acknowledgments", "effort", "Asked"),
        ("communication_requests", "state", "accommodated"),
        ("communications_sent", "template", "access_denied"),
        ("denials", "grounds", "ACC-U1"),
        ("restrictions", "kind", "restriction"),
        ("complaints", "kind", "complaint"),
        ("oversight", "basis", "OVS"),
        ("law_enforcement", "basis", "LE2"),
        ("told_family", "basis", "FAM"),
        ("objections", "scope", "family"),
        ("people_involved", "name", "Sam Example"),
        ("fundraising_opt_outs", "material", "fundraising"),
        ("fundraising_checks", "sent", "fundraising"),
        ("whole_records", "because", "All of it is disputed"),
        ("staff_access", "role", "auditor"),
        ("log_reviews", "finding", "Nothing out of the ordinary"),
    ],
)
def test_each_row_shows_its_facts_and_opens_its_evidence(
    busy: Office, auditor: Caller, name: str, fact: str, value: str
) -> None:
    found = auditor.get(f"/populations/{name}", seed="a").json()
    assert found["count"] >= 1
    assert value in {row["facts"][fact] for row in found["rows"]}
    for row in found["rows"]:
        address = row["evidence_url"]
        if address and "/patients/" not in address:
            assert auditor.get(address.removeprefix("/api/v1")).status_code == 200


@pytest.mark.parametrize("name", sorted(POPULATIONS))
def test_every_population_can_be_drawn_over_a_range(
    busy: Office, auditor: Caller, name: str
) -> None:
    answer = auditor.get(f"/populations/{name}", since="2020-01-01", until="2020-12-31")
    assert answer.status_code == 200, answer.content
    assert answer.json()["count"] == 0


def test_every_sampled_line_of_the_protocol_has_a_population() -> None:
    covered = {line for one in POPULATIONS.values() for line in one.lines}
    assert SAMPLED - covered == set()


def test_the_same_seed_draws_the_same_rows_and_another_others(busy: Office) -> None:
    for number in range(30):
        office.disclosed(busy.patient, f"2026-01-{number % 28 + 1:02}")

    def drawn(seed: str) -> list[Any]:
        found = populations.sample("public_health", actor=AUDITOR, now=NOON, seed=seed, size=10)
        assert (found.count, len(found.rows)) == (30, 10)
        return [row.pk for row in found.rows]

    assert drawn("one") == drawn("one")
    assert drawn("one") != drawn("two")


def test_a_role_limited_to_a_site_samples_that_site(busy: Office) -> None:
    elsewhere = api.staff(Role.AUDITOR, name="Else Where", site=api.other_site().pk)
    for name in POPULATIONS:
        # Of the roles given at that site there is one: their own.
        own = 1 if name == "staff_access" else 0
        assert elsewhere.get(f"/populations/{name}").json()["count"] == own, name


@pytest.mark.parametrize("query", [{"size": "0"}, {"size": "501"}, {"size": "x"}, {"since": "x"}])
def test_a_wrong_range_or_size_is_refused(auditor: Caller, query: dict[str, str]) -> None:
    assert auditor.get("/populations/denials", **query).status_code == 422
