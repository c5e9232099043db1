"""The disclosure log as a file: whole, accounted for, and harmless in a spreadsheet."""

import csv
import io
import json
from hashlib import sha256
from typing import Any

import pytest

from audit import log
from audit.entry import Entry
from audit.log import Facet
from privacy_portal import exports
from requests_app import events
from requests_app.actions import disclosures as actions
from tests.api.test_disclosures import about
from tests.support import office
from tests.support.api import Caller
from tests.support.office import NOON, Office

pytestmark = pytest.mark.django_db


def record(clinic: Office, times: int = 1, **more: Any) -> None:
    for _ in range(times):
        actions.record(about(clinic, **more), actor=office.OFFICER, now=NOON)


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def entry(name: str) -> Entry:
    return log.find(Facet.NAME, name).entries[0].entry


def test_csv_holds_a_line_for_each_disclosure_and_its_heading(
    clinic: Office, auditor: Caller
) -> None:
    record(clinic, 3)
    answer = auditor.post("/exports/disclosures", {"format": "csv"}, key=None)

    rows = list(csv.DictReader(io.StringIO(content(answer).decode(), newline="")))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert tuple(rows[0]) == exports.COLUMNS
    assert [row["recipient_name"] for row in rows] == ["Example County Health Department"] * 3
    assert {(row["accountable"], row["basis"]) for row in rows} == {("yes", "PH")}


def test_ndjson_ends_with_the_count_and_the_digest_of_what_stands_before(
    clinic: Office, auditor: Caller
) -> None:
    record(clinic, 2)
    whole = content(auditor.post("/exports/disclosures", {"format": "ndjson"}, key=None))

    *lines, last = whole.splitlines(keepends=True)
    assert json.loads(last) == {"end": {"count": 2, "sha256": sha256(b"".join(lines)).hexdigest()}}


def test_before_and_after_stand_in_the_log_with_count_and_digest(
    clinic: Office, auditor: Caller
) -> None:
    record(clinic, 2)
    asked = {"format": "csv", "since": "2026-01-01"}
    answer = auditor.post("/exports/disclosures", asked, key=None)
    assert entry(events.EXPORT_STARTED).extra == asked
    whole = content(answer)

    ended = entry(events.EXPORT_ENDED)
    assert ended.extra == {"rows": 2, "sha256": sha256(whole).hexdigest()}
    assert (ended.outcome, ended.network is not None) == ("success", True)
    told = auditor.get(answer["Location"].removeprefix("/api/v1")).json()
    assert (told["lines"], told["sha256"], told["whole"]) == (2, ended.extra["sha256"], True)


@pytest.mark.parametrize("chunks", [0, 1, 2], ids=["never begun", "heading only", "midway"])
def test_a_broken_stream_ends_with_an_entry_that_says_so(
    clinic: Office, auditor: Caller, chunks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    record(clinic, 5)
    stream = exports.start(
        exports.ExportDisclosures(format=exports.Format.CSV), actor=auditor.actor, now=NOON
    )
    for _ in range(chunks):
        next(stream)
    stream.close()
    stream.close()

    ended = log.find(Facet.NAME, events.EXPORT_ENDED).entries
    assert [one.entry.outcome for one in ended] == ["failure"]
    assert ended[0].entry.extra["rows"] == (0, 0, 2)[chunks]
    assert auditor.get(f"/exports/{stream.export.pk}").json()["whole"] is False


@pytest.mark.parametrize("first", ["=", "+", "-", "@"])
def test_a_cell_is_never_a_formula(clinic: Office, auditor: Caller, first: str) -> None:
    record(clinic, description=f"{first}HYPERLINK(0)")
    whole = content(auditor.post("/exports/disclosures", {"format": "csv"}, key=None))
    row = next(csv.DictReader(io.StringIO(whole.decode(), newline="")))
    assert row["description"] == f"'{first}HYPERLINK(0)"


def test_an_export_is_never_cut_and_read_a_thousand_rows_at_a_time(
    clinic: Office, auditor: Caller, django_assert_max_num_queries: Any
) -> None:
    record(clinic, 30)
    answer = auditor.post("/exports/disclosures", {"format": "ndjson"}, key=None)
    with django_assert_max_num_queries(12):
        lines = content(answer).splitlines()
    assert len(lines) == 31


def test_only_days_asked_for_go_out(clinic: Office, auditor: Caller) -> None:
    record(clinic)
    record(clinic, disclosed_on="2025-12-31")
    asked = {"format": "ndjson", "until": "2025-12-31"}
    lines = content(auditor.post("/exports/disclosures", asked, key=None)).splitlines()
    assert [json.loads(line)["disclosed_on"] for line in lines[:-1]] == ["2025-12-31"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({}, id="no format"),
        pytest.param({"format": "xlsx"}, id="unknown format"),
        pytest.param({"format": "csv", "until": "2020-01-01", "since": "2021-01-01"}, id="order"),
    ],
)
def test_a_wrong_export_is_refused_before_anything_is_written(
    auditor: Caller, body: dict[str, str]
) -> None:
    answer = auditor.post("/exports/disclosures", body, key=None, Accept="text/csv")
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert not log.find(Facet.NAME, events.EXPORT_STARTED).entries
