"""A small invented practice, its people and its requests, made through the real actions."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from audit.actors import Actor
from requests_app.actions import (
    authorizations,
    disclosures,
    door,
    links,
    log_reviews,
    notices,
    outages,
    patients,
    practice,
    refile,
    releases,
    representatives,
    sites,
    subscriptions,
    suspensions,
)
from requests_app.actions.file import file
from requests_app.disclosures.models import Disclosure
from requests_app.disclosures.planned import PlannedRelease
from requests_app.disclosures.suspensions import Suspension
from requests_app.falling_due import heartbeats
from requests_app.falling_due.models import Outage
from requests_app.kinds.base import Kind
from requests_app.log_review.models import LogReview
from requests_app.notices.models import NoticeVersion
from requests_app.outbox import MOST_ATTEMPTS, OutboxRow
from requests_app.people.models import Patient, Representative
from requests_app.permissions import Role
from requests_app.practice.models import Designation, Duty, Site
from requests_app.standing.authorizations import Authorization
from requests_app.subscriptions import Subscription
from tests.support import stock

NOON = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # noon in North Carolina


def person(role: Role, name: str, **more: Any) -> Actor:
    """Somebody with one role, and an account id of their own."""
    return Actor(id=str(uuid4()), name=name, roles=frozenset({role.value}), **more)


OFFICER = person(Role.PRIVACY_OFFICER, "Olive Officer")
SECOND_OFFICER = person(Role.PRIVACY_OFFICER, "Oscar Officer")
STAFF = person(Role.PRIVACY_STAFF, "Stan Staff")
DESK = person(Role.FRONT_DESK, "Fern Desk")
BILLING = person(Role.BILLING, "Bill Billing")
PROFESSIONAL = person(Role.LICENSED_PROFESSIONAL, "Dr. Lee Example", licence="NC 000000")
SECOND_PROFESSIONAL = person(Role.LICENSED_PROFESSIONAL, "Dr. Roe Example", licence="NC 000001")
REVIEWER = person(Role.OUTSIDE_REVIEWER, "Dr. Rea Viewer", licence="NC 000002")
AUDITOR = person(Role.AUDITOR, "Audra Auditor")
ADMINISTRATOR = person(Role.ADMINISTRATOR, "Adam Administrator")
OTHER_REVIEWER = person(Role.OUTSIDE_REVIEWER, "Dr. Eve Other", licence="NC 000003")
REPRESENTATIVE = person(Role.PATIENT, "")
MACHINE = person(
    Role.MACHINE, "Records system", scopes=frozenset({"read_requests", "work_requests"})
)
#: Takes complaints that the privacy officer must not; by role she only asks whether to disclose.
ALTERNATE = person(Role.BILLING, "Alma Alternate")
STRANGER = person(Role.PATIENT, "")
PATIENT = person(Role.PATIENT, "")

DETAILS: dict[str, dict[str, Any]] = {
    "access": {
        "records": "All visit notes",
        "manner": "copy",
        "form": "pdf",
        "send": "portal",
        "summary": False,
    },
    "accounting": {},
    "amendment": {
        "items": [
            {
                "record": "Visit of 12 January 2026, history",
                "wrong": "The injury is dated 3 December.",
                "should": "The injury was on 13 December.",
            },
            {
                "record": "Visit of 12 January 2026, assessment",
                "wrong": "“Non-compliant”",
                "should": "Leave it out.",
            },
        ]
    },
    "notice_copy": {"send": "portal"},
    "materials_opt_out": {"wish": "stop", "materials": ["marketing", "fundraising"]},
    "objection": {
        "wish": "object",
        "scopes": ["family"],
        "people": [{"name": "Dora Demo", "relation": "Daughter"}],
    },
    "confidential_communications": {
        "means": ["portal", "email", "post"],
        "email": "elsewhere@example.org",
        "address": "P.O. Box 12, Sampletown, NC 00000",
    },
    "revocation": {"subject": "authorization", "words": "What I signed for the insurer"},
    "restriction": {
        "information": "The dry needling of March 2",
        "limit": "disclosure",
        "recipients": ["health_plan"],
        "paid": "in_full",
    },
    "complaint": {"what": "My name was called out in the waiting room.", "about": "practice"},
}


@dataclass(frozen=True)
class Office:
    """The practice as set up, with one patient whose account is linked."""

    site: Site
    patient: Patient


def set_up(
    *,
    now: datetime = NOON,
    zone: str = "America/New_York",
    state: str = "NC",
    facts: dict[str, list[str]] | None = None,
) -> Office:
    """The set-up list, complete; one patient; the patient's account linked by a code."""
    if (zone, state, facts) == _USUAL:
        there = stock.put_back(f"office of {now}")
        if there is not None:
            return Office(*there)
    return _set_up(now, zone, state, facts)


