"""Many lines at once: good ones kept, bad ones returned, the whole safe to send twice."""

import json
from typing import Any

import pytest
from django.test import Client

from audit import log
from audit.log import Facet
from requests_app import events
from requests_app.disclosures import issue
from requests_app.disclosures.models import Disclosure
from requests_app.intake import taking
from requests_app.intake.models import TakenLine
from requests_app.kinds.models import Request
from requests_app.letters.models import Letter
from requests_app.outbox import OutboxRow
from requests_app.people.models import Patient
from requests_app.standing import restrictions
from requests_app.standing.authorizations import Authorization
from requests_app.standing.objections import ObjectionInForce
from requests_app.standing.preferences import CommunicationPreference
from tests.support import office
from tests.support.api import Caller
from tests.support.office import AUTHORIZATION, NOON, OFFICER, Office
from tests.support.statements import statements

pytestmark = pytest.mark.django_db
TOLD = {
    "basis": "PH",
    "disclosed_on": "2026-02-10",
    "recipient_name": "Example County Health Department",
    "description": "One test result",
    "purpose": "Reporting of a notifiable disease",
}


def line(clinic: Office, key: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "patient": str(clinic.patient.pk), **TOLD, **more}


def post(caller: Caller, body: str, kind: str, path: str = "/intake") -> Any:
    headers = {"Authorization": f"Bearer {caller.token}"}
    return Client().post(f"/api/v1{path}", body.encode(), content_type=kind, headers=headers).json()


def ndjson(*lines: Any) -> str:
    return "\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines)


def test_good_lines_are_kept_and_bad_ones_returned_with_what_to_put_right(
    clinic: Office, officer: Caller
) -> None:
    bad = [
        line(clinic, "b", basis="XX"),
        "{not json",
        line(clinic, ""),
        line(clinic, "c", disclosed_on="2027-01-01"),
        line(clinic, "d", patient="0b9f3c52-7d1e-4a86-9c4f-5e2a7d61c0aa"),
        line(clinic, "e", line="nothing"),
    ]
    body = ndjson(line(clinic, "a"), *bad, line(clinic, "z"))
    report = post(officer, body, "application/x-ndjson")
    assert (report["taken"], report["already"]) == (2, 0)
    found = {one["line"]: one["errors"][0]["pointer"] for one in report["refused"]}
    assert found == {2: "/basis", 3: "", 4: "/key", 5: "/disclosed_on", 6: "/patient", 7: "/line"}
    assert Disclosure.objects.count() == 2


def test_the_whole_is_safe_to_send_twice_and_a_key_means_one_thing(
    clinic: Office, officer: Caller
) -> None:
    body = ndjson(line(clinic, "a"), line(clinic, "b"), line(clinic, "a"))
    first = post(officer, body, "application/x-ndjson")
    again = post(officer, body, "application/x-ndjson")
    assert (first["taken"], first["already"]) == (2, 1)
    assert (again["taken"], again["already"]) == (0, 3)
    other = post(officer, ndjson(line(clinic, "a", description="Another")), "application/x-ndjson")
    assert other["refused"][0]["errors"][0]["pointer"] == "/key"
    assert Disclosure.objects.count() == 2


def test_lines_put_right_are_taken_when_the_whole_is_sent_again(
    clinic: Office, officer: Caller
) -> None:
    post(officer, ndjson(line(clinic, "a"), line(clinic, "b", basis="XX")), "application/x-ndjson")
    again = post(officer, ndjson(line(clinic, "a"), line(clinic, "b")), "application/x-ndjson")
    assert (again["taken"], again["already"], again["refused"]) == (1, 1, [])


