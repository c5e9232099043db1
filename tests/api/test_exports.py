"""Registers as files: whole, accounted for, for somebody named, and harmless in a spreadsheet."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Any

import openpyxl
import pypdf
import pytest

from audit import clock, log
from audit.entry import Entry
from audit.log import Facet
from privacy_portal.api.models import Export, ExportPiece
from privacy_portal.exports import claims, forms, head, jobs, pdf, pieces, sources, xlsx
from requests_app import events
from requests_app.actions import disclosures as actions
from requests_app.disclosures.models import Disclosure
from requests_app.permissions import Role
from tests.api.test_disclosures import about
from tests.support import api, office
from tests.support.api import Caller
from tests.support.exporting import BOARD, OWN, SECRETARY, asked, write, written
from tests.support.office import NOON, Office

pytestmark = pytest.mark.django_db
LEDGER = sources.SOURCES["disclosures"].columns


def record(clinic: Office, times: int = 1, **more: Any) -> None:
    for _ in range(times):
        actions.record(about(clinic, **more), actor=office.OFFICER, now=NOON)


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def entry(name: str) -> Entry:
    return log.find(Facet.NAME, name).entries[0].entry


def test_an_export_is_asked_for_written_by_the_worker_and_fetched(
    clinic: Office, auditor: Caller
) -> None:
    record(clinic, 3)
    answer = auditor.post("/exports/disclosures", {"format": "csv", "for_whom": OWN})
    assert (answer.status_code, answer.json()["state"]) == (201, "waiting"), answer.content
    address = answer["Location"].removeprefix("/api/v1")
    early = auditor.get(f"{address}/file")
    assert (early.status_code, "waits for the worker" in early.json()["detail"]) == (409, True)

    assert write(auditor.actor) == 1

    told = auditor.get(address).json()
    file = auditor.get(f"{address}/file")
    content = b"".join(file.streaming_content)
    assert (told["state"], told["lines"], told["rows_expected"]) == ("ready", 3, 3)
    assert told["sha256"] == sha256(content).hexdigest()
    assert (told["size"], file["Content-Length"]) == (len(content), str(len(content)))
    assert tuple(rows(content)[0]) == LEDGER
    assert [row["recipient_name"] for row in rows(content)] == [
        "Example County Health Department"
    ] * 3
    assert (told["first"], told["last"]) == (rows(content)[0]["seq"], rows(content)[-1]["seq"])
    assert told["tree_head"]


def test_a_line_says_what_the_ledger_says_and_what_it_was_corrected_by(
    clinic: Office, auditor: Caller
) -> None:
    at = NOON - timedelta(milliseconds=750)
    old = actions.record(about(clinic, basis=None), actor=office.OFFICER, now=at)
    told = about(clinic, description='Two, "both"', disclosed_until="2026-02-13")
    new = actions.correct(str(old.pk), told, actor=office.OFFICER, now=NOON)

    _, content = written("disclosures", auditor.actor)

    first, second = rows(content)
    assert (first["id"], first["corrects"], first["corrected_by"]) == (str(old.pk), "", str(new.pk))
    assert (second["id"], second["corrects"], second["corrected_by"]) == (
        str(new.pk), str(old.pk), "",
    )  # fmt: skip
    assert [one["recorded_at"] for one in (first, second)] == [
        at.isoformat(), NOON.isoformat(),
    ]  # fmt: skip
    assert (first["basis"], first["accountable"], second["accountable"]) == (
        "", "unclassified", "yes",
    )  # fmt: skip
    assert (first["disclosed_until"], second["disclosed_until"]) == ("", "2026-02-13")
    assert (second["patient"], second["description"]) == (str(clinic.patient.pk), 'Two, "both"')
    assert (second["seq"], second["recorded_by"]) == (str(new.seq), office.OFFICER.name)


def test_start_end_and_each_fetching_are_entries_of_the_log(
    clinic: Office, auditor: Caller
) -> None:
    record(clinic, 2)
    export, content = written("disclosures", auditor.actor, since="2026-01-01")
    auditor.get(f"/exports/{export.pk}/file")
    started, ended = entry(events.EXPORT_STARTED), entry(events.EXPORT_ENDED)
    assert started.extra == {"format": "csv", "since": "2026-01-01", "whom": "own_auditor"}
    assert started.recipient == "Audra Auditor"
    assert ended.extra is not None
    assert (ended.extra["rows"], ended.extra["sha256"]) == (2, sha256(content).hexdigest())
    assert entry(events.EXPORT_FETCHED).extra == {"rows": 2, "sha256": export.sha256}


def test_ndjson_ends_with_what_the_file_says_of_itself(clinic: Office, auditor: Caller) -> None:
    record(clinic, 2)
    _, content = written("disclosures", auditor.actor, "ndjson", basis="PH")
    *lines, last = content.splitlines(keepends=True)
    end = json.loads(last)["end"]
    assert end["count"] == 2
    assert end["sha256_of_the_lines"] == sha256(b"".join(lines)).hexdigest()
    assert (end["filter_basis"], end["for_whom_name"]) == ("PH", "Audra Auditor")
    assert {"first", "last", "tree_head", "asked_by"} <= end.keys()


@pytest.mark.parametrize(
    ("asked_for", "found"),
    [
        pytest.param({}, {"PH", "TRT", "old"}, id="everything"),
        pytest.param({"until": "2025-12-31"}, {"old"}, id="by date"),
        pytest.param({"basis": "TRT"}, {"TRT"}, id="by basis"),
        pytest.param({"recipient": "ROE"}, {"TRT"}, id="by recipient"),
        pytest.param({"accountable": False}, {"TRT"}, id="not accountable"),
        pytest.param({"accountable": True}, {"PH", "old"}, id="accountable"),
        pytest.param({"patient": "other"}, set(), id="of another patient"),
    ],
)
def test_only_what_fits_the_filter_goes_out(
    clinic: Office, auditor: Caller, asked_for: dict[str, Any], found: set[str]
) -> None:
    record(clinic, purpose="PH")
    record(clinic, purpose="TRT", basis="TRT", recipient_name="Dr. Roe Example")
    record(clinic, purpose="old", disclosed_on="2025-12-31")
    if asked_for.get("patient"):
        other = office.add_patient(clinic.site, number="MR-0009")
        asked_for = {"patient": str(other.pk), "recipient": "county"}
    _, content = written("disclosures", auditor.actor, **asked_for)
    assert {row["purpose"] for row in rows(content)} == found


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\N{FULLWIDTH EQUALS SIGN}"])
def test_a_cell_is_never_a_formula(clinic: Office, auditor: Caller, first: str) -> None:
    record(clinic, description=f"{first}HYPERLINK(0)")
    _, content = written("disclosures", auditor.actor)
    assert rows(content)[0]["description"].startswith("'")
    _, book = written("disclosures", auditor.actor, "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(book))["Lines 1"]
    (cell,) = [one for one in sheet[2] if "HYPERLINK" in str(one.value)]
    assert cell.data_type != "f"


def test_it_is_written_in_pieces_and_goes_on_where_a_worker_died(
    clinic: Office, auditor: Caller, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault after two pieces stands for a death; the claim has to run out before another goes on."""
    settings.EXPORT_PIECE_LINES = 2
    record(clinic, 7)
    whole, expected = written("disclosures", auditor.actor, "ndjson")
    export = asked("disclosures", auditor.actor, "ndjson")
    real, calls = pieces.store, []

    def dies(*given: Any, **more: Any) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise SystemExit
        real(*given, **more)

    monkeypatch.setattr(pieces, "store", dies)
    with pytest.raises(SystemExit):
        write(auditor.actor)
    monkeypatch.setattr(pieces, "store", real)
    export.refresh_from_db()
    assert (export.stage, export.lines) == ("writing", 4)
    assert write(auditor.actor) == 0, "another worker's claim still stands"
    with clock.frozen(NOON + claims.LEASE):
        assert write(auditor.actor) == 1

    export.refresh_from_db()
    content = b"".join(pieces.opened(export))
    *lines, _ = content.splitlines()
    assert lines == expected.splitlines()[:-1]
    assert (export.lines, export.sha256) == (7, sha256(content).hexdigest())
    assert whole.lines == 7


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_death_between_the_last_line_and_the_end_repeats_nothing(
    clinic: Office, auditor: Caller, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(clinic, 3)
    _, expected = written("requests" if form == "pdf" else "disclosures", auditor.actor, form)
    export = asked("disclosures", auditor.actor, form)
    with monkeypatch.context() as patched:
        patched.setattr(head, "newest", _dies)
        with pytest.raises(SystemExit):
            write(auditor.actor)
    with clock.frozen(NOON + claims.LEASE):
        write(auditor.actor)
    export.refresh_from_db()
    content = b"".join(pieces.opened(export))
    assert (export.stage, export.lines) == ("ready", 3)
    assert (form != "csv") or content == expected


def _dies() -> str:
    raise SystemExit


def test_time_that_is_up_leaves_it_to_the_next_run(
    clinic: Office, auditor: Caller, settings: Any
) -> None:
    settings.EXPORT_PIECE_LINES = 2
    record(clinic, 5)
    asked("disclosures", auditor.actor)
    looks = iter([False, False])
    over = partial(next, looks, True)
    assert jobs.write_waiting(actor_of=lambda _: auditor.actor, until=over) == 0
    assert write(auditor.actor) == 1
    assert Export.objects.get().lines == 5


def test_what_is_recorded_after_it_was_asked_is_not_in_it(clinic: Office, auditor: Caller) -> None:
    record(clinic, 2)
    export = asked("disclosures", auditor.actor)
    record(clinic, 3)
    write(auditor.actor)
    export.refresh_from_db()
    assert export.lines == 2


def test_its_pieces_are_sealed_and_gone_when_the_link_expires(
    clinic: Office, auditor: Caller
) -> None:
    record(clinic)
    export, _ = written("disclosures", auditor.actor)
    assert export.expires_at == NOON + timedelta(hours=24)
    assert jobs.forget_expired(NOON + timedelta(hours=23)) == 0
    with clock.frozen(NOON + timedelta(hours=24)):
        fresh = api.Caller(auditor.user, auditor.token)
        assert jobs.forget_expired(clock.now()) == 1
        assert not ExportPiece.objects.exists()
        assert fresh.get(f"/exports/{export.pk}/file").status_code in {401, 409}
    export.refresh_from_db()
    assert export.stage == "expired"


def test_only_who_asked_fetches_it(clinic: Office, auditor: Caller, officer: Caller) -> None:
    record(clinic)
    export, _ = written("disclosures", auditor.actor)
    assert auditor.get(f"/exports/{export.pk}/file").status_code == 200
    assert officer.get(f"/exports/{export.pk}/file").status_code == 404


def test_who_may_no_longer_read_it_gets_no_file(clinic: Office, auditor: Caller) -> None:
    record(clinic)
    export = asked("disclosures", auditor.actor)
    desk = api.staff(Role.FRONT_DESK, name="Fern Desk").actor
    assert jobs.write_waiting(actor_of=lambda _: desk, until=lambda: False) == 1
    export.refresh_from_db()
    assert (export.stage, export.reason) == (
        "failed",
        "Whoever asked for it may no longer read this.",
    )
    assert entry(events.EXPORT_ENDED).outcome == "failure"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        pytest.param({"format": "csv"}, "/for_whom", id="for whom is not said"),
        pytest.param({"for_whom": OWN}, "/format", id="no format"),
        pytest.param({"format": "doc", "for_whom": OWN}, "/format", id="unknown format"),
        pytest.param(
            {"format": "csv", "for_whom": OWN, "until": "2020-01-01", "since": "2021-01-01"},
            "/until",
            id="order",
        ),
        pytest.param(
            {"format": "csv", "for_whom": {"whom": "secretary", "name": "OCR"}},
            "/for_whom/letter",
            id="the Secretary without a letter",
        ),
        pytest.param(
            {"format": "csv", "for_whom": {"whom": "oversight_agency", "name": "B", "letter": "F"}},
            "/for_whom/authority",
            id="an agency without a law",
        ),
        pytest.param(
            {"format": "csv", "for_whom": {"whom": "contracted_auditor", "name": "A"}},
            "/for_whom/contract",
            id="a contractor without a contract",
        ),
        pytest.param({"format": "csv", "for_whom": OWN, "basis": "XX"}, "/basis", id="no basis"),
    ],
)
def test_a_wrong_export_is_refused_before_anything_is_written(
    auditor: Caller, body: dict[str, Any], pointer: str
) -> None:
    answer = auditor.post("/exports/disclosures", body)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert not Export.objects.exists()