_USUAL = ("America/New_York", "NC", None)


def made_anew(now: datetime) -> tuple[Site, Patient]:
    """The usual practice by the actions themselves, to be kept in stock."""
    made = _set_up(now, *_USUAL)
    return made.site, made.patient


def _set_up(now: datetime, zone: str, state: str, facts: dict[str, list[str]] | None) -> Office:
    practice.set_practice(
        {"name": "Example Physical Therapy", "address": "1 Example Street, Sampletown, NC 00000",
         "telephone": "919-555-0100", "email": "office@example.org"},
        actor=OFFICER, now=now,
    )  # fmt: skip
    site = sites.add_site(
        {"name": "Main Street", "address": "1 Example Street", "state": state, "time_zone": zone,
         "facts": facts},
        actor=OFFICER, now=now,
    )  # fmt: skip
    for duty in Duty:
        practice.designate(
            {"duty": duty.value, "title": str(duty.label), "telephone": "919-555-0101",
             "in_force_from": "2020-01-01"},
            actor=OFFICER, now=now,
        )  # fmt: skip
    practice.add_record_set(
        {"site": str(site.pk), "name": "Charts", "where_kept": "Cabinet 1",
         "holder_title": "Office manager", "in_force_from": "2020-01-01"},
        actor=OFFICER, now=now,
    )  # fmt: skip
    publish(now=now)
    patient = add_patient(site, now=now)
    link(PATIENT, patient, now=now)
    return Office(site, patient)


def publish(
    effective_on: str = "2024-01-01", *, now: datetime = NOON, **more: Any
) -> NoticeVersion:
    """The practice's notice, as it stood before anything here happens."""
    raw = {
        "text": f"Our notice of {effective_on}.\n\nIt says what we do with your information.",
        "published_on": effective_on,
        "effective_on": effective_on,
        "holds_part2": False,
        "raises_funds": False,
        **more,
    }
    return notices.publish(raw, actor=OFFICER, now=now)


def add_patient(
    site: Site, *, number: str = "MR-0001", now: datetime = NOON, **more: Any
) -> Patient:
    return patients.add(
        {"site": str(site.pk), "record_number": number, "family_name": "Demo",
         "given_names": "Patricia", "birth_date": "1980-02-29", "telephone": "919-555-0142",
         **more},
        actor=OFFICER, now=now,
    )  # fmt: skip


def link(account: Actor, patient: Patient, *, now: datetime = NOON) -> None:
    code = links.make_code({"patient": str(patient.pk)}, actor=OFFICER, now=now)
    links.use_code({"code": code}, actor=account, now=now)


