"""Run inside the service's environment: many patients, a large ledger, restrictions in force.

Sealed with the real keys and written with COPY; one of each is made by the real actions first, and
what was copied is opened again as a sample.
"""

import json
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import django

RESTRICTIONS, DISCLOSURES = 10_000, 1_000_000
_OF_REQUEST = (
    "kind, state, version, site_id, filed_by, channel, received_at, received_on, entered_at,"
    " identity_confirmed_at, answered_at, answered_on, assigned_to, reviewer, filed"
)
CLIENTS = 8


def seed(scale: float) -> dict[str, Any]:
    from audit import clock
    from tests.support import office

    now = clock.now()
    here = office.set_up(now=now)
    restrictions, disclosures = int(RESTRICTIONS * scale), int(DISCLOSURES * scale)
    patients = [uuid4() for _ in range(restrictions)]
    _patients(patients, here, now)
    _restrictions(patients, here, now)
    _ledger(patients, here, now, disclosures)
    _analyze()
    _sample(patients[0], now)
    return {
        "patients": [str(one) for one in patients[:2000]],
        "tokens": [_token(number) for number in range(CLIENTS)],
        "restrictions": restrictions,
        "disclosures": disclosures,
    }


def _copy(model: Any, columns: list[str], rows: Iterator[tuple[Any, ...]], name: str = "") -> None:
    from django.db import connections

    connections["default"].ensure_connection()
    connection = connections["default"].connection
    into = name or model._meta.db_table
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {into} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _sealed(model: Any, field: str, record: Any, pk: UUID) -> bytes:
    column = model._meta.get_field(field)
    return bytes(column._seal(record, str(pk)))


def _patients(ids: list[UUID], here: Any, now: Any) -> None:
    from requests_app.people.models import Patient, PatientIdentity

    rows = (
        (pk, here.site.pk, now, _sealed(Patient, "identity", PatientIdentity(
            record_number=f"B-{number}", family_name="Demo", given_names="Ada",
            birth_date=date(1980, 1, 1)), pk))
        for number, pk in enumerate(ids)
    )  # fmt: skip
    _copy(Patient, ["id", "site_id", "created_at", "identity"], rows)


def _restrictions(ids: list[UUID], here: Any, now: Any) -> None:
    """Each of a patient of its own; all hang on one request made by the real actions."""
    from requests_app.standing.restrictions import AgreedRestriction, Scope
    from tests.support import office

    agreed = office.do(office.filed("restriction", now=now), "agree_out_of_pocket", now=now)
    scope = Scope(
        information="Dry needling", recipients=("health_plan",), named="Every health plan",
        codes=("20560",), service_from=date(2026, 3, 2), service_until=date(2026, 3, 2),
    )  # fmt: skip
    made: list[tuple[Any, ...]] = []
    for patient in ids:
        pk, request = uuid4(), uuid4()
        made.append((pk, patient, request, "out_of_pocket", now, "bench",
                     _sealed(AgreedRestriction, "scope", scope, pk)))  # fmt: skip
    _requests([(row[2], row[1]) for row in made], agreed.pk)
    columns = ["id", "patient_id", "request_id", "kind", "in_force_from", "recorded_by", "scope"]
    _copy(AgreedRestriction, columns, iter(made))


def _requests(pairs: list[tuple[UUID, UUID]], like: UUID) -> None:
    """A request for each restriction: its row copied from one that was really agreed to.

    Only its reference and state are read of it; its details stay sealed for the row it came from.
    """
    from django.db import connections

    connections["default"].close()
    # The guards of states are the owner's: a bench loads past them, as a restore does.
    with connections["migrate"].cursor() as cursor:
        cursor.execute("SET lock_timeout = '10s'")
        cursor.execute("CREATE TABLE pairs (id uuid, patient uuid)")
        raw = connections["migrate"].connection
        with raw.cursor() as plain, plain.copy("COPY pairs FROM STDIN") as copy:
            for pair in pairs:
                copy.write_row(pair)
        cursor.execute("ALTER TABLE requests_app_request DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE requests_app_statusrow DISABLE TRIGGER USER")
        cursor.execute(
            f"INSERT INTO requests_app_request (id, patient_id, reference, {_OF_REQUEST}) "
            f"SELECT p.id, p.patient, left(replace(p.id::text, '-', ''), 24), {_OF_REQUEST} "
            "FROM pairs p, requests_app_request r WHERE r.id = %s", [like],
        )  # fmt: skip
        cursor.execute(
            "INSERT INTO requests_app_statusrow (request_id, version, kind, move, source, target, at,"
            " actor_id, actor_name, by_patient, audit_eid) "
            "SELECT p.id, s.version, s.kind, s.move, s.source, s.target, s.at, s.actor_id, s.actor_name,"
            " s.by_patient, gen_random_uuid() FROM pairs p, requests_app_statusrow s WHERE s.request_id = %s",
            [like],
        )
        cursor.execute("DROP TABLE pairs")


def _ledger(ids: list[UUID], here: Any, now: Any, count: int) -> None:
    from requests_app.disclosures.models import Disclosure, DisclosureFacts

    facts = DisclosureFacts(
        recipient_name="Example County Health", description="Test result", purpose="Report"
    )
    rows = (
        (pk, ids[number % len(ids)], here.site.pk, "PH",
         date(2026, 1, 1) - timedelta(days=number % 2000), "bench", "Benchmark", now, uuid4(),
         _sealed(Disclosure, "facts", facts, pk))
        for number in range(count)
        for pk in (uuid4(),)
    )  # fmt: skip
    columns = ["id", "patient_id", "site_id", "basis", "disclosed_on", "recorded_by",
               "recorded_by_name", "recorded_at", "audit_eid", "facts"]  # fmt: skip
    _copy(Disclosure, columns, rows)


def _analyze() -> None:
    """Statistics, and the plain table that is compared with."""
    from django.db import connections

    with connections["migrate"].cursor() as cursor:
        cursor.execute(
            "CREATE TABLE plain_restriction AS SELECT r.id, r.patient_id, q.reference, "
            "'Dry needling'::text AS information, 'health_plan'::text AS recipient, "
            "'20560'::text AS code, date '2026-03-02' AS first_day, date '2026-03-02' AS last_day, "
            "r.in_force_from, r.in_force_until FROM requests_app_agreedrestriction r "
            "JOIN requests_app_request q ON q.id = r.request_id"
        )
        cursor.execute("CREATE INDEX ON plain_restriction (patient_id)")
        cursor.execute("GRANT SELECT ON plain_restriction TO portal_app")
        cursor.execute("ANALYZE")


def _sample(patient: UUID, now: Any) -> None:
    """What was copied opens, and stops a claim."""
    from benchmarks.checks import question
    from requests_app.actions import check
    from tests.support.office import BILLING

    answer = check.ask(question(str(patient)), actor=BILLING, now=now)
    assert answer.decision.verdict == "deny", answer.decision


def _token(number: int) -> str:
    from requests_app.permissions import Permission
    from tests.support import api

    return api.machine(Permission.ASK_CHECK, name=f"Bench {number}").token


if __name__ == "__main__":
    django.setup()
    print(json.dumps(seed(float(sys.argv[1]))))
