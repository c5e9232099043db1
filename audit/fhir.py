"""An opened entry as a FHIR R4 AuditEvent, in the manner of ATNA and IHE's Basic Audit Log Patterns.

The sealed entry is what is proved; this is the same for programs that read FHIR, made from the
entry's own JSON by a fixed table, so that a checker makes it again and compares bytes.  A profile
is claimed where every element that it demands is known or said to be unknown: reading, and
disclosing, about a patient.  Everything else is a plain AuditEvent with ATNA's codes.

`VERSION` grows with any change of what comes out.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

VERSION = 1
Json = dict[str, Any]

_DICOM = "http://dicom.nema.org/resources/ontology/DCM"
_TERMS = "http://terminology.hl7.org/CodeSystem"
_REST = "http://hl7.org/fhir/restful-interaction"
_BALP = "https://profiles.ihe.net/ITI/BALP"
_PROFILE = f"{_BALP}/StructureDefinition/IHE.BasicAudit"
_NAMES = "urn:x-privacy-portal:event"
_UNKNOWN = {
    "extension": [
        {
            "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
            "valueCode": "unknown",
        }
    ]
}


def _coding(system: str, code: str, display: str) -> Json:
    return {"system": system, "code": code, "display": display}


_READING = _coding(f"{_TERMS}/audit-event-type", "rest", "Restful Operation")
_RECORD = _coding(_DICOM, "110110", "Patient Record")
_ACTIVITY = _coding(_DICOM, "110100", "Application Activity")
_EXPORT = _coding(_DICOM, "110106", "Export")
_LOG_USED = _coding(_DICOM, "110101", "Audit Log Used")
_SIGN_IN = _coding(_DICOM, "110114", "User Authentication")
_SECURITY = _coding(_DICOM, "110113", "Security Alert")
_READ = _coding(_REST, "read", "read")
_SEARCH = _coding(_REST, "search", "search")
_DISCLOSE = _coding(f"{_TERMS}/iso-21089-lifecycle", "disclose", "Disclose Record Lifecycle Event")
_LOGIN = _coding(_DICOM, "110122", "Login")
_LOGOUT = _coding(_DICOM, "110123", "Logout")
_ATTRIBUTES = _coding(_DICOM, "110137", "User Security Attributes Changed")
_SOURCE = _coding(_DICOM, "110153", "Source Role ID")
_DESTINATION = _coding(_DICOM, "110152", "Destination Role ID")


@dataclass(frozen=True)
class Kind:
    """What an event is in FHIR's words.

    `profile` is claimed where a patient is concerned, `alone` where none is.
    """

    type: Json
    action: str
    subtype: Json | None = None
    profile: str | None = None
    alone: str | None = None


#: By the event's name, or by its beginning up to a colon; the longest that fits is taken.
KINDS: Mapping[str, Kind] = {
    "read:": Kind(_READING, "R", _READ, "PatientRead", "Read"),
    "read:requests:listed": Kind(_READING, "E", _SEARCH),
    "read:patients:searched": Kind(_READING, "E", _SEARCH),
    "read:restrictions:listed": Kind(_READING, "E", _SEARCH),
    "read:disclosures:listed": Kind(_READING, "E", _SEARCH),
    "read:log:": Kind(_LOG_USED, "R"),
    "ledger:disclosure:recorded": Kind(_EXPORT, "R", _DISCLOSE, "PrivacyDisclosure.Source"),
    "ledger:disclosure:corrected": Kind(_RECORD, "U"),
    "export:": Kind(_EXPORT, "R"),
    "log:": Kind(_LOG_USED, "E"),
    "log:entries:pruned": Kind(_LOG_USED, "D"),
    "account:": Kind(_SECURITY, "E", _ATTRIBUTES),
    "account:session:opened": Kind(_SIGN_IN, "E", _LOGIN),
    "account:session:closed": Kind(_SIGN_IN, "E", _LOGOUT),
    "account:session:timed_out": Kind(_SIGN_IN, "E", _LOGOUT),
    "account:caller:refused": Kind(_SECURITY, "E"),
    "access:": Kind(_SECURITY, "E"),
}
#: By the last word of a name that no line above fits; any other is an execution.
ACTIONS: Mapping[str, str] = dict.fromkeys(
    ("added", "begun", "filed", "made", "published", "received", "recorded", "written"), "C"
) | dict.fromkeys(("assigned", "changed", "corrected", "ended", "linked", "set"), "U")
_OUTCOMES = {"success": "0"}
_MINOR_FAILURE = "4"


def audit_event(told: Mapping[str, Any], *, origin: str, index: int, eid: str) -> Json:
    """The AuditEvent of an entry's JSON, which stands at this index of the log of this name."""
    kind = _kind(told)
    event: Json = {
        "resourceType": "AuditEvent",
        "id": eid,
        "type": kind.type,
        "subtype": [*([kind.subtype] if kind.subtype else []), _named(told["name"])],
        "action": kind.action,
        "recorded": told["at"],
        "outcome": _OUTCOMES.get(told["outcome"], _MINOR_FAILURE),
        "outcomeDesc": told.get("reason", told["outcome"]),
        "agent": _agents(told, kind, origin),
        "source": {
            "observer": {"display": origin},
            "type": [_coding(f"{_TERMS}/security-source-type", "4", "Application Server")],
        },
        "entity": _entities(told, origin, index),
    }
    if "purpose" in told:
        event["purposeOfEvent"] = [{"text": told["purpose"]}]
    profile = kind.profile if "patient" in told else kind.alone
    if profile and event["outcome"] == _OUTCOMES["success"]:
        event["meta"] = {"profile": [f"{_PROFILE}.{profile}"]}
    return event