def designate_alternate(account: Actor | None = None, *, now: datetime = NOON) -> None:
    """The alternate complaint contact changes to somebody with an account, from today."""
    held = Designation.objects.get(duty=Duty.COMPLAINT_ALTERNATE, in_force_until=None)
    before = {"in_force_until": str(now.date() - timedelta(days=1))}
    practice.end(Designation, str(held.pk), before, actor=OFFICER, now=now)
    practice.designate(
        {"duty": "complaint_alternate", "title": "Office manager", "name": "Alma Alternate",
         "telephone": "919-555-0109", "email": "alma@example.org",
         "in_force_from": str(now.date()), "account": (account or ALTERNATE).id},
        actor=OFFICER, now=now,
    )  # fmt: skip


def recognise(patient: Patient, *, now: datetime = NOON, **more: Any) -> Representative:
    """A daughter with a power of attorney."""
    return representatives.recognise(
        {"patient": str(patient.pk), "kind": "health_care_agent", "name": "Dora Demo",
         "evidence": "Power of attorney seen", "authority_from": "2025-01-01", **more},
        actor=OFFICER, now=now,
    )  # fmt: skip


def link_representative(
    account: Actor, patient: Patient, *, now: datetime = NOON, **more: Any
) -> Representative:
    """Recognise her, and tie her account to the chart."""
    representative = recognise(patient, now=now, **more)
    whom = {"patient": str(patient.pk), "representative": str(representative.pk)}
    code = links.make_code(whom, actor=OFFICER, now=now)
    links.use_code({"code": code}, actor=account, now=now)
    return representative


def disclosed(patient: Patient, on: str, *, now: datetime = NOON, **more: Any) -> Disclosure:
    """A line of the ledger: a report to the health department, unless said otherwise."""
    raw = {
        "patient": str(patient.pk),
        "basis": "PH",
        "disclosed_on": on,
        "recipient_name": "Example County Health",
        "recipient_address": "2 Example Street",
        "description": "Test result",
        "purpose": "Report of a disease the law names",
        **more,
    }
    return disclosures.record(raw, actor=OFFICER, now=now)


def planned(
    patient: Patient, *, now: datetime = NOON, at: datetime | None = None, **more: Any
) -> PlannedRelease:
    """A release planned for an hour later: a report to the health department, unless said otherwise."""
    raw = RELEASE | {"at": (at or now + timedelta(hours=1)).isoformat()}
    raw |= {"check": RELEASE["check"] | {"patient": str(patient.pk)} | more}
    return releases.plan(raw, actor=OFFICER, now=now)


#: A line of the ledger to law enforcement, which can have it held back.
TO_THE_POLICE: dict[str, Any] = {
    "basis": "LE2",
    "recipient_name": "Example Police Department",
    "description": "Name and last address",
    "purpose": "To find a missing person",
}


def held_back(
    patient: Patient, *lines: Disclosure, now: datetime = NOON, **more: Any
) -> Suspension:
    """The police say on that day that an accounting would impede; by word of mouth, unless said."""
    raw = {
        "patient": str(patient.pk),
        "authority": "law_enforcement",
        "form": "written" if "until" in more or "months" in more else "oral",
        "agency": "Example Police Department",
        "official": "Detective Dan Example",
        "identity": "Called back through the switchboard",
        "words": "An accounting would impede an open case",
        "would_impede": True,
        "stated_on": str(now.astimezone(ZoneInfo(patient.site.time_zone)).date()),
        "disclosures": [{"disclosure": str(line.pk)} for line in lines],
        **more,
    }
    return suspensions.record(raw, actor=OFFICER, now=now)


def authorized(patient: Patient, *, now: datetime = NOON, **more: Any) -> Authorization:
    """An authorization of the register, as examined when the practice had it."""
    raw = AUTHORIZATION | {"patient": str(patient.pk), "received_at": now.isoformat()} | more
    found = authorizations.record(raw, actor=OFFICER, now=now).authorization
    assert found is not None
    return found


def listening(
    url: str = "https://receiver.invalid/events", *, now: datetime = NOON, **more: Any
) -> Subscription:
    """A system that hears of events from now on."""
    return subscriptions.subscribe({"url": url, **more}, actor=ADMINISTRATOR, now=now).row