def test_csv_names_facts_and_forms_by_dotted_headings(clinic: Office, officer: Caller) -> None:
    body = (
        "key,record_number,basis,disclosed_on,disclosed_until,recipient_name,description,purpose,"
        "held.legal_basis,series.count,series.frequency\r\n"
        "1,MR-0001,PH,2026-02-03,2026-02-24,Example County,Results,Report,State law,4,weekly\r\n"
        "2,MR-0001,TRT,2026-02-04,,Dr. Roe Example,Notes,Care,,,\r\n"
        "3,MR-0099,TRT,2026-02-04,,Dr. Roe Example,Notes,Care,,,\r\n"
    )
    report = post(officer, body, "text/csv")
    assert report["taken"] == 2, report
    assert [(one["line"], one["errors"][0]["pointer"]) for one in report["refused"]] == [
        (3, "/record_number")
    ]
    series = Disclosure.objects.get(basis="PH")
    assert series.more is not None
    assert (series.form, series.more.count) == ("series", 4)
    assert series.facts.held == {"legal_basis": "State law"}


def test_each_line_is_an_entry_that_says_it_was_brought_in(clinic: Office) -> None:
    report = taking.take([line(clinic, str(n)) for n in range(3)], actor=OFFICER, now=NOON)
    assert report.taken == 3
    entries = log.find(Facet.NAME, events.DISCLOSURE_RECORDED).entries
    assert {one.eid for one in entries} == set(
        Disclosure.objects.values_list("audit_eid", flat=True)
    )
    assert {one.entry.actor.via for one in entries} == {"intake"}
    assert {one.entry.recipient for one in entries} == {"Example County Health Department"}


def test_a_batch_costs_few_statements_however_long(clinic: Office) -> None:
    def count(lines: list[Any]) -> int:
        with statements() as asked:
            taking.take(lines, actor=OFFICER, now=NOON)
        return len(asked)

    few = count([line(clinic, f"a{n}") for n in range(2)])
    many = count([line(clinic, f"b{n}") for n in range(100)])
    assert many == few


def test_a_key_is_kept_only_as_a_keyed_hash(clinic: Office) -> None:
    taking.take([line(clinic, "records-system:1001")], actor=OFFICER, now=NOON)
    row = TakenLine.objects.get()
    assert b"1001" not in bytes(row.token)
    assert len(bytes(row.token)) == len(bytes(row.content)) == 16


# --- the first day -------------------------------------------------------------------------------
MORNING = "2026-02-02T09:00:00-05:00"
KNOWN = {"move": "confirm_identity", "at": MORNING,
         "input": {"method": "known", "evidence": "For years"}}  # fmt: skip


def day_one(clinic: Office) -> list[dict[str, Any]]:
    """One of everything a practice already has, about a patient it brings along."""
    asker = {"channel": "paper", "received_at": MORNING, "asker": {"name": "Ada Example"}}
    who = {"record_number": "MR-0500"}
    notice = {
        "reasons": "The archive is being moved.", "completion_date": "2026-04-01",
        "provided": "handed",
    }  # fmt: skip
    family = office.DETAILS["restriction"] | {"recipients": ["family"], "paid": None}
    return [
        {"key": "p", "line": "patient", "site": str(clinic.site.pk), "record_number": "MR-0500",
         "family_name": "Example", "given_names": "Ada", "birth_date": "1970-01-01"},
        {"key": "r", "line": "request", "kind": "access", "details": office.DETAILS["access"],
         **who, **asker,
         "moves": [KNOWN, {"move": "extend", "at": "2026-02-20T09:00:00-05:00", "input": notice}]},
        {"key": "s", "line": "restriction", "details": family, **who, **asker,
         "moves": [KNOWN, {"move": "consider", "at": MORNING},
                   {"move": "agree", "at": MORNING, "input": office.AGREED}]},
        {"key": "c", "line": "preference", **who, **asker,
         "details": office.DETAILS["confidential_communications"],
         "moves": [KNOWN, {"move": "accommodate", "at": MORNING,
                           "input": office.INPUT["accommodate"]}]},
        {"key": "o", "line": "objection", "details": office.DETAILS["objection"], **who, **asker},
        {"key": "u", "line": "authorization", **AUTHORIZATION, **who},
        {"key": "n", "line": "acknowledgment", **who, "outcome": "not_obtained",
         "effort": "Asked at the desk"},
        {"key": "g", "line": "accounting", **who, "requested_on": "2026-01-05",
         "given_on": "2026-01-20", "fee": 0, "where_kept": "Cabinet 3"},
        {"key": "d", **who, **TOLD},
    ]  # fmt: skip