def to_bytes(event: Json) -> bytes:
    """One spelling: keys sorted, no blanks, a line's end."""
    text = json.dumps(event, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"{text}\n".encode()


def _kind(told: Mapping[str, Any]) -> Kind:
    name = told["name"]
    fits = [key for key in KINDS if name == key or (key.endswith(":") and name.startswith(key))]
    if fits:
        return KINDS[max(fits, key=len)]
    action = ACTIONS.get(name.rpartition(":")[2], "E")
    return Kind(_RECORD if "patient" in told else _ACTIVITY, action)


def _named(name: str) -> Json:
    return _coding(_NAMES, name, name)


# --- who ---------------------------------------------------------------------------------------
def _agents(told: Mapping[str, Any], kind: Kind, origin: str) -> list[Json]:
    server = _machine(_SOURCE, origin, {"address": origin, "type": "1"})
    return [_person(told, reads=kind.action == "R"), server, _other(told)]


def _person(told: Mapping[str, Any], *, reads: bool) -> Json:
    actor = told["actor"]
    role = ("IRCP", "information recipient") if reads else ("AUT", "author (originator)")
    return {
        "type": {"coding": [_coding(f"{_TERMS}/v3-ParticipationType", *role)]},
        "who": {"identifier": {"value": actor["id"]}, "display": actor["name"]},
        "name": actor["name"],
        "requestor": True,
        **({"role": [{"text": one} for one in actor["roles"]]} if actor["roles"] else {}),
    }


def _machine(role: Json, display: str, network: Json) -> Json:
    return {
        "type": {"coding": [role]},
        "who": {"display": display},
        "requestor": False,
        "network": network,
    }


def _other(told: Mapping[str, Any]) -> Json:
    """Whoever received it: the recipient of a disclosure, else the machine that asked."""
    if "recipient" in told:
        return _machine(_DESTINATION, told["recipient"], _UNKNOWN)
    address = told.get("network", {}).get("address")
    network = {"address": address, "type": "2"} if address else _UNKNOWN
    return _machine(_DESTINATION, told["actor"]["via"], network)


# --- what --------------------------------------------------------------------------------------
def _entities(told: Mapping[str, Any], origin: str, index: int) -> list[Json]:
    found = [_data(told, origin, index)]
    if "patient" in told:
        found.append(_entity("1", "Person", ("1", "Patient"), told["patient"], "Patient"))
    request_id = told.get("network", {}).get("request_id")
    if request_id:
        kind = f"{_BALP}/CodeSystem/BasicAuditEntityType"
        about = {"type": _coding(kind, "XrequestId", "X-Request-Id")}
        found.append(about | {"what": {"identifier": {"value": request_id}}})
    return found


def _data(told: Mapping[str, Any], origin: str, index: int) -> Json:
    subject = told["name"].partition(":")[0]
    obj = told.get("object", {"type": subject, "id": told.get("request", subject)})
    name = f"{obj['type']}/{obj['id']}"
    entity = _entity("2", "System Object", ("4", "Domain Resource"), name, None)
    return entity | {"detail": _details(told, origin, index)}


def _entity(
    code: str, display: str, role: tuple[str, str], value: str, reference: str | None
) -> Json:
    what: Json = {"identifier": {"value": value}}
    if reference:
        what["type"] = reference
    return {
        "what": what,
        "type": _coding(f"{_TERMS}/audit-entity-type", code, display),
        "role": _coding(f"{_TERMS}/object-role", *role),
    }


#: What has no place of its own in an AuditEvent, and stands beside the object as text.
_BESIDE = ("request", "acting_for", "day", "zone", "app")
_GROUPS = ("before", "after", "lane", "extra")


def _details(told: Mapping[str, Any], origin: str, index: int) -> list[Json]:
    found: list[tuple[str, object]] = [("log", origin), ("index", index)]
    if "version" in told.get("object", {}):
        found.append(("version", told["object"]["version"]))
    found += [(name, told[name]) for name in _BESIDE if name in told]
    for group in _GROUPS:
        found += _members(group, told.get(group, {}))
    return [{"type": name, "valueString": _text(value)} for name, value in found]


def _members(name: str, value: Any) -> Sequence[tuple[str, object]]:
    if not isinstance(value, Mapping):
        return [(name, value)]
    return [one for key in sorted(value) for one in _members(f"{name}.{key}", value[key])]


def _text(value: object) -> str:
    """FHIR has no empty strings."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text or "-"