def filed(
    kind: str = "access", *, actor: Actor = PATIENT, now: datetime = NOON, **more: Any
) -> Kind:
    """A request from the patient's own account."""
    return file({"kind": kind, "details": DETAILS[kind], **more}, actor=actor, now=now)


def taken_down(
    kind: str = "access", *, received: datetime = NOON, now: datetime | None = None, **more: Any
) -> Kind:
    """A request that the front desk takes down; identity is still to be confirmed."""
    return taken_down_by(DESK, kind, received=received, now=now, **more)


def taken_down_by(
    actor: Actor,
    kind: str = "access",
    *,
    received: datetime = NOON,
    now: datetime | None = None,
    **more: Any,
) -> Kind:
    """The same, by somebody else."""
    raw = {
        "kind": kind,
        "details": DETAILS[kind],
        "channel": "telephone",
        "received_at": received.isoformat(),
        "asker": {"name": "Patricia Demo", "contact": "patricia@example.org"},
        **more,
    }
    return file(raw, actor=actor, now=now or received)


def act(
    request: Kind, name: str, raw: Any = None, *, actor: Actor = OFFICER, now: datetime = NOON
) -> Kind:
    """One move on the request as it stands."""
    present = type(request)._base_manager.get(pk=request.pk)
    if name == refile.MOVE:
        return refiled(present, raw, actor=actor, now=now)
    return door.act(
        request.reference, name, actor=actor, now=now, raw=raw or {}, version=present.version
    )


def refiled(request: Kind, raw: Any, *, actor: Actor, now: datetime = NOON) -> Kind:
    """Moved to another kind; the request itself, not the one that takes its place."""
    refile.refile(request.reference, raw, actor=actor, now=now)
    return type(request)._base_manager.get(pk=request.pk)


def day(text: str) -> datetime:
    """Noon in North Carolina in winter, on that day."""
    return datetime.fromisoformat(f"{date.fromisoformat(text)}T12:00:00-05:00")