def counts() -> tuple[int, ...]:
    tables = (
        Patient, Request, Disclosure, Authorization, ObjectionInForce, CommunicationPreference,
        TakenLine,
    )  # fmt: skip
    return tuple(table.objects.count() for table in tables)


def test_a_preview_says_what_would_be_taken_and_keeps_nothing(
    clinic: Office, officer: Caller
) -> None:
    before, entries = counts(), len(log.recent(limit=500).entries)
    body = ndjson(*day_one(clinic), {"key": "x", "line": "patient"})
    report = post(officer, body, "application/x-ndjson", "/intake/preview")
    assert (report["preview"], report["taken"]) == (True, 9), report
    assert [one["line"] for one in report["refused"]] == [10]
    assert counts() == before
    assert len(log.recent(limit=500).entries) == entries


def test_what_a_practice_already_has_is_brought_in(clinic: Office, officer: Caller) -> None:
    letters, mails = Letter.objects.count(), OutboxRow.objects.count()
    report = post(officer, ndjson(*day_one(clinic)), "application/x-ndjson")
    assert report["refused"] == []
    assert report["sorts"] == dict.fromkeys(
        ("patient", "request", "restriction", "preference", "objection", "authorization",
         "acknowledgment", "accounting", "disclosure"), 1
    )  # fmt: skip
    ada = Patient.objects.exclude(pk=clinic.patient.pk).get()
    access = Request.objects.get(kind="access", patient=ada)
    assert str(access.received_on) == "2026-02-02"
    assert str(access.due_on) == "2026-04-01", "the extension used counts"
    assert len(restrictions.in_force(ada.pk, at=NOON)) == 1
    assert CommunicationPreference.objects.filter(patient=ada).count() == 1
    assert ObjectionInForce.objects.filter(patient=ada).count() == 1
    assert ada.disclosures.count() == 1
    assert (Letter.objects.count(), OutboxRow.objects.count()) == (letters, mails), (
        "what was written then is not written again"
    )


def test_an_accounting_given_before_uses_up_the_free_one(clinic: Office, officer: Caller) -> None:
    given = {
        "key": "g", "line": "accounting", "patient": str(clinic.patient.pk),
        "requested_on": "2026-01-05", "given_on": "2026-01-20", "fee": 0, "where_kept": "Here",
    }  # fmt: skip
    request = office.filed("accounting")
    assert issue.is_free(request, now=NOON)
    post(officer, ndjson(given), "application/x-ndjson")
    assert not issue.is_free(request, now=NOON)


def test_a_move_is_judged_by_the_law_of_its_own_day(clinic: Office, officer: Caller) -> None:
    """An extension after the limit was none then and is none now; nothing of the line is kept."""
    late = day_one(clinic)[1]
    late["moves"][1]["at"] = "2026-03-02T09:00:00-05:00"
    late |= {"received_at": "2026-01-02T09:00:00-05:00"}
    late["moves"][1]["input"] |= {"completion_date": "2026-03-01"}
    before = counts()
    report = post(officer, ndjson(late | {"record_number": "MR-0001"}), "application/x-ndjson")
    assert (report["taken"], len(report["refused"])) == (0, 1)
    assert counts() == before


def test_the_actor_may_not_bring_in_what_their_role_may_not_do(clinic: Office) -> None:
    """Privacy staff record disclosures and do not decide: the agreement is returned."""
    report = taking.take([day_one(clinic)[0], day_one(clinic)[2]], actor=office.STAFF, now=NOON)
    assert [one.key for one in report.refused] == ["s"]
    assert not Request.objects.filter(kind="restriction").exists()
