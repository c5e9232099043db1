"""People of a scenario and their moments: each acts through the API, signed in on that day."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from audit import clock
from privacy_portal.accounts import tokens
from requests_app.permissions import Role
from tests.support import api, office
from tests.support.api import Caller
from tests.support.office import Office, day

OPENED = "2026-01-02"


def moment(when: str) -> datetime:
    """Noon of a day in North Carolina, or the instant itself where a time is written."""
    return datetime.fromisoformat(when) if "T" in when else day(when)


@dataclass(frozen=True)
class Somebody:
    """A person with an account. Each call is made at its moment, with a token of that moment."""

    caller: Caller

    @contextmanager
    def at(self, when: str) -> Iterator[Caller]:
        now = moment(when)
        with clock.frozen(now):
            yield replace(self.caller, token=tokens.make_for_person(self.caller.user, now=now).text)

    def get(self, when: str, path: str, **query: str) -> Any:
        """What is shown; the answer must be one."""
        with self.at(when) as caller:
            answer = caller.get(path, **query)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def posts(self, when: str, path: str, body: Any = None) -> Any:
        """The answer, whatever it is."""
        with self.at(when) as caller:
            return caller.post(path, body)

    def files(self, when: str, kind: str, **details: Any) -> str:
        """A request of their own; its reference."""
        asked = {"kind": kind, "details": office.DETAILS[kind] | details}
        return str(done(self.posts(when, "/requests", asked))["reference"])

    def tries(self, when: str, reference: str, move: str, body: Any = None) -> Any:
        """A move; the answer, whatever it is."""
        with self.at(when) as caller:
            return caller.act(reference, move, body)

    def moves(self, when: str, reference: str, move: str, body: Any = None) -> Any:
        """A move that must be possible; the request after it."""
        return done(self.tries(when, reference, move, body))

    def letters(self, when: str, reference: str) -> list[Any]:
        return list(self.get(when, f"/requests/{reference}/letters")["letters"])

    def allowed(self, when: str, reference: str) -> set[str]:
        """The moves that are possible at that moment."""
        shown = self.get(when, f"/requests/{reference}")["actions"]
        return {one["name"] for one in shown if one["allowed"]}

    @property
    def id(self) -> str:
        return str(self.caller.user.pk)


@dataclass(frozen=True)
class Stage:
    """A practice, its patient, and who works there."""

    clinic: Office
    patient: Somebody
    officer: Somebody
    desk: Somebody

    def staff(self, *roles: Role, name: str) -> Somebody:
        """Somebody else of the practice."""
        with clock.frozen(moment(OPENED)):
            return Somebody(api.staff(*roles, name=name))


def open_practice(**more: Any) -> Stage:
    """Set up on the second day of 2026, in North Carolina unless said otherwise."""
    with clock.frozen(moment(OPENED)):
        clinic = office.set_up(now=moment(OPENED), **more)
        patient = api.patient()
        office.link(patient.actor, clinic.patient, now=moment(OPENED))
        return Stage(
            clinic,
            Somebody(patient),
            Somebody(api.staff(Role.PRIVACY_OFFICER)),
            Somebody(api.staff(Role.FRONT_DESK, name="Fern Desk")),
        )


def done(answer: Any) -> Any:
    """What came of it; it must have been done."""
    assert answer.status_code in {200, 201}, answer.content
    return answer.json()


def refused(answer: Any, status: int, words: str) -> None:
    """It was refused with these words."""
    assert answer.status_code == status, answer.content
    assert words in answer.content.decode(), answer.json()