GROUND = {"code": "ACC-U1", "withheld": "Session notes", "explanation": "Kept apart."}
REVIEWABLE = {"code": "ACC-R2", "withheld": "One page", "explanation": "It speaks of another."}
#: Dry needling, paid for at the desk; and the same inside a plan of care, at no charge.
PAID: dict[str, Any] = {
    "item": "Dry needling, one session",
    "codes": "20560",
    "service_from": "2026-03-02",
    "plans": "Every health plan",
    "separable": True,
    "price": 3500,
    "paid": 3500,
    "payer": "individual",
    "payment": "cleared",
    "for_payment_or_operations": True,
}
INCLUDED = PAID | {"price": 0, "paid": 0, "payer": "nobody", "payment": "none"}
AGREED: dict[str, Any] = {
    "information": "Needling records",
    "limit": "disclosure",
    "recipients": ["provider"],
    "named": "Dr. X Example",
}
#: The flat fee for an electronic copy of what is kept electronically.
FLAT: dict[str, Any] = {
    "method": "flat",
    "parts": [{"what": "labour", "amount": 650}],
    "per_page": False,
    "kept_electronically": True,
}
INPUT: dict[str, dict[str, Any]] = {
    "confirm_identity": {"method": "photo_id", "evidence": "Licence seen"},
    "ask": {"body": "Which years?"},
    "answer": {"body": "All of them."},
    "extend": {
        "reasons": "The archive is being moved.",
        "completion_date": "2026-04-20",
        "provided": "portal",
    },
    "determine": {"ground": "ACC-R2", "withheld": "One page", "explanation": "Harm is likely."},
    "grant": {"given": "All visit notes as PDF"},
    "grant_in_part": {"given": "Visit notes", "grounds": [GROUND]},
    "deny": {"grounds": [GROUND], "nothing_left": True},
    "redirect": {"asked_for": "MRI films", "where": "Example Hospital, 919-555-0177"},
    "could_not_verify": {"tried": "Called twice."},
    "deliver": {"given": "Visit notes, one PDF", "channel": "portal"},
    "deliver_granted_part": {"given": "Visit notes, one PDF", "channel": "portal"},
    "deliver_reviewed_part": {"given": "One page, PDF", "channel": "portal"},
    "arrange_inspection": {"at": "2026-03-10T10:00:00-05:00", "where": "Main Street, room 2"},
    "record_inspection": {"shown": "All visit notes"},
    "propose_summary": {"about": "Your treatment in 2025", "cost": 1500},
    "refer": {"reviewer": SECOND_PROFESSIONAL.id},
    "uphold": {"reasons": "The standard is met."},
    "reverse": {"reasons": "The standard is not met."},
    "withdraw": {},
    "refile": {"kind": "notice_copy", "details": {"send": "handed"}, "why": "Asks for the notice."},
    "reopen": {"reason": "Closed by mistake."},
    "quote_fee": {"fee": 1250, "basis": "Half an hour of copying"},
    "narrow": {"since": "2026-01-01", "until": "2026-02-01"},
    "provide": {"provided": "portal"},
    "supplement": {"provided": "portal"},
    "give": {"channel": "handed"},
    "accommodate": {"passed_on": "Billing, by telephone"},
    "take_effect": {"none_on_file": True},
    "record_contest": {
        "condition_of_coverage": True,
        "policy_issued": True,
        "may_contest": True,
        "policy": "Example Life 0001",
        "state_law": "An invented statute, section 1",
    },
    "pass_to_care_team": {
        "told": "Dr. Lee Example",
        "told_at": NOON.isoformat(),
        "how_known": "Asked on the telephone",
    },
    "hold_claim": {"item": "Dry needling", "visit_on": "2026-03-09"},
    "agree_out_of_pocket": PAID,
    "not_qualifying": INCLUDED,
    "ask_again": {"changed": "I have paid for the whole visit."},
    "agree": AGREED,
    "agree_in_part": AGREED | {"not_agreed": "Use inside the practice"},
    "emergency": {
        "information": "Sites and depth of the needling",
        "need": "Suspected collapsed lung",
        "provider": "Dr. X Example",
        "asked": False,
    },
    "ask_no_further_use": {"how": "Dr. X Example, by telephone"},
    "payment_reversed": {"how": "The bank took the card payment back."},
    "payment_made_good": {"how": "In cash at the desk."},
    "lapse": {"effort": "Called twice, wrote once.", "tried_on": "2026-03-02"},
    "end_at_request": {"how": "in_writing", "words": "I no longer need it."},
    "end_by_notice": {"provided": "portal"},
    "name_person": {"about": "privacy_official"},
    "resolve": {
        "disposition": "substantiated",
        "outcome": "We have changed how names are called.",
        "finding": "Seen by two members of staff.",
    },
}
INJURY, ASSESSMENT = (item["record"] for item in DETAILS["amendment"]["items"])
ACCURATE = {
    "item": 2, "code": "AMD-4", "record": ASSESSMENT, "explanation": "It is what was seen.",
}  # fmt: skip
TO_BE_ASKED = {
    "name": "Example Health Plan",
    "contact": "3 Example Street",
    "why": "It has a copy.",
}


def dead_letter() -> OutboxRow:
    """A message to the office about a request, given up after its last try."""
    row = OutboxRow.objects.filter(audience="office", done_at=None, outcome="").earliest("id")
    OutboxRow.objects.filter(pk=row.pk).update(attempts=MOST_ATTEMPTS, outcome="dead")
    row.refresh_from_db()
    return row


def outage(*, now: datetime = NOON) -> Outage:
    """An hour without a sweep, that ends now."""
    heartbeats.began(heartbeats.SWEEP, now=now - timedelta(hours=1))
    heartbeats.finished(heartbeats.SWEEP, now=now - timedelta(hours=1))
    made = outages.find(now=now, chores=[])
    assert made is not None
    return made


