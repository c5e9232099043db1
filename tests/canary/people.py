"""A practice, its people and a patient, made by the real actions with a canary in every text."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from audit import keys
from audit.actors import Actor
from privacy_portal.accounts import addresses, roles, tokens
from privacy_portal.accounts.model_users import User
from requests_app.actions import disclosures, links, patients, practice, representatives, sites
from requests_app.disclosures.models import Disclosure
from requests_app.disclosures.taxonomy import taxonomy
from requests_app.people.models import Representative
from requests_app.permissions import Role
from requests_app.practice.models import Duty
from tests.support import office
from tests.support.accounts import COMMAND, PASSWORD
from tests.support.canary import BIRTH_DATE, TELEPHONE, Cage, Mark
from tests.support.office import NOON, OFFICER, PATIENT, Office

#: Those who call, in the order in which an operation is offered to them.
STAFF = (
    office.OFFICER, office.PROFESSIONAL, office.REVIEWER, office.STAFF, office.DESK,
    office.BILLING, office.ADMINISTRATOR, office.AUDITOR,
)  # fmt: skip
#: A patient's account that is not tied to a chart.
NEWCOMER = office.person(Role.PATIENT, "")
#: Another, who changes the password on the pages, which ends its tokens.
VISITOR = office.person(Role.PATIENT, "")
NUMBER = "919-555-0100"  # the practice's own; no canary
FROM = {"in_force_from": "2020-01-01"}


@dataclass(frozen=True)
class People:
    """The set-up, and a token for each who calls."""

    clinic: Office
    representative: Representative
    disclosure: Disclosure
    tokens: dict[str, str]


def sign_in_address(cage: Cage, name: str) -> str:
    return mail_address(cage, f"sign-in address of {name}")


def mail_address(cage: Cage, place: str, mark: Mark = Mark.SHUT) -> str:
    return f"{cage.canary(place, mark)}@example.org".lower()


def everybody(cage: Cage) -> People:
    """All of it."""
    keys.ensure_periods(NOON)
    site = the_practice(cage)
    held = {who.id: account(who, cage) for who in STAFF}
    for who, name in {PATIENT: "patient", NEWCOMER: "newcomer", VISITOR: "visitor"}.items():
        held[who.id] = patient_account(who.id, sign_in_address(cage, name))
    patient = patients.add(
        identity(cage, "patients.add") | {"site": str(site)}, actor=OFFICER, now=NOON
    )
    clinic = Office(patient.site, patient)
    office.link(PATIENT, patient)
    representative = representatives.recognise(authority(cage, clinic), actor=OFFICER, now=NOON)
    representatives.refuse(
        authority(cage, clinic) | {"why": "abuse", "facts": cage.canary("refuse.facts"),
                                   "judged_by": cage.canary("refuse.judged_by")},
        actor=OFFICER, now=NOON,
    )  # fmt: skip
    line = disclosures.record(disclosed(cage, clinic), actor=OFFICER, now=NOON)
    return People(clinic, representative, line, held)


def the_practice(cage: Cage) -> UUID:
    """Everything here is about the practice, and stands in the clear. The site's id."""

    def words(place: str, *names: str) -> dict[str, str]:
        return {name: cage.canary(f"{place}.{name}", Mark.OPEN) for name in names}

    def reach(place: str) -> dict[str, str]:
        return {"telephone": NUMBER, "email": mail_address(cage, f"{place}.email", Mark.OPEN)}

    by: dict[str, Any] = {"actor": OFFICER, "now": NOON}
    practice.set_practice(words("practice", "name", "address") | reach("practice"), **by)
    zone = {"state": "NC", "time_zone": "America/New_York"}
    site = sites.add_site(words("site", "name", "address") | zone, **by)
    for duty in Duty:
        holder = words("designation", "title", "name") | reach(f"designation {duty}") | FROM
        practice.designate(holder | {"duty": duty.value}, **by)
    kept = words("record set", "name", "where_kept", "holder_title") | FROM
    practice.add_record_set(kept | {"site": str(site.pk)}, **by)
    associate = words("associate", "name", "service", "contact_name") | reach("associate") | FROM
    practice.add_associate(associate, **by)
    office.publish(text=cage.canary("notice.text", Mark.OPEN))
    return site.pk


def account(who: Actor, cage: Cage) -> str:
    """An account under the id of a person of the office; its token."""
    role = Role(next(iter(who.roles)))
    user = User(
        pk=UUID(who.id),
        username=mail_address(cage, f"account of {role}", Mark.OPEN),
        name=cage.canary(f"name of {role}", Mark.OPEN),
    )
    user.set_unusable_password()
    user.save(force_insert=True)
    licence = cage.canary(f"licence of {role}", Mark.OPEN) if who.licence else ""
    end = NOON + timedelta(days=90)
    roles.record_grant(user, role, actor=COMMAND, since=NOON, until=end, licence=licence)
    return tokens.make_for_person(user, now=NOON).text


def patient_account(pk: str, address: str) -> str:
    """A patient's: a random name, the address sealed; its token."""
    user = User(pk=UUID(pk), username=User.opaque_username())
    user.set_password(PASSWORD)
    user.save(force_insert=True)
    addresses.set_sign_in_address(user.pk, address, actor=COMMAND)
    roles.record_grant(user, Role.PATIENT, actor=COMMAND, since=NOON)
    return tokens.make_for_person(user, now=NOON).text


def identity(cage: Cage, place: str) -> dict[str, str]:
    """What identifies a patient."""
    names = ("record_number", "family_name", "given_names", "address")
    return {name: cage.canary(f"{place}.{name}") for name in names} | {
        "birth_date": BIRTH_DATE,
        "telephone": TELEPHONE,
        "email": mail_address(cage, f"{place}.email"),
    }


def authority(cage: Cage, clinic: Office) -> dict[str, str]:
    return {
        "patient": str(clinic.patient.pk),
        "kind": "health_care_agent",
        "name": cage.canary("representative.name"),
        "evidence": cage.canary("representative.evidence"),
        "scope": cage.canary("representative.scope"),
        "contact": cage.canary("representative.contact"),
        "authority_from": "2025-01-01",
    }


def disclosed(cage: Cage, clinic: Office) -> dict[str, Any]:
    """A line of the ledger, with all that its basis asks to be kept."""
    texts = ("recipient_name", "recipient_address", "description", "purpose", "request_copy")
    basis = taxonomy().basis("PH")
    return {name: cage.canary(f"disclosure.{name}") for name in texts} | {
        "patient": str(clinic.patient.pk),
        "basis": basis.code,
        "disclosed_on": "2026-02-01",
        "held": [
            {"name": one.field, "value": cage.canary(f"disclosure.held.{one.field}")}
            for one in basis.must_hold
        ],
    }


def fresh_account(cage: Cage) -> str:
    """The id of a patient's account that nobody uses yet."""
    pk = str(uuid4())
    patient_account(pk, sign_in_address(cage, f"account {len(cage.places)}"))
    return pk


def link_code(clinic: Office) -> str:
    return links.make_code({"patient": str(clinic.patient.pk)}, actor=OFFICER, now=NOON)
