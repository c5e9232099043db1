"""16. A worker is killed around the commit: neither row nor entry, or both of them, once."""

import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from audit import log
from requests_app import events
from requests_app.disclosures.models import Disclosure
from requests_app.permissions import Role
from tests.audit.faults.stage import ROOT, Stage
from tests.support import api, office
from tests.support.api import Caller

PATH, KEY = "/disclosures", "the-same-key"


@dataclass(frozen=True)
class Desk:
    """Somebody at work, and the line they record."""

    stage: Stage
    caller: Caller
    line: dict[str, str]

    def killed(self, side: str) -> None:
        """The call is made in a process of its own that ends on this side of its commit."""
        headers = {"Authorization": f"Bearer {self.caller.token}", "Idempotency-Key": KEY}
        told = {"side": side, "path": f"/api/v1{PATH}", "body": self.line, "headers": headers}
        done = subprocess.run(
            [sys.executable, "-m", "tests.audit.faults.killed_worker"],
            cwd=ROOT, input=json.dumps(told), env=self.stage.database.environ,
            text=True, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == -signal.SIGKILL, done.stderr

    def again(self) -> Any:
        """The same call under the same key, by a worker that lives."""
        return self.caller.post(PATH, self.line, key=KEY)

    def recorded(self) -> tuple[int, int]:
        """Rows, and entries about them."""
        found = log.find(log.Facet.NAME, events.DISCLOSURE_RECORDED).entries
        return Disclosure.objects.count(), len(found)


@pytest.fixture
def desk(stage: Stage) -> Desk:
    clinic = office.set_up()
    line = {
        "basis": "PH", "disclosed_on": "2026-01-02", "purpose": "Reporting",
        "recipient_name": "Example County", "description": "One result",
        "patient": str(clinic.patient.pk),
    }  # fmt: skip
    return Desk(stage, api.staff(Role.PRIVACY_OFFICER), line)


def test_before_its_commit_there_is_neither_row_nor_entry(desk: Desk) -> None:
    desk.killed("before")
    assert desk.recorded() == (0, 0)
    assert desk.again().status_code == 201
    assert desk.recorded() == (1, 1)
    assert not {"I1", "I6", "I7"} & desk.stage.broken()


def test_after_its_commit_the_same_call_finds_both_and_makes_no_second(desk: Desk) -> None:
    desk.killed("after")
    assert desk.recorded() == (1, 1)
    answer = desk.again()
    assert (answer.status_code, desk.recorded()) == (201, (1, 1))
    assert answer.json()["id"] == str(Disclosure.objects.get().pk)
    # The control: the same call under a key of its own is another call.
    assert desk.caller.post(PATH, desk.line, key="another-key").status_code == 201
    assert desk.recorded() == (2, 2)


def test_the_same_entry_sent_once_more_is_refused_by_its_id(desk: Desk) -> None:
    """Whoever repeats the statement itself, not knowing whether it was kept."""
    (eid,) = desk.stage.append()
    with psycopg.connect(desk.stage.database.url()) as application:
        row = application.execute("SELECT entry FROM audit.event WHERE eid = %s", [eid]).fetchone()
        with pytest.raises(psycopg.errors.UniqueViolation):
            application.execute(
                "INSERT INTO audit.event (eid, entry) VALUES (%s, %s)", [eid, row and row[0]]
            )