def reviewed(*, by: Actor = SECOND_OFFICER, now: datetime = NOON, **more: Any) -> LogReview:
    """A review of the log, begun and signed."""
    row = log_reviews.begin(people=[by.id], actor=by, now=now)
    said = {"something": False, "words": "Nothing out of the ordinary"} | more
    return log_reviews.sign(str(row.pk), said, actor=by, now=now)


#: What differs from INPUT in one kind.
OF_KIND: dict[tuple[str, str], dict[str, Any]] = {
    ("accounting", "extend"): INPUT["extend"] | {"completion_date": "2026-05-20"},
    ("amendment", "extend"): INPUT["extend"] | {"completion_date": "2026-05-20"},
    ("notice_copy", "refile"): {
        "kind": "accounting",
        "details": {},
        "why": "Asks to whom records went.",
    },
    ("amendment", "accept"): {"given": "Both entries will be put right."},
    ("amendment", "accept_in_part"): {
        "accepted": [{"item": 1, "given": "The injury was on 13 December."}],
        "grounds": [ACCURATE],
    },
    ("amendment", "deny"): {"grounds": [ACCURATE | {"item": 1, "record": INJURY}, ACCURATE]},
    ("amendment", "link"): {
        "records": [{"item": 1, "record": INJURY, "how": "linked", "where": "Margin note 1"}]
    },
    ("amendment", "name_persons"): {
        "persons": [{"name": "Tina Trainer", "contact": "919-555-0190"}],
        "answers": [],
    },
    ("amendment", "add_person"): TO_BE_ASKED,
    ("amendment", "settle"): {"person": 1, "tell": True, "reasons": "They would rely on it."},
    ("amendment", "tell"): {"person": 1, "how": "post", "reached": True, "proof": "Receipt"},
    ("amendment", "disagree"): {"statement": "I came every time I could."},
    ("amendment", "rebut"): {"rebuttal": "Three of eight visits were missed."},
    ("amendment", "summarise"): {"summary": "She disputes the word; we stand by it."},
    ("confidential_communications", "deny"): {
        "ground": "COM-1",
        "explanation": "We cannot send a messenger every day.",
    },
}
#: A planned release that the check lets go.
RELEASE: dict[str, Any] = {
    "check": {
        "basis": "PH",
        "recipient": "Example County Health",
        "recipient_kind": "other",
        "purpose": "Report of a disease the law names",
        "contents": ["results"],
        "held": [{"name": "legal_basis", "value": "An invented statute, section 1"}],
    },
    "description": "Test result",
}
#: A paper with everything the rule asks for.
AUTHORIZATION: dict[str, Any] = {
    "paper": "authorization",
    "received_at": NOON.isoformat(),
    "description": "Visit notes of 2025",
    "discloser": "Example Physical Therapy",
    "recipient": "Example Life Insurance",
    "purpose": "At the request of the individual",
    "expires_on": "2026-12-31",
    "signed": True,
    "signed_on": "2026-02-01",
    "signed_by_representative": False,
    "says_revocable": True,
    "says_conditions": True,
    "says_redisclosure": True,
    "plain_language": True,
    "sought_by_practice": False,
    "psychotherapy_notes": False,
    "marketing_paid": False,
    "sale": False,
    "combined_with": "nothing",
    "depends_on_it": "nothing",
    "known_false": False,
}


def usual(kind: str, move: str) -> dict[str, Any]:
    """The usual input of a move of that kind, filed at NOON."""
    return OF_KIND.get((kind, move), INPUT.get(move, {}))


def do(request: Kind, *names: str, actor: Actor = OFFICER, now: datetime = NOON) -> Kind:
    """Several moves in order, each with its usual input."""
    for name in names:
        request = act(request, name, usual(request.kind, name), actor=actor, now=now)
    return request
