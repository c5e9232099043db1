"""Entries of the log are chosen on a page and handed over with their proofs, for a reason, to somebody."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from audit import clock, log, publish, tiles
from audit.log import Facet
from audit.verify.cli import main as verify
from requests_app import events
from requests_app.permissions import Role
from tests.audit.faults.stage import Stage
from tests.support import office
from tests.support.database import OwnDatabase
from tests.support.office import NOON, Office
from tests.support.office_pages import staff
from tests.support.pages import Visitor, checked, expect_problem

WHY = {"reason": "Yearly review", "recipient": "Audra Auditor, Example Audits"}


@pytest.fixture
def stage(own_database: OwnDatabase, tmp_path: Path, settings: Any) -> Iterator[Stage]:
    made = Stage(own_database, tmp_path)
    settings.LOG_FOLDER = str(made.folder)
    publish.write_atomically(made.folder, tiles.VKEYS, f"{made.signer.verifier}\n".encode())
    with clock.frozen(NOON):
        yield made


@pytest.fixture
def clinic(stage: Stage) -> Office:
    found = office.set_up()
    office.disclosed(found.patient, "2026-02-01")
    return found


@pytest.fixture
def auditor(clinic: Office) -> Visitor:
    return staff(Role.AUDITOR, name="Audra Auditor")


def fetched(visitor: Visitor, status: int = 200, **answers: str) -> Any:
    """What comes of pressing the button; a file is no page."""
    assert visitor.page is not None
    return visitor.browser.post("/audit/log/hand-over", visitor.page.filled(**answers))


def test_what_is_chosen_in_the_log_is_handed_over_proved_and_opens_alone(
    stage: Stage, clinic: Office, auditor: Visitor, tmp_path: Path
) -> None:
    stage.seal()
    found = auditor.open(f"/audit/log?search=1&event={events.DISCLOSURE_RECORDED}")
    (ticked,) = [one["value"] for one in found.all("input") if one.get("name") == "entry"]
    page = auditor.open(f"/audit/log/hand-over?entry={ticked}")
    place = page.filled()["entries.0.index"][0]

    answer = fetched(auditor, **WHY, **{"entries.0.opened": "true"})

    assert answer["Content-Type"] == "application/zip"
    with ZipFile(io.BytesIO(answer.content)) as archive:
        shown = json.loads(archive.read(f"opened/{place}.json"))
    assert shown["patient"] == str(clinic.patient.pk)
    file = tmp_path / "export.zip"
    file.write_bytes(answer.content)
    assert verify(["bundle", str(file), "--vkey", str(stage.signer.verifier)]) == 0
    told = log.find(Facet.NAME, events.LOG_HANDED_OVER).entries
    assert {one.entry.reason for one in told} == {WHY["reason"]}
    assert str(stage.signer.verifier) in page.main


def test_what_waits_for_its_signature_is_said_and_nothing_typed_is_lost(
    stage: Stage, auditor: Visitor
) -> None:
    newest = log.recent(limit=1).entries[0].eid
    page = auditor.open(f"/audit/log/hand-over?entry={newest}")
    assert "1 chosen entry waits for its place" in page.main

    page = auditor.send("/audit/log/hand-over", status=202, **WHY, **{"entries.0.index": "0"})

    assert "press the button again" in page.main
    assert page.filled()["reason"] == [WHY["reason"]]
    stage.seal()
    assert fetched(auditor)["Content-Type"] == "application/zip"


WRONG = {
    "reason": ({"reason": ""}, 422, "reason", "Enter the reason"),
    "recipient": ({"recipient": " "}, 422, "recipient", "Enter the recipient"),
}


@pytest.mark.parametrize("what", WRONG)
def test_nothing_is_handed_over_that_is_not_said_in_full(
    what: str, stage: Stage, auditor: Visitor
) -> None:
    stage.seal()
    auditor.open("/audit/log/hand-over")
    changed, status, field, sentence = WRONG[what]

    answer = fetched(auditor, **(WHY | {"entries.0.index": "0"} | changed))

    assert answer.status_code == status
    expect_problem(checked(answer), field, sentence)
    assert not log.find(Facet.NAME, events.LOG_HANDED_OVER).entries


def test_a_head_that_was_never_signed_is_refused_with_what_was_typed(
    stage: Stage, auditor: Visitor
) -> None:
    stage.seal()
    auditor.open("/audit/log/hand-over")

    answer = fetched(auditor, **WHY, **{"entries.0.index": "0", "previous_size": "999"})

    page = checked(answer)
    assert answer.status_code == 409
    assert "was ever signed" in page.main
    assert page.filled()["recipient"] == [WHY["recipient"]]


@pytest.mark.parametrize("role", [Role.PRIVACY_STAFF, Role.ADMINISTRATOR, Role.FRONT_DESK])
def test_it_is_for_those_who_read_the_whole_log(role: Role, clinic: Office) -> None:
    visitor = staff(role, name="Somebody Else")
    assert visitor.browser.get("/audit/log/hand-over").status_code == 403
    assert visitor.browser.post("/audit/log/hand-over", WHY).status_code == 403
