"""A patient whose lines are held back is shown what a patient is shown who has none.

Two patients of one practice do the same on the same days.  Something was disclosed about one of them
to the police, who have had it held back.  Everything either can open is compared byte for byte; only
ids and references, which are random anyway, are made the same first.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from audit import clock
from requests_app.permissions import Role
from tests.support import api, office, openapi
from tests.support.api import Caller
from tests.support.office import TO_THE_POLICE, Office, day, disclosed, held_back

pytestmark = pytest.mark.django_db
FILED, SAID, GIVEN = day("2026-03-02"), day("2026-03-20"), day("2026-04-10")
_RANDOM = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}"
)
#: What a signed-in person may ask for with GET, of a request of theirs and beside it.
READ = sorted(
    one.path.removeprefix("/api/v1") for one in openapi.operations() if one.method == "get"
)


class Twin:
    """One of the two: a chart, an account, a request for an accounting, and one for a copy."""

    def __init__(self, clinic: Office, number: str, *, held: bool) -> None:
        self.patient = office.add_patient(clinic.site, number=number, now=FILED)
        self.account = api.patient(f"twin.{number.lower()}@example.org")
        office.link(self.account.actor, self.patient, now=FILED)
        disclosed(self.patient, "2026-02-03", now=FILED)
        if held:
            line = disclosed(self.patient, "2026-02-04", now=FILED, **TO_THE_POLICE)
            held_back(self.patient, line, now=SAID)
        self.references = {
            "accounting": self._file("accounting", FILED),
            "access": self._file("access", FILED + timedelta(minutes=1)),
        }

    def _file(self, kind: str, when: datetime) -> str:
        with clock.frozen(when):
            answer = self.account.post("/requests", {"kind": kind, "details": office.DETAILS[kind]})
        return str(answer.json()["reference"])

    def answers(self) -> dict[str, Any]:
        """Every address this account can read: status, headers that say something, and body."""
        found = {}
        for path in READ:
            for kind, reference in self.references.items():
                address = path.replace("{reference}", reference)
                found[f"{path} {kind if address != path else ''}"] = address
        own = str(self.patient.pk)
        return {name: self._answer(path.replace("{id}", own)) for name, path in found.items()}

    def _answer(self, address: str) -> tuple[int, str, str]:
        answer = self.account.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        seen: dict[str, str] = {}
        text = _RANDOM.sub(lambda hit: seen.setdefault(hit[0], f"#{len(seen)}"), body.decode())
        sha = re.sub(r'"sha256":"[0-9a-f]{64}"', '"sha256":"#"', text)
        return answer.status_code, answer.get("ETag", ""), sha


@pytest.fixture
def twins(db: None) -> Iterator[tuple[Twin, Twin]]:
    with clock.frozen(FILED):
        clinic = office.set_up(now=FILED)
        yield Twin(clinic, "MR-0101", held=True), Twin(clinic, "MR-0102", held=False)


def fresh(caller: Caller) -> Caller:
    from privacy_portal.accounts import tokens

    return Caller(caller.user, tokens.make_for_person(caller.user, now=clock.now()).text)


def compare(one: Twin, other: Twin) -> None:
    for twin in (one, other):
        twin.account = fresh(twin.account)
    held, none = one.answers(), other.answers()
    assert [path for path, answer in held.items() if answer != none[path]] == []
    assert any(status == 200 for status, _, _ in held.values())


def provide(*twins: Twin) -> None:
    officer = fresh(api.staff(Role.PRIVACY_OFFICER, name="Olive Officer"))
    for twin in twins:
        gave = officer.act(twin.references["accounting"], "provide", {"provided": "portal"})
        assert gave.status_code == 200, gave.content


def test_nothing_a_patient_can_open_tells_the_two_apart(twins: tuple[Twin, Twin]) -> None:
    """While the requests are open, once the accountings are given, and once they are closed."""
    with clock.frozen(day("2026-03-21")):
        compare(*twins)
    with clock.frozen(GIVEN):
        provide(*twins)
        compare(*twins)
        officer = api.staff(Role.PRIVACY_OFFICER, name="Other Officer")
        for twin in twins:
            officer.act(twin.references["accounting"], "close")
        compare(*twins)


def test_moves_refused_are_refused_alike(twins: tuple[Twin, Twin]) -> None:
    """What the account may not do says the same of both, and so does what is not possible."""
    with clock.frozen(GIVEN):
        provide(*twins)
        said = []
        for twin in twins:
            account = fresh(twin.account)
            for move in ("supplement", "narrow", "withdraw", "provide"):
                answer = account.act(twin.references["accounting"], move, {})
                said.append((move, answer.status_code, answer.content))
    assert said[:4] == said[4:]


def test_the_comparison_sees_a_difference(twins: tuple[Twin, Twin]) -> None:
    """Once the statement has lapsed, a fresh list tells them apart: so the test can fail."""
    with clock.frozen(day("2026-04-20")):
        provide(*twins)
        with pytest.raises(AssertionError):
            compare(*twins)