# --- for whom ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("whom", "basis"),
    [
        pytest.param(OWN, None, id="own auditor"),
        pytest.param(
            {"whom": "contracted_auditor", "name": "Example Audits", "contract": "2025"},
            None,
            id="contracted auditor",
        ),
        pytest.param(BOARD, "OVS", id="oversight agency"),
        pytest.param(SECRETARY, "SEC", id="the Secretary"),
    ],
)
def test_showing_it_to_a_regulator_stands_in_each_patients_accounting_once(
    clinic: Office, auditor: Caller, whom: dict[str, Any], basis: str | None,
    settings: Any,
) -> None:  # fmt: skip
    settings.EXPORT_PIECE_LINES = 2
    other = office.add_patient(clinic.site, number="MR-0009")
    unseen = office.add_patient(clinic.site, number="MR-0010")
    record(clinic, 3)
    record(clinic, 2, patient=str(other.pk))

    export, content = written("disclosures", auditor.actor, for_whom=whom)

    lines = Disclosure.objects.filter(release=export.pk)
    assert {row.patient_id for row in lines} == ({clinic.patient.pk, other.pk} if basis else set())
    assert len(lines) == (2 if basis else 0)
    assert not unseen.disclosures.exists()
    assert {(row.basis, row.facts.request_copy) for row in lines} == (
        {(basis, whom["letter"])} if basis else set()
    )
    assert len(rows(content)) == 5


