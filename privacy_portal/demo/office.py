"""The demo's practice: one site in North Carolina, everybody designated, one business associate."""

from functools import partial
from typing import Any

from audit import clock
from audit.actors import Actor
from privacy_portal.demo.stage import ZONE, Stage, Step
from requests_app.actions import practice, sites
from requests_app.practice.models import Duty

PRACTICE = {
    "name": "Example Physical Therapy",
    "address": "1 Example Street, Sampletown, NC 00000",
    "telephone": "919-555-0100",
    "email": "office@example.org",
}
SITE: dict[str, Any] = {
    "name": "Main Street",
    "address": "1 Example Street, Sampletown, NC 00000",
    "state": "NC",
    "time_zone": ZONE,
    "facts": {
        "provider_types": ["physical_therapist"],
        "settings": ["electronic_records", "records_in_state"],
    },
}
#: Duty → title, name, telephone, address, and the account on the stage, if any.
DESIGNATED: dict[Duty, tuple[str, str, str, str, str | None]] = {
    Duty.PRIVACY_OFFICIAL: (
        "Privacy officer", "Olive Officer", "919-555-0101", "privacy.officer@example.org", "officer",
    ),
    Duty.COMPLAINT_CONTACT: (
        "Privacy officer", "Olive Officer", "919-555-0101", "privacy.officer@example.org", "officer",
    ),
    Duty.COMPLAINT_ALTERNATE: (
        "Clinic director", "Dee Rector", "919-555-0102", "director@example.org", None,
    ),
    Duty.ACCESS_HANDLER: (
        "Privacy assistant", "Stan Staff", "919-555-0103", "privacy.staff@example.org", "staff",
    ),
    Duty.AMENDMENT_HANDLER: (
        "Privacy officer", "Olive Officer", "919-555-0101", "privacy.officer@example.org", "officer",
    ),
    Duty.ACCOUNTING_HANDLER: (
        "Privacy assistant", "Stan Staff", "919-555-0103", "privacy.staff@example.org", "staff",
    ),
}  # fmt: skip
RECORD_SETS = (
    ("Charts", "Chart system of the clinic", "Clinic director"),
    ("Bills and claims", "Billing system of the clinic", "Office manager"),
)
ASSOCIATE = {
    "name": "Example Billing Services",
    "service": "Sends claims to health plans and keeps accounts",
    "contact_name": "Billie Contact",
    "telephone": "919-555-0110",
    "email": "contact@billing.example.org",
}
#: The official before the present one: "who, on that day" has an answer.
FORMER_OFFICIAL = ("Privacy officer", "Otto Predecessor", "919-555-0101")


def steps(stage: Stage) -> list[Step]:
    """The practice is set up by its administrator, then its duties are given."""
    at = stage.when.at
    return [
        Step(at(399, 9), _open),
        Step(at(399, 10), _former_official),
        *(Step(at(399, 11, n), partial(_designate, duty=d)) for n, d in enumerate(DESIGNATED)),
        *(Step(at(399, 12, n), partial(_list, kept=k)) for n, k in enumerate(RECORD_SETS)),
        Step(at(399, 13), _contract),
    ]


def _open(stage: Stage) -> None:
    practice.set_practice(PRACTICE, actor=_administrator(stage), now=clock.now())
    stage.site = sites.add_site(SITE, actor=_administrator(stage), now=clock.now())


def _former_official(stage: Stage) -> None:
    title, name, telephone = FORMER_OFFICIAL
    raw = {
        "duty": Duty.PRIVACY_OFFICIAL.value, "title": title, "name": name, "telephone": telephone,
        "in_force_from": stage.when.day(-1500).isoformat(),
    }  # fmt: skip
    practice.designate(raw, actor=_administrator(stage), now=clock.now())


def _designate(stage: Stage, *, duty: Duty) -> None:
    title, name, telephone, email, account = DESIGNATED[duty]
    raw: dict[str, Any] = {
        "duty": duty.value, "title": title, "name": name, "telephone": telephone, "email": email,
        "in_force_from": stage.when.day(-398).isoformat(),
    }  # fmt: skip
    if account is not None:
        raw["account"] = stage.actors[account].id
    practice.designate(raw, actor=_administrator(stage), now=clock.now())


def _list(stage: Stage, *, kept: tuple[str, str, str]) -> None:
    name, where, holder = kept
    raw = {
        "site": str(stage.site.pk), "name": name, "where_kept": where, "holder_title": holder,
        "in_force_from": stage.when.day(-1500).isoformat(),
    }  # fmt: skip
    practice.add_record_set(raw, actor=_administrator(stage), now=clock.now())


def _contract(stage: Stage) -> None:
    raw = ASSOCIATE | {"in_force_from": stage.when.day(-398).isoformat()}
    practice.add_associate(raw, actor=_administrator(stage), now=clock.now())


def _administrator(stage: Stage) -> Actor:
    return stage.actors["administrator"]
