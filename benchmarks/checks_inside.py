"""Run inside the service's environment: a check in this process, taken apart, and the plain lookup."""

import json
import sys
import time
from collections.abc import Callable
from statistics import quantiles
from typing import Any

import django


def measure(patients: list[str]) -> dict[str, float]:
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from audit import clock
    from benchmarks.checks import question
    from requests_app import questions
    from requests_app.actions import check
    from requests_app.actions.check import CheckDisclosure
    from requests_app.disclosures.check import keep
    from requests_app.permissions import Permission
    from tests.support.office import BILLING

    now = clock.now()

    def bare(patient: str) -> None:
        asked = questions.parse(CheckDisclosure, question(patient), at="", today=now.date())
        named = check.name(asked, actor=BILLING, permission=Permission.ASK_CHECK, now=now)
        assert keep.weigh(named)[1].verdict == "deny"

    def whole(patient: str) -> None:
        assert check.ask(question(patient), actor=BILLING, now=now).decision.verdict == "deny"

    def plain(patient: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_PLAIN, [patient, now, now])
            assert cursor.fetchall()

    with CaptureQueriesContext(connection) as seen, transaction.atomic():
        bare(patients[0])
    found = {"queries": sum(one["sql"].lstrip().startswith("SELECT") for one in seen)}
    for name, act in (("bare", bare), ("whole", whole), ("plain", plain)):
        found |= _timed(name, act, patients)
    return found


_PLAIN = """
    SELECT reference, information, recipient, code, first_day, last_day FROM plain_restriction
    WHERE patient_id = %s AND in_force_from <= %s AND (in_force_until IS NULL OR in_force_until > %s)
"""


def _timed(name: str, act: Callable[[str], Any], patients: list[str]) -> dict[str, float]:
    for patient in patients[:50]:
        act(patient)
    took = []
    for patient in patients:
        began = time.perf_counter()
        act(patient)
        took.append((time.perf_counter() - began) * 1000)
    cuts = quantiles(took, n=100)
    return {f"{name}_p50": cuts[49], f"{name}_p95": cuts[94]}


if __name__ == "__main__":
    django.setup()
    print(json.dumps(measure(json.loads(sys.argv[1]))))
