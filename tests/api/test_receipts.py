"""Receipts through the API: what waits, what is given, to whom, and what the file proves."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from audit import clock, merkle, proof
from audit.verify.cli import main as verify
from audit.verify.heads import Trust, check_proof
from privacy_portal.api.receipts import wanted
from requests_app.actions import disclosures
from requests_app.permissions import Role
from tests.audit.faults.stage import Stage
from tests.support import api, office
from tests.support.api import Caller
from tests.support.database import OwnDatabase
from tests.support.office import NOON, OFFICER, Office

BODY = {"kind": "access", "details": office.DETAILS["access"]}
LINE = {
    "basis": "PH", "disclosed_on": "2026-01-02", "purpose": "Reporting",
    "recipient_name": "Example County", "description": "One result",
}  # fmt: skip


@pytest.fixture
def stage(own_database: OwnDatabase, tmp_path: Path, settings: Any) -> Iterator[Stage]:
    made = Stage(own_database, tmp_path)
    settings.LOG_FOLDER = str(made.folder)
    with clock.frozen(NOON):
        yield made


@pytest.fixture
def clinic(stage: Stage) -> Office:
    return office.set_up()


@pytest.fixture
def patient(clinic: Office) -> Caller:
    caller = api.patient()
    office.link(caller.actor, clinic.patient)
    return caller


def path(url: str) -> str:
    return url.removeprefix("/api/v1")


def test_a_receipt_is_checked_with_nothing_but_the_logs_key(
    stage: Stage, patient: Caller, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    link = path(patient.post("/requests", BODY).json()["links"]["receipt"])
    stage.seal()
    content = patient.get(link).content
    assert command(tmp_path, content, stage) == 0
    found = proof.parse(content)
    assert found.extra is not None
    other = proof.Proof(found.index, found.path, found.checkpoint, found.extra[:-1] + b"?")
    assert command(tmp_path, other.to_bytes(), stage) == 1
    with pytest.raises(SystemExit, match="3"):
        command(tmp_path, proof.Proof(found.index, found.path, found.checkpoint).to_bytes(), stage)
    assert "--entry" in capsys.readouterr().err


def command(folder: Path, content: bytes, stage: Stage) -> int:
    file = folder / "receipt.tlog-proof"
    file.write_bytes(content)
    return verify(["proof", str(file), "--vkey", str(stage.signer.verifier)])


def proved(stage: Stage, content: bytes) -> proof.Proof:
    """The file holds, with nothing but the log's key."""
    found = proof.parse(content)
    assert found.extra is not None
    report = check_proof(content, merkle.leaf_hash(found.extra), Trust((stage.signer.verifier,)))
    assert report.exit == 0, report.to_words()
    return found


def test_a_filing_has_a_receipt_once_a_signed_head_covers_it(stage: Stage, patient: Caller) -> None:
    filed = patient.post("/requests", BODY).json()
    link = path(filed["links"]["receipt"])

    waits = patient.get(link)
    stage.seal()
    given = patient.get(link)

    assert (waits.status_code, waits["Retry-After"]) == (202, "1")
    assert given.status_code == 200
    assert given["Content-Type"] == "text/plain; charset=utf-8"
    assert f'{filed["reference"]}.tlog-proof"' in given["Content-Disposition"]
    proved(stage, given.content)


def test_each_line_of_the_timeline_has_its_own(
    stage: Stage, clinic: Office, patient: Caller
) -> None:
    filed = patient.post("/requests", BODY).json()
    officer = api.staff(Role.PRIVACY_OFFICER, name="Olive Officer")
    assert (
        officer.act(filed["reference"], "grant", office.usual("access", "grant")).status_code == 200
    )
    stage.seal()

    lines = patient.get(f"/requests/{filed['reference']}/timeline").json()["timeline"]
    files = [patient.get(path(line["receipt"])).content for line in lines]

    assert len({proved(stage, file).index for file in files}) == len(lines) == 2


def test_a_disclosure_has_one_for_those_who_may_read_it(
    stage: Stage, clinic: Office, patient: Caller
) -> None:
    told = LINE | {"patient": str(clinic.patient.pk)}
    row = disclosures.record(told, actor=OFFICER, now=NOON)
    stage.seal()
    auditor = api.staff(Role.AUDITOR, name="Audra Auditor")

    shown = auditor.get(f"/disclosures/{row.pk}").json()

    proved(stage, auditor.get(path(shown["receipt"])).content)
    assert patient.get(path(shown["receipt"])).status_code == 403


def test_nobody_gets_the_receipt_of_what_they_may_not_read(
    stage: Stage, clinic: Office, patient: Caller
) -> None:
    filed = patient.post("/requests", BODY).json()["reference"]
    stage.seal()
    stranger = api.patient("stranger@example.org")
    for link in (f"/requests/{filed}/receipt", f"/requests/{filed}/receipts/1"):
        assert stranger.get(link).status_code == 404
    for version in ("0", "2", "01x", "1234567", "one"):
        assert patient.get(f"/requests/{filed}/receipts/{version}").status_code == 404


def test_who_prefers_to_wait_gets_it_as_soon_as_it_is_there(stage: Stage, patient: Caller) -> None:
    link = path(patient.post("/requests", BODY).json()["links"]["receipt"])
    sealing = threading.Timer(0.3, stage.seal)
    sealing.start()
    given = api_get(patient, link, "wait=2")
    sealing.join()
    assert given.status_code == 200
    proved(stage, given.content)


def api_get(caller: Caller, link: str, prefer: str) -> Any:
    from django.test import Client

    headers = {"Authorization": f"Bearer {caller.token}", "Prefer": prefer}
    return Client().get(f"/api/v1{link}", headers=headers)


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        pytest.param("wait=1", 1, id="one"),
        pytest.param("wait=2", 2, id="two"),
        pytest.param("wait=600", 2, id="never longer than two"),
        pytest.param("respond-async, wait=1", 1, id="among others"),
        pytest.param('wait="1"; x=y', 1, id="quoted"),
        pytest.param("wait=-1", 0, id="less than none"),
        pytest.param("await=2", 0, id="another word"),
        pytest.param("", 0, id="not said"),
    ],
)
def test_how_long_is_waited(prefer: str, seconds: float) -> None:
    class Call:
        headers = {"Prefer": prefer}

    assert wanted(Call()) == seconds  # type: ignore[arg-type]


def test_a_receipt_outlives_what_the_log_becomes(stage: Stage, patient: Caller) -> None:
    link = path(patient.post("/requests", BODY).json()["links"]["receipt"])
    stage.seal()
    old = patient.get(link).content
    for _ in range(3):
        patient.post("/requests", BODY)
        stage.seal()
    found = proved(stage, old)
    assert stage.fsck(seen=[found.checkpoint]).exit == 0
