"""AuditEvents: R4, ATNA's codes, and every demand of the profiles that are claimed.

The demands are those of IHE's Basic Audit Log Patterns 1.1: Read, PatientRead and
PrivacyDisclosure.Source, written down here element by element.
"""

import json
import re
from typing import Any

import pytest
from msgspec.structs import replace

from audit import entry, fhir, names
from audit.entry import Who
from tests.support.bundles import fact

BALP = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."
EID = "019a1ff7-0000-7000-8000-000000000001"
READ = fact(1, name="read:request:opened", recipient=None, purpose=None)
DISCLOSED = fact(1)


def event(facts: entry.Entry) -> dict[str, Any]:
    told = json.loads(entry.encode(facts))
    return fhir.audit_event(told, origin="log.example/1", index=7, eid=EID)


def profile(told: dict[str, Any]) -> str | None:
    found = told.get("meta", {}).get("profile", [None])
    assert len(found) == 1
    return found[0].removeprefix(BALP) if found[0] else None


def coded(told: dict[str, Any], code: str) -> list[dict[str, Any]]:
    return [one for one in told["agent"] if one["type"]["coding"][0]["code"] == code]


def entities(told: dict[str, Any], code: str) -> list[dict[str, Any]]:
    return [one for one in told["entity"] if one["type"]["code"] == code]


CASES = {
    # name: (type, subtype, action, profile with a patient, without)
    "read:request:opened": ("rest", "read", "R", "PatientRead", "Read"),
    "read:requests:listed": ("rest", "search", "E", None, None),
    "read:log:opened": ("110101", None, "R", None, None),
    "ledger:disclosure:recorded": ("110106", "disclose", "R", "PrivacyDisclosure.Source", None),
    "ledger:disclosure:corrected": ("110110", None, "U", None, None),
    "export:disclosures:started": ("110106", None, "R", None, None),
    "log:entries:pruned": ("110101", None, "D", None, None),
    "account:session:opened": ("110114", "110122", "E", None, None),
    "account:session:timed_out": ("110114", "110123", "E", None, None),
    "account:role:granted": ("110113", "110137", "E", None, None),
    "account:caller:refused": ("110113", None, "E", None, None),
    "access:request:refused": ("110113", None, "E", None, None),
    "people:patient:added": ("110110", None, "C", None, None),
    "people:patient:changed": ("110110", None, "U", None, None),
    "request:access:granted": ("110110", None, "E", None, None),
}


@pytest.mark.parametrize("patient", ["patient-1", None])
@pytest.mark.parametrize("name", CASES)
def test_each_kind_of_event_has_its_codes(name: str, patient: str | None) -> None:
    kind, subtype, action, with_patient, alone = CASES[name]
    told = event(replace(READ, name=name, patient=patient))
    expected = (
        "110100"
        if kind == "110110" and not patient and name.startswith(("people", "request"))
        else kind
    )
    assert (told["type"]["code"], told["action"]) == (expected, action)
    assert [one["code"] for one in told["subtype"]] == [*([subtype] if subtype else []), name]
    assert profile(told) == (with_patient if patient else alone)


def test_every_name_there_is_gives_an_r4_audit_event() -> None:
    known = names.known()
    assert len(known) > 100
    for name in known:
        for facts in (replace(READ, name=name), replace(DISCLOSED, name=name, patient=None)):
            r4(event(facts))


# --- R4, and the profiles ----------------------------------------------------------------------
REQUIRED = {"resourceType", "type", "recorded", "agent", "source"}
KNOWN = REQUIRED | {
    "id", "meta", "subtype", "action", "outcome", "outcomeDesc", "purposeOfEvent", "entity",
}  # fmt: skip


def _codings(told: Any) -> list[dict[str, str]]:
    if isinstance(told, dict):
        here = [told] if "system" in told and "code" in told else []
        return here + [one for value in told.values() for one in _codings(value)]
    return [one for value in told for one in _codings(value)] if isinstance(told, list) else []


def _empty(told: Any) -> bool:
    """FHIR has no empty strings, lists or objects, and no null."""
    if isinstance(told, dict | list):
        return not told or any(map(_empty, told.values() if isinstance(told, dict) else told))
    return told is None or told == ""


def r4(told: dict[str, Any]) -> None:
    assert told.keys() >= REQUIRED
    assert told.keys() <= KNOWN
    assert not _empty(told)
    assert told["action"] in set("CRUDE")
    assert told["outcome"] in {"0", "4", "8", "12"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told["recorded"])
    assert all(isinstance(agent["requestor"], bool) for agent in told["agent"])
    assert sum(agent["requestor"] for agent in told["agent"]) == 1
    assert all(agent.get("network", {}).get("type", "1") in set("12345") for agent in told["agent"])
    assert told["source"]["observer"]
    # sev-1: an entity has a name or a query, never both; details have one value each.
    for entity in told["entity"]:
        assert not {"name", "query"} <= entity.keys()
        assert all({"type", "valueString"} == detail.keys() for detail in entity.get("detail", []))
    for coding in _codings(told):
        assert re.fullmatch(r"(https?://|urn:)\S+", coding["system"])