def test_no_piece_for_a_regulator_is_kept_without_its_lines_in_the_accountings(
    clinic: Office, auditor: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(clinic)
    asked("disclosures", auditor.actor, for_whom=SECRETARY)
    monkeypatch.setattr(pieces, "store", lambda *_a, **_k: _dies())
    with pytest.raises(SystemExit):
        write(auditor.actor)
    assert not ExportPiece.objects.exists()
    assert not Disclosure.objects.filter(basis="SEC").exists()


# --- requests and the log ------------------------------------------------------------------------
def test_requests_go_out_with_their_due_days_and_what_was_asked(
    clinic: Office, auditor: Caller, settings: Any
) -> None:
    settings.EXPORT_PIECE_LINES = 1
    first, second = office.filed("access"), office.filed("amendment")
    office.filed("complaint")
    _, content = written("requests", auditor.actor, kind="access")
    assert [row["reference"] for row in rows(content)] == [first.reference]
    assert rows(content)[0]["due_on"] == "2026-04-01"
    assert json.loads(rows(content)[0]["details"])["records"] == "All visit notes"
    _, every = written("requests", auditor.actor)
    assert len(rows(every)) == 3
    assert second.reference in every.decode()


def test_the_log_goes_out_newest_first_as_it_was_when_asked(
    clinic: Office, auditor: Caller, settings: Any
) -> None:
    settings.EXPORT_PIECE_LINES = 3
    record(clinic, 4)
    asked_for = {"facet": "name", "value": events.DISCLOSURE_RECORDED}
    export, content = written("log", auditor.actor, **asked_for)
    found = rows(content)
    assert len(found) == 4
    assert [row["id"] for row in found] == sorted((row["id"] for row in found), reverse=True)
    assert entry(events.EXPORT_STARTED).reason == "Yearly review"
    assert export.first == found[0]["id"]


def test_the_log_is_exported_by_nobody_who_reaches_only_some_sites(clinic: Office) -> None:
    here = api.staff(Role.AUDITOR, name="Here Only", site=clinic.site.pk)
    body = {"format": "csv", "for_whom": OWN, "reason": "Review"}
    assert here.post("/exports/log", body).status_code == 403


# --- workbooks and documents ----------------------------------------------------------------------
def test_a_workbook_says_what_it_is_and_goes_on_in_further_sheets(
    clinic: Office, auditor: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "SHEET_ROWS", 4)
    record(clinic, 7, description="Ärztin & <b>")
    export, content = written("disclosures", auditor.actor, "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    assert book.sheetnames == ["About", "Lines 1", "Lines 2", "Lines 3"]
    said = {row[0]: row[1] for row in book["About"].iter_rows(values_only=True)}
    assert (said["count"], said["for_whom_name"]) == (7, "Audra Auditor")
    sheets = [list(book[name].iter_rows(values_only=True)) for name in book.sheetnames[1:]]
    assert [len(one) for one in sheets] == [4, 4, 2]
    assert all(one[0] == LEDGER for one in sheets)
    assert sheets[0][1][LEDGER.index("description")] == "Ärztin & <b>"
    assert export.sha256 == sha256(content).hexdigest()


def test_an_empty_workbook_opens(clinic: Office, auditor: Caller) -> None:
    _, content = written("disclosures", auditor.actor, "xlsx")
    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames == ["About", "Lines 1"]


def test_the_same_lines_give_the_same_workbook() -> None:
    lines = [(1, "a\x0b", None), (2, "b", "c")]
    made = [b"".join(xlsx.make({"register": "x"}, ("n", "t", "u"), lines)) for _ in range(2)]
    assert made[0] == made[1]
    assert zipfile.ZipFile(io.BytesIO(made[0])).testzip() is None


def test_a_text_no_cell_takes_fails_the_workbook_and_is_not_cut(
    clinic: Office, auditor: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "_CELL", 10)
    record(clinic)
    export, content = written("disclosures", auditor.actor, "xlsx")
    assert (export.stage, content) == ("failed", b"")
    assert "take NDJSON" in export.reason


def test_a_document_can_be_read_and_says_what_it_is(clinic: Office, auditor: Caller) -> None:
    record(clinic, 2, description="Ergebnis 中")
    _, content = written("disclosures", auditor.actor, "pdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    for said in ("Export of the disclosure log", "Audra Auditor", "Ergebnis [U+4E2D]", "Page 1"):
        assert said in text


def test_beyond_twenty_thousand_lines_a_document_says_to_take_csv(
    clinic: Office, auditor: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert forms.PDF_MOST == 20_000
    book = forms.Book(pdf.make, most=2)
    monkeypatch.setitem(forms.FORMS, forms.Format.PDF, book)
    record(clinic, 2)
    assert written("disclosures", auditor.actor, "pdf")[0].stage == "ready"
    record(clinic)
    export, _ = written("disclosures", auditor.actor, "pdf")
    assert (export.stage, export.reason) == ("failed", "It has more than 2 lines: take CSV.")
