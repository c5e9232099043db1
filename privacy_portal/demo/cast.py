"""Who is who in the demo: staff with their roles, patients with their charts. All invented."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from audit import clock
from audit.actors import Actor
from privacy_portal.accounts import people, roles
from privacy_portal.accounts.actors import actor_for
from privacy_portal.demo.stage import Stage, Step
from requests_app.actions import links, patients
from requests_app.permissions import Role

#: Who makes the accounts, as an operator would on the server's own command line.
COMMAND = Actor(id="system:command:demo", name="Demo data", via="command")


@dataclass(frozen=True, slots=True)
class Credential:
    """What one person signs in with."""

    role: str
    sign_in: str
    password: str


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff, an auditor or a reviewer."""

    name: str
    role: Role
    label: str
    licence: str = ""
    since: int = 400
    lent_for: int | None = None

    @property
    def address(self) -> str:
        return f"{self.role.value.replace('_', '.')}@example.org"


#: `since` and `lent_for` are days before today, and days from then on.
STAFF = {
    "administrator": Member("Adam Administrator", Role.ADMINISTRATOR, "Administrator"),
    "officer": Member("Olive Officer", Role.PRIVACY_OFFICER, "Privacy officer"),
    "staff": Member("Stan Staff", Role.PRIVACY_STAFF, "Privacy staff"),
    "desk": Member("Fern Desk", Role.FRONT_DESK, "Front desk"),
    "professional": Member(
        "Dr. Lee Example", Role.LICENSED_PROFESSIONAL, "Licensed professional",
        licence="P00000, Example State Board of Physical Therapy",
    ),
    "reviewer": Member(
        "Dr. Rea Viewer", Role.OUTSIDE_REVIEWER, "Outside reviewer",
        licence="P00001, Example State Board of Physical Therapy", since=40, lent_for=120,
    ),
    "auditor": Member("Audra Auditor", Role.AUDITOR, "Auditor", since=10, lent_for=60),
}  # fmt: skip

PATIENT_ADDRESS = "patricia.demo@example.org"
SIGN_INS = (PATIENT_ADDRESS, *(member.address for member in STAFF.values()))

#: Name on the stage → what the chart says.
CHARTS: dict[str, dict[str, Any]] = {
    "patricia": {
        "record_number": "MR-0001", "family_name": "Demo", "given_names": "Patricia",
        "birth_date": "1980-02-29", "telephone": "919-555-0142", "email": PATIENT_ADDRESS,
        "address": "12 Example Lane, Sampletown, NC 00000",
    },
    "samuel": {
        "record_number": "MR-0002", "family_name": "Sample", "given_names": "Samuel",
        "birth_date": "1958-07-14", "telephone": "919-555-0143",
        "address": "8 Placeholder Road, Sampletown, NC 00000",
    },
    "ines": {
        "record_number": "MR-0003", "family_name": "Example Placeholder", "given_names": "Inés",
        "birth_date": "1991-11-03", "telephone": "919-555-0144",
    },
    "theo": {
        "record_number": "MR-0004", "family_name": "Tryout", "given_names": "Theo",
        "birth_date": "2001-05-20", "telephone": "919-555-0145",
    },
}  # fmt: skip
_LINK_CODE = "the code handed to Patricia"


def steps(stage: Stage) -> list[Step]:
    """Accounts, charts, and the code by which Patricia's account is tied to hers."""
    at = stage.when.at
    return [
        *(Step(at(who.since, 8), partial(_hire, key=key)) for key, who in STAFF.items()),
        *(Step(at(200, 9, n), partial(_open_chart, key=key)) for n, key in enumerate(CHARTS)),
        Step(at(60, 9), _sign_up),
        Step(at(60, 10), _hand_over_code),
        Step(at(60, 11), _use_code),
    ]


def _hire(stage: Stage, *, key: str) -> None:
    who, now = STAFF[key], clock.now()
    password = people.random_password()
    user = people.create_staff(who.address, who.name, password, actor=COMMAND)
    until = now + timedelta(days=who.lent_for) if who.lent_for else None
    roles.grant(user, who.role, actor=COMMAND, since=now, until=until, licence=who.licence)
    stage.actors[key] = actor_for(user, via="session")
    stage.credentials.append(Credential(who.label, who.address, password))


def _open_chart(stage: Stage, *, key: str) -> None:
    raw = CHARTS[key] | {"site": str(stage.site.pk)}
    stage.patients[key] = patients.add(raw, actor=stage.actors["staff"], now=clock.now())


def _sign_up(stage: Stage) -> None:
    password = people.random_password()
    user = people.create_patient(PATIENT_ADDRESS, password, actor=COMMAND, now=clock.now())
    stage.actors["patricia"] = actor_for(user, via="session")
    stage.credentials.insert(0, Credential("Patient", PATIENT_ADDRESS, password))


def _hand_over_code(stage: Stage) -> None:
    raw = {"patient": str(stage.patients["patricia"].pk)}
    code = links.make_code(raw, actor=stage.actors["staff"], now=clock.now())
    stage.references[_LINK_CODE] = code


def _use_code(stage: Stage) -> None:
    raw = {"code": stage.references.pop(_LINK_CODE)}
    links.use_code(raw, actor=stage.actors["patricia"], now=clock.now())
