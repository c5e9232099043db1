"""Run inside the service's environment: a ledger is filled, read for one patient, and exported."""

import csv
import io
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import django

OF_ONE = 10_000  # lines about one patient
BATCH = 500
_COLUMNS = "id, patient, basis, disclosed_on, recipient, address, description, purpose, by_whom, at"


def prepare() -> dict[str, Any]:
    """A practice, a patient, and a plain table beside the ledger."""
    from django.db import connections

    from audit import clock
    from tests.support import office

    here = office.set_up(now=clock.now())
    office.add_patient(here.site, number="B-1", now=clock.now())
    with connections["migrate"].cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_plain (seq bigserial PRIMARY KEY, id text, patient text, basis text,"
            " disclosed_on date, recipient text, address text, description text, purpose text,"
            " by_whom text, at timestamptz);"
            "CREATE INDEX ON bench_plain (patient, disclosed_on);"
            "GRANT ALL ON bench_plain, bench_plain_seq_seq TO portal_app"
        )
    return {}


def intake(count: str) -> dict[str, Any]:
    """Lines a second by the intake, with an entry each; and into the plain table."""
    from django.db import connection, transaction

    from audit import clock
    from requests_app.intake import taking
    from requests_app.people.models import Patient
    from tests.support.office import OFFICER

    one, other = (str(row.pk) for row in Patient.objects.order_by("created_at")[:2])
    total, now = int(count), clock.now()
    lines = [_line(n, one if n < OF_ONE else other) for n in range(total)]
    taking.take([_line(-1, one)], actor=OFFICER, now=now)  # warms up
    began = time.perf_counter()
    report = taking.take(lines, actor=OFFICER, now=now)
    ours = report.taken / (time.perf_counter() - began)
    assert report.taken == total, report.refused[:1]
    began = time.perf_counter()
    for first in range(0, total, BATCH):
        some = [[*_plain(line), now] for line in lines[first : first + BATCH]]
        marks = ", ".join(["(" + ", ".join(["%s"] * 10) + ")"] * len(some))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO bench_plain ({_COLUMNS}) VALUES {marks}",
                [value for row in some for value in row],
            )
    return {"ours": ours, "plain": total / (time.perf_counter() - began)}


def accounting() -> dict[str, Any]:
    """Seconds for one patient's accounting as JSON, and for the plain table's rows as JSON."""
    from django.db import connection

    from audit import clock
    from privacy_portal.api.suspensions import accounting as shown
    from requests_app.disclosures import issue
    from requests_app.people.models import Patient
    from tests.support import office

    patient = str(Patient.objects.order_by("created_at")[0].pk)
    request = office.taken_down("accounting", received=clock.now(), patient=patient)
    issue.draft(request, now=clock.now())
    began = time.perf_counter()
    text = json.dumps(shown(issue.draft(request, now=clock.now())))
    ours = time.perf_counter() - began
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM bench_plain WHERE patient = %s ORDER BY disclosed_on", [patient]
        )
        json.dumps(cursor.fetchall(), default=str)
    plain = time.perf_counter() - began
    return {"ours": ours, "plain": plain, "lines": text.count('"entry"')}


def export() -> dict[str, Any]:
    """Lines a second of a CSV export by the worker's own code, its memory, and the plain table's."""
    from django.db import connection, transaction

    from privacy_portal.exports import jobs
    from tests.support import exporting
    from tests.support.office import AUDITOR

    row, memory = exporting.asked("disclosures", AUDITOR), []

    def looked() -> bool:
        memory.append(_resident())
        return False

    began = time.perf_counter()
    jobs.write_waiting(actor_of=lambda _export: AUDITOR, until=looked)
    ours = time.perf_counter() - began
    row.refresh_from_db()
    began = time.perf_counter()
    out, count = io.StringIO(), 0
    with transaction.atomic(), connection.connection.cursor(name="plain") as cursor:
        cursor.itersize = 5_000
        cursor.execute("SELECT * FROM bench_plain ORDER BY seq")
        for line in cursor:
            csv.writer(out).writerow(line)
            count += 1
    plain = count / (time.perf_counter() - began)
    return {
        "ours": row.lines / ours,
        "plain": plain,
        "lines": row.lines,
        "early_mb": memory[max(1, len(memory) // 10)],
        "end_mb": memory[-2],  # The last look is when all is written and the second process gone.
        "most_mb": max(memory),
        "state": row.stage,
    }


def _line(number: int, patient: str) -> dict[str, Any]:
    return {
        "key": f"bench:{number}",
        "patient": patient,
        "basis": "PH",
        "disclosed_on": f"2026-{number % 9 + 1:02}-{number % 28 + 1:02}",
        "recipient_name": f"Example County Health Department {number % 50}",
        "recipient_address": "4 Example Street, Sampletown, NC 00000",
        "description": f"One test result, number {number}",
        "purpose": "Reporting of a notifiable disease",
        "held": [{"name": "legal_basis", "value": "The state's reporting law"}],
    }


def _plain(line: dict[str, Any]) -> list[Any]:
    names = (
        "key", "patient", "basis", "disclosed_on", "recipient_name", "recipient_address",
        "description", "purpose",
    )  # fmt: skip
    return [*(line[name] for name in names), "Olive Officer"]


def _resident() -> float:
    """Megabytes of memory the export takes now: this process, and what the one beside it has apart."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    beside = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    return pages * 4096 / 1e6 + sum(map(_apart, beside))


def _apart(process: str) -> float:
    """Megabytes that a process shares with no other."""
    told = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(one.split()[1]) for one in told if one.startswith("Private_")) * 1024 / 1e6


if __name__ == "__main__":
    django.setup()
    steps: dict[str, Any] = {
        "prepare": prepare, "intake": intake, "accounting": accounting, "export": export,
    }  # fmt: skip
    print(json.dumps(steps[sys.argv[1]](*sys.argv[2:])))
