"""People of a scenario who act on days of their own, through the API, each signed in on that day."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from audit import clock
from privacy_portal.accounts import tokens
from privacy_portal.exports import jobs
from requests_app.people.models import Patient
from requests_app.permissions import Role
from tests.support import api, office
from tests.support.api import Caller
from tests.support.office import Office, day


@contextmanager
def on(caller: Caller, when: str | datetime) -> Iterator[Caller]:
    """That day at noon, or that instant; the caller signed in then."""
    with clock.frozen(day(when) if isinstance(when, str) else when):
        token = tokens.make_for_person(caller.user, now=clock.now()).text
        yield replace(caller, token=token)


def ok(answer: Any, status: int = 200) -> Any:
    """The body of an answer that went well."""
    assert answer.status_code == status, answer.content
    return answer.json()


@dataclass(frozen=True)
class Scene:
    """An office with its officer, an auditor, and a patient with an account."""

    clinic: Office
    patient: Caller
    officer: Caller
    auditor: Caller

    @property
    def who(self) -> str:
        return str(self.clinic.patient.pk)

    def told(self, when: str, on_day: str, **more: Any) -> str:
        """The officer records a disclosure about the patient; its id."""
        usual = {"patient": self.who, "disclosed_on": on_day, "description": "Records"}
        with on(self.officer, when) as officer:
            return str(ok(officer.post("/disclosures", usual | more), 201)["id"])

    def asks(self, when: str, **details: str) -> dict[str, Any]:
        """The patient asks for an accounting."""
        with on(self.patient, when) as patient:
            body = {"kind": "accounting", "details": details}
            return dict(ok(patient.post("/requests", body), 201))

    def moves(self, when: str, reference: str, move: str, body: Any = None) -> Any:
        """The officer makes a move; the answer as it came."""
        with on(self.officer, when) as officer:
            return officer.act(reference, move, body)

    def provides(self, when: str, reference: str, *, series: bool = False) -> str:
        """The officer gives the accounting; the letter the patient reads."""
        ok(self.moves(when, reference, "provide", {"provided": "portal", "series": series}))
        return self.letter(when, reference)

    def letter(self, when: str, reference: str) -> str:
        """The last letter, as the patient reads it."""
        with on(self.patient, when) as patient:
            return str(ok(patient.get(f"/requests/{reference}/letters"))["letters"][-1]["body"])

    def owed(self, when: str) -> list[str]:
        """The requests whose accounting can be supplemented on that day."""
        with on(self.officer, when) as officer:
            return [one["request"] for one in ok(officer.get("/supplements"))["supplements"]]

    def said(self, when: str, **statement: Any) -> dict[str, Any]:
        """An agency says that an accounting would impede its work."""
        usual = {
            "patient": self.who, "authority": "law_enforcement", "form": "oral",
            "official": "Detective Dan Example", "identity": "Called back through the switchboard",
            "words": "It would impede the case", "would_impede": True, "stated_on": when,
        }  # fmt: skip
        with on(self.officer, when) as officer:
            return dict(ok(officer.post("/suspensions", usual | statement), 201))

    def a_year_on(self, when: str) -> "Scene":
        """The same, with an officer whose role began then: a role is granted for a year."""
        with clock.frozen(day(when)):
            return replace(self, officer=api.staff(Role.PRIVACY_OFFICER, name="Next Officer"))

    def exports(self, when: str, register: str, body: dict[str, Any]) -> Any:
        """The auditor asks for an export and the worker writes it; the answer to the asking."""
        with on(self.auditor, when) as auditor:
            answer = auditor.post(f"/exports/{register}", body)
            if answer.status_code == 201:
                actor = auditor.actor
                jobs.write_waiting(actor_of=lambda _: actor, until=lambda: False)
                return auditor.get(f"/exports/{answer.json()['id']}")
        return answer


def scene(opened: str) -> Scene:
    """The office as it opens on that day."""
    with clock.frozen(day(opened)):
        clinic = office.set_up(now=day(opened))
        patient = api.patient()
        office.link(patient.actor, clinic.patient, now=day(opened))
        return Scene(
            clinic,
            patient,
            api.staff(Role.PRIVACY_OFFICER, name="Olive Officer"),
            api.staff(Role.AUDITOR, name="Audra Auditor"),
        )


def add_patients(here: Scene, count: int, when: str) -> list[Patient]:
    """Others of the same practice."""
    return [
        office.add_patient(here.clinic.site, number=f"MR-02{n:02}", now=day(when))
        for n in range(count)
    ]
