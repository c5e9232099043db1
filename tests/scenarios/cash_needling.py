"""People and moments of the scenarios about needling paid in cash, through the API."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit import clock
from privacy_portal.accounts import tokens
from privacy_portal.accounts.model_users import User
from requests_app.people.models import Patient
from requests_app.permissions import Role
from tests.support import api, office
from tests.support.api import Caller

NEEDLING = {
    "information": "Dry needling, 20560",
    "limit": "disclosure",
    "recipients": ["health_plan"],
}


def at(text: str) -> datetime:
    """That moment in North Carolina in winter."""
    return datetime.fromisoformat(f"{text}-05:00")


@dataclass(frozen=True)
class Cast:
    """The practice's officer and desk, and a patient who is not signed in."""

    patient: Patient
    users: dict[Role, User]

    def call(self, role: Role, when: str) -> Caller:
        """Somebody at that moment, with a fresh token; keep the clock there while calling."""
        return Caller(self.users[role], tokens.make_for_person(self.users[role], now=at(when)).text)

    def said_at_the_desk(self, when: str, **details: Any) -> str:
        """Told orally, taken down by the desk, who knows the patient; the reference."""
        with clock.frozen(at(when)):
            desk = self.call(Role.FRONT_DESK, when)
            body = {
                "kind": "restriction",
                "details": NEEDLING | details,
                "channel": "in_person",
                "received_at": at(when).isoformat(),
                "asker": {"name": "Patricia Demo"},
                "patient": str(self.patient.pk),
            }
            answer = desk.post("/requests", body)
            assert answer.status_code == 201, answer.content
            reference = str(answer.json()["reference"])
            known = {"method": "known", "evidence": "A patient of the practice for years"}
            assert desk.act(reference, "confirm_identity", known).status_code == 200
        return reference

    def act(self, when: str, reference: str, move: str, body: Any = None) -> Any:
        """A move of the officer's; the answer, whatever it is."""
        with clock.frozen(at(when)):
            return self.call(Role.PRIVACY_OFFICER, when).act(reference, move, body)

    def standing(self, when: str) -> dict[str, Any]:
        """What billing is told at that moment."""
        with clock.frozen(at(when)):
            answer = self.call(Role.BILLING, when).get(f"/patients/{self.patient.pk}/restrictions")
        assert answer.status_code == 200, answer.content
        return dict(answer.json())

    def check(self, when: str, *, role: Role = Role.BILLING, **asked: Any) -> dict[str, Any]:
        """What the check answers at that moment, to billing unless said otherwise."""
        with clock.frozen(at(when)):
            body = {"patient": str(self.patient.pk), "contents": ["billing"]} | asked
            answer = self.call(role, when).post("/disclosures/check", body, key=None)
        assert answer.status_code == 200, answer.content
        return dict(answer.json())

    def claim(self, when: str, *codes: str, **asked: Any) -> dict[str, Any]:
        """Lines of the visit of 2 March on their way to plan P."""
        services = [{"code": code, "on": "2026-03-02"} for code in codes]
        usual = {
            "basis": "PAY", "recipient": "Plan P", "recipient_kind": "health_plan",
            "services": services, "purpose": "A claim",
        }  # fmt: skip
        return self.check(when, **usual | asked)

    def letters(self, when: str, reference: str) -> list[str]:
        with clock.frozen(at(when)):
            officer = self.call(Role.PRIVACY_OFFICER, when)
            return [
                one["body"]
                for one in officer.get(f"/requests/{reference}/letters").json()["letters"]
            ]

    def request(self, when: str, reference: str) -> dict[str, Any]:
        with clock.frozen(at(when)):
            return dict(self.call(Role.PRIVACY_OFFICER, when).get(f"/requests/{reference}").json())


def cast() -> Cast:
    opened = at("2026-03-02T08:00")
    with clock.frozen(opened):
        clinic = office.set_up(now=opened)
        roles = (Role.PRIVACY_OFFICER, Role.FRONT_DESK, Role.BILLING)
        users = {role: api.staff(role, name=f"Demo {role.value}").user for role in roles}
    return Cast(clinic.patient, users)