def test_reading_about_a_patient_meets_every_demand_of_its_profile() -> None:
    told = event(READ)
    r4(told)
    assert told["meta"] == {"profile": [f"{BALP}PatientRead"]}
    assert told["type"] == {
        "system": "http://terminology.hl7.org/CodeSystem/audit-event-type",
        "code": "rest", "display": "Restful Operation",
    }  # fmt: skip
    assert told["subtype"][0] == {
        "system": "http://hl7.org/fhir/restful-interaction", "code": "read", "display": "read",
    }  # fmt: skip
    assert (told["action"], told["outcome"]) == ("R", "0")
    (client,), (server,), (user,) = (coded(told, code) for code in ("110152", "110153", "IRCP"))
    assert client["who"]
    assert client["network"] == {"address": "192.0.2.7", "type": "2"}
    assert (server["who"], server["network"]["address"]) == (
        {"display": "log.example/1"},
        "log.example/1",
    )
    assert user["requestor"]
    assert "network" not in user
    assert user["role"] == [{"text": "privacy_officer"}]
    (data,), (patient,), (transaction,) = (entities(told, one) for one in ("2", "1", "XrequestId"))
    assert data["role"]["code"] in {"4", "3", "20"}
    assert (patient["role"]["code"], patient["what"]["type"]) == ("1", "Patient")
    assert transaction["what"]["identifier"]["value"] == "req-1"


def test_disclosing_meets_every_demand_of_its_profile() -> None:
    told = event(DISCLOSED)
    r4(told)
    assert told["meta"] == {"profile": [f"{BALP}PrivacyDisclosure.Source"]}
    assert (told["type"]["code"], told["action"]) == ("110106", "R")
    assert told["subtype"][0]["system"].endswith("/iso-21089-lifecycle")
    (source,), (recipient,) = (coded(told, code) for code in ("110153", "110152"))
    assert source["who"] == told["source"]["observer"]
    assert source["network"]
    assert recipient["who"] == {"display": "Example Insurance"}
    # Demanded, and not known of somebody who got a letter: said in FHIR's own words.
    assert recipient["network"]["extension"][0]["valueCode"] == "unknown"
    assert told["purposeOfEvent"] == [{"text": "payment"}]
    assert len(entities(told, "1")) == 1
    assert len(told["entity"]) >= 2


@pytest.mark.parametrize("outcome", ["refused", "failure"])
def test_what_did_not_succeed_claims_no_profile_of_success(outcome: str) -> None:
    for facts in (READ, DISCLOSED):
        told = event(replace(facts, outcome=outcome))
        assert (told["outcome"], told["outcomeDesc"], profile(told)) == ("4", outcome, None)


def test_nothing_of_an_entry_is_lost() -> None:
    facts = replace(
        DISCLOSED, acting_for="patient-2", zone="America/Chicago", app="test", reason="asked",
        before={"state": "received", "late": False}, extra={"note": ""},
    )  # fmt: skip
    told = event(facts)
    details = {one["type"]: one["valueString"] for one in entities(told, "2")[0]["detail"]}
    assert details == {
        "log": "log.example/1", "index": "7", "version": "1", "request": "AAAA-BBBB",
        "acting_for": "patient-2", "zone": "America/Chicago", "app": "test",
        "before.state": "received", "before.late": "false", "after.pages": "1", "extra.note": "-",
    }  # fmt: skip
    assert (told["outcomeDesc"], told["id"]) == ("asked", EID)


def test_a_caller_whose_address_nobody_knows_is_said_to_be_unknown() -> None:
    told = event(replace(READ, network=None, object=None, request=None))
    (client,) = coded(told, "110152")
    assert client["network"]["extension"][0]["valueCode"] == "unknown"
    assert entities(told, "2")[0]["what"]["identifier"]["value"] == "read/read"


def test_the_service_itself_is_somebody() -> None:
    told = event(replace(READ, actor=Who("system:sweep", "Privacy office service", (), "task")))
    (user,) = coded(told, "IRCP")
    assert user["who"]["identifier"] == {"value": "system:sweep"}
    assert "role" not in user


def test_one_event_has_one_spelling() -> None:
    raw = fhir.to_bytes(event(READ))
    assert raw == fhir.to_bytes(dict(reversed(event(READ).items())))
    assert json.loads(raw) == event(READ)
