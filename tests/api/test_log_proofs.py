"""The log's proofs through the API: what programs not written here fetch, and what auditors are handed."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import transaction

from audit import clock, log, merkle, publish, published, strict, tiles
from audit.log import Facet
from audit.verify.cli import main as verify
from privacy_portal import anchors
from requests_app import events
from requests_app.falling_due.models import FallsDue
from requests_app.permissions import Role
from tests.api.test_receipts import LINE
from tests.audit.faults.stage import Stage
from tests.support import api, office
from tests.support.api import Caller
from tests.support.database import OwnDatabase
from tests.support.office import NOON, Office
from tests.support.stamps import Authority, answering

REASON = {"reason": "Yearly review", "recipient": "Audra Auditor"}


@pytest.fixture
def stage(own_database: OwnDatabase, tmp_path: Path, settings: Any) -> Iterator[Stage]:
    made = Stage(own_database, tmp_path)
    settings.LOG_FOLDER = str(made.folder)
    publish.write_atomically(made.folder, tiles.VKEYS, f"{made.signer.verifier}\n".encode())
    with clock.frozen(NOON):
        yield made


@pytest.fixture
def clinic(stage: Stage) -> Office:
    return office.set_up()


@pytest.fixture
def auditor(stage: Stage) -> Caller:
    return api.staff(Role.AUDITOR, name="Audra Auditor")


@pytest.fixture
def sealed(stage: Stage, clinic: Office, auditor: Caller) -> int:
    """How many entries are signed for: some of everything, a disclosure among them."""
    from requests_app.actions import disclosures

    told = LINE | {"patient": str(clinic.patient.pk)}
    disclosures.record(told, actor=office.OFFICER, now=NOON)
    stage.seal()
    return stage.published()


def listed(caller: Caller, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = caller.post("/log/entries/list", asked).json()["results"]
    return found


def test_entries_are_listed_by_index_and_time_without_being_opened(
    clinic: Office, auditor: Caller, sealed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.entry.open_entry", None)  # Whoever opens one, falls.
    patient = str(clinic.patient.pk)
    about = listed(auditor, facet="subject", value=patient)
    assert about
    assert all(one["index"] is not None and one["leaf"] for one in about)
    hour = timedelta(hours=1)
    for since, until, expected in (
        (NOON - hour, NOON + hour, len(about)),
        (NOON + hour, None, 0),
        (None, NOON - hour, 0),
        (NOON, NOON, 0),
    ):
        span = {"since": since, "until": until}
        asked = {name: at.isoformat() for name, at in span.items() if at}
        found = listed(auditor, facet="subject", value=patient, **asked)
        # The search before this one has become an entry about the patient itself.
        assert len(found) >= expected if expected else not found, asked


def test_listing_is_an_entry(clinic: Office, auditor: Caller) -> None:
    listed(auditor, facet="subject", value=str(clinic.patient.pk))
    found = log.find(Facet.NAME, events.LISTED_LOG).entries[0].entry
    assert (found.patient, found.actor.name) == (str(clinic.patient.pk), "Audra Auditor")


def test_opening_one_wants_a_reason_and_is_an_entry(auditor: Caller, sealed: int) -> None:
    url = listed(auditor, facet="name", value=events.READ_PATIENTS) or listed(auditor)
    link = url[0]["url"].removeprefix("/api/v1")
    assert auditor.get(link).json()["id"] == url[0]["id"]
    assert auditor.post(f"{link}/open", {}).status_code == 422
    shown = auditor.post(f"{link}/open", {"reason": "Yearly review"}).json()
    assert shown["id"] == url[0]["id"]
    found = log.find(Facet.NAME, events.READ_LOG).entries[0].entry
    assert (found.reason, found.extra) == ("Yearly review", {"count": 1, "entry": shown["id"]})


def test_files_are_the_published_bytes(stage: Stage, auditor: Caller, sealed: int) -> None:
    head = auditor.get("/log/checkpoint")
    assert head.content == (stage.folder / "checkpoint").read_bytes()
    assert head["Content-Type"] == "text/plain; charset=utf-8"
    for tile in [*tiles.tiles_of(sealed), *tiles.bundles_of(sealed)]:
        given = auditor.get(f"/log/{tile.path}")
        assert given["Content-Type"] == "application/octet-stream"
        assert given.content == (stage.folder / tile.path).read_bytes(), tile.path


NOT_THERE = {
    "tile/0/001": "none of that number yet",
    "tile/64/000": "no such level",
    "tile/0/0": "another spelling",
    "tile/0/../../checkpoint": "a way out",
    "tile/0/x001/../../../signing-key": "a way out in between",
    "tile/entries/000.p/256": "a full one as partial",
    "inclusion/x": "a place that is no number",
    "inclusion/-1": "a place before the first",
    "inclusion/999999": "a place beyond the last",
    "consistency/999999": "a size beyond the last",
    "entries/019a1ff7-0000-7000-8000-000000000001": "no such entry",
}


def test_what_is_not_there_is_a_problem(auditor: Caller, sealed: int) -> None:
    for path, why in NOT_THERE.items():
        answer = auditor.get(f"/log/{path}")
        assert answer.status_code == 404, why
        assert answer["Content-Type"] == "application/problem+json"


def test_each_proof_leads_to_the_signed_root(stage: Stage, auditor: Caller, sealed: int) -> None:
    leaves = [bytes.fromhex(one["leaf"]) for one in reversed(listed(auditor)) if one["leaf"]]
    assert merkle.root(leaves) == published.newest().root  # type: ignore[union-attr]
    for size in {sealed, sealed // 2 + 1}:
        for index in range(size):
            shown = auditor.get(f"/log/inclusion/{index}?size={size}").json()
            merkle.verify_inclusion(
                index=index, size=size, leaf=leaves[index], root=merkle.root(leaves[:size]),
                path=[strict.b64(one) for one in shown["hashes"]],
            )  # fmt: skip
            assert shown["root"] == strict.to_b64(merkle.root(leaves[:size]))


def test_each_earlier_size_leads_to_the_newest(auditor: Caller, sealed: int) -> None:
    leaves = [bytes.fromhex(one["leaf"]) for one in reversed(listed(auditor)) if one["leaf"]]
    for old in range(1, sealed + 1):
        shown = auditor.get(f"/log/consistency/{old}").json()
        merkle.verify_consistency(
            old=old, new=sealed, old_root=merkle.root(leaves[:old]), new_root=merkle.root(leaves),
            path=[strict.b64(one) for one in shown["hashes"]],
        )  # fmt: skip
    for path in ("/log/inclusion/0?size=", "/log/consistency/0?new="):
        for size in (sealed + 1, "x", "-1", "01"):
            answer = auditor.get(f"{path}{size}")
            assert answer.status_code == 422
            assert f"at most {sealed}" in answer.json()["errors"][0]["detail"]


def test_an_entry_has_its_receipt(
    stage: Stage, auditor: Caller, sealed: int, tmp_path: Path
) -> None:
    file = tmp_path / "entry.tlog-proof"
    oldest = next(one for one in listed(auditor) if one["index"] is not None)
    file.write_bytes(auditor.get(oldest["receipt"].removeprefix("/api/v1")).content)
    assert verify(["proof", str(file), "--vkey", str(stage.signer.verifier)]) == 0


def bundle(caller: Caller, *places: int, opened: tuple[int, ...] = (), **more: Any) -> Any:
    entries = [{"index": one, "opened": one in opened} for one in places]
    return caller.post("/log/bundles", REASON | {"entries": entries} | more, key=None)


def test_a_bundle_opens_exactly_what_was_asked_for(
    stage: Stage, clinic: Office, auditor: Caller, sealed: int, tmp_path: Path
) -> None:
    about = listed(auditor, facet="subject", value=str(clinic.patient.pk))
    place = next(one["index"] for one in about if one["index"] is not None)
    others = tuple(one for one in range(sealed) if one != place)

    given = bundle(auditor, *others, place, opened=(place,))

    assert given["Content-Type"] == "application/zip"
    with ZipFile(io.BytesIO(given.content)) as archive:
        names = set(archive.namelist())
        assert {f"entries/{one}.bin" for one in range(sealed)} <= names
        assert [one for one in names if one.startswith("secrets/")] == [f"secrets/{place}.hex"]
        shown = json.loads(archive.read(f"opened/{place}.json"))
        assert shown["patient"] == str(clinic.patient.pk)
    file = tmp_path / "export.zip"
    file.write_bytes(given.content)
    assert verify(["bundle", str(file), "--vkey", str(stage.signer.verifier)]) == 0


def test_handing_over_is_an_entry_that_names_what_was_opened(
    clinic: Office, auditor: Caller, sealed: int
) -> None:
    patient = str(clinic.patient.pk)
    about = listed(auditor, facet="subject", value=patient)
    place = next(one["index"] for one in about if one["index"] is not None)
    bundle(auditor, 0, place, opened=(place,))
    found = log.find(Facet.NAME, events.LOG_HANDED_OVER).entries
    assert {one.entry.patient for one in found} == {None, patient}
    told = found[0].entry
    assert (told.reason, told.recipient) == ("Yearly review", "Audra Auditor")
    assert told.extra is not None
    assert told.extra["opened"] == str(place)


def test_a_bundle_continues_the_head_its_reader_holds(
    stage: Stage, auditor: Caller, sealed: int, tmp_path: Path
) -> None:
    listed(auditor)
    stage.seal()
    file = tmp_path / "export.zip"
    file.write_bytes(bundle(auditor, 0, previous_size=sealed).content)
    with ZipFile(file) as archive:
        assert f"\n{sealed}\n" in archive.read("previous-checkpoint").decode()
    assert verify(["bundle", str(file), "--vkey", str(stage.signer.verifier)]) == 0

    refused = bundle(auditor, 0, previous_size=sealed + 500)
    assert refused.status_code == 409
    assert "was ever signed" in refused.json()["detail"]


@pytest.fixture
def stamped(
    stage: Stage, sealed: int, tmp_path: Path, settings: Any
) -> Callable[[], tuple[str, bytes]]:
    """Has the newest head stamped as each day does; the certificates to trust, and the stamp."""
    authority = Authority(tmp_path / "authority")
    settings.STAMP_CA = str(authority.folder / "ca.pem")

    def stamp() -> tuple[str, bytes]:
        with answering(authority.answer) as settings.STAMP_URL, transaction.atomic():
            anchors.stamp(FallsDue(), clock.now())
        held = anchors.stamped()
        assert held is not None
        assert held.stamp is not None
        return settings.STAMP_CA, held.stamp

    return stamp


def heads(given: Any, file: Path) -> dict[str, bytes]:
    """What a bundle holds beside entries."""
    file.write_bytes(given.content)
    with ZipFile(file) as archive:
        return {one: archive.read(one) for one in archive.namelist() if "/" not in one}


def test_a_bundle_is_under_the_head_that_was_stamped(
    stage: Stage, auditor: Caller, sealed: int, stamped: Any, tmp_path: Path
) -> None:
    roots, stamp = stamped()
    stage.seal()
    given = bundle(auditor, 0, sealed - 1, opened=(0,), previous_size=sealed)
    found = heads(given, tmp_path / "export.zip")
    assert found["checkpoint.tsr"] == stamp
    assert f"\n{sealed}\n" in found["checkpoint"].decode()
    checked = ["bundle", str(tmp_path / "export.zip"), "--vkey", str(stage.signer.verifier)]
    assert verify([*checked, "--tsa-ca", roots]) == 0
    (tmp_path / "others.pem").write_bytes(Authority(tmp_path / "others").root)
    assert verify([*checked, "--tsa-ca", str(tmp_path / "others.pem")]) != 0


def test_what_came_after_the_stamp_is_under_the_newest_head(
    stage: Stage, auditor: Caller, sealed: int, stamped: Any, tmp_path: Path
) -> None:
    stamped()
    stage.seal()
    newest = stage.published()
    assert newest > sealed
    for number, more in enumerate(({"previous_size": newest}, {})):
        wanted = (0,) if more else (sealed,)
        found = heads(bundle(auditor, *wanted, **more), tmp_path / f"{number}.zip")
        assert "checkpoint.tsr" not in found
        assert int(found["checkpoint"].split(b"\n")[1]) >= newest


def test_nothing_leaves_a_log_that_no_longer_begins_as_it_was_stamped(
    stage: Stage, auditor: Caller, stamped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamped()
    monkeypatch.setattr(published.Published, "root_at", lambda head, size: bytes(32))
    refused = bundle(auditor, 0)
    assert refused.status_code == 409
    assert "no longer begins with" in refused.json()["detail"]


def test_what_no_head_covers_waits(stage: Stage, auditor: Caller, sealed: int) -> None:
    for answer in (bundle(auditor, sealed), bundle(auditor, 10**12)):
        assert (answer.status_code, answer["Retry-After"]) == (202, "1")


NOT_IN_FULL: tuple[tuple[dict[str, Any], str], ...] = (
    ({"entries": []}, "/entries"),
    ({"entries": [{"index": 0}, {"index": 0}]}, "/entries"),
    ({"entries": [{"index": -1}]}, "/entries/0/index"),
    ({"entries": [{"index": 0}], "reason": ""}, "/reason"),
    ({"entries": [{"index": 0}], "recipient": " "}, "/recipient"),
)


def test_a_bundle_that_is_not_said_in_full_is_not_made(auditor: Caller, sealed: int) -> None:
    for asked, pointer in NOT_IN_FULL:
        answer = auditor.post("/log/bundles", REASON | asked, key=None)
        assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert not log.find(Facet.NAME, events.LOG_HANDED_OVER).entries


def test_an_officer_who_is_named_in_a_complaint_is_not_handed_it_opened(
    stage: Stage, clinic: Office
) -> None:
    from requests_app.complaints.models import NamedInComplaint

    officer = api.staff(Role.PRIVACY_OFFICER, name="Olive Officer")
    complaint = office.taken_down("complaint")
    NamedInComplaint.objects.create(
        request_id=complaint.pk, account=str(officer.user.pk), duty="", named_at=NOON
    )
    stage.seal()
    auditor = api.staff(Role.AUDITOR, name="Audra Auditor")
    [line, *_] = listed(auditor, facet="request", value=complaint.reference)
    link = line["url"].removeprefix("/api/v1")
    for caller, expected in ((officer, 404), (auditor, 200)):
        assert bundle(caller, line["index"], opened=(line["index"],)).status_code == expected
        assert caller.post(f"{link}/open", {"reason": "x"}, key=None).status_code == expected


def test_a_role_at_one_site_reaches_nothing_of_it(stage: Stage, clinic: Office) -> None:
    local = api.staff(Role.AUDITOR, name="Lo Cal", site=clinic.site.pk)
    for path in ("checkpoint", "tile/0/000", "inclusion/0", "consistency/0", "entries/x"):
        assert local.get(f"/log/{path}").status_code == 403
    for path in ("entries/list", "entries/search", "entries/x/open", "bundles"):
        answer = local.post(f"/log/{path}", {}, key=None)
        assert answer.status_code == 403
        assert "every site" in answer.json()["detail"]


def test_before_anything_is_signed_everything_waits(stage: Stage, auditor: Caller) -> None:
    for path in ("checkpoint", "tile/0/000", "inclusion/0", "consistency/0"):
        assert auditor.get(f"/log/{path}").status_code == 202
