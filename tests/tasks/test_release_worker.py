"""A release queued for 23:00, and a revocation received at 22:10, with a real worker.

Real processes: PostgreSQL, the broker, Celery's worker; the clock stands in a file both read.
"""

from datetime import datetime, timedelta

import pytest

from audit import clock, keys
from requests_app.disclosures.models import Disclosure
from requests_app.disclosures.planned import Outcome, PlannedRelease, ReleaseInstant
from requests_app.people.models import Patient
from requests_app.standing.authorizations import Authorization
from requests_app.standing.stop_lists import StopList
from tests.support import office, smtp
from tests.support.database import OwnDatabase
from tests.tasks.test_killed import Shop, until


def at(text: str) -> datetime:
    """A time of 15 February 2026 in North Carolina."""
    return datetime.fromisoformat(f"2026-02-15T{text}:00-05:00")


PLANNED, REVOKED, JOB = at("09:00"), at("22:10"), at("23:00")


def queued(patient: Patient, paper: Authorization) -> PlannedRelease:
    asked = {
        "basis": "AUTH", "authorization": str(paper.pk), "held": None,
        "recipient": "Example Life Insurance", "contents": ["visit_notes"],
    }  # fmt: skip
    return office.planned(patient, now=PLANNED, at=JOB, **asked)


def outcome(plan: PlannedRelease) -> str:
    return ReleaseInstant.objects.get(release=plan).outcome


def test_a_revocation_at_22_10_stops_the_release_of_23_00_and_no_other(
    own_database: OwnDatabase, valkey: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with clock.frozen(PLANNED):
        keys.ensure_periods(PLANNED)
        clinic = office.set_up(now=PLANNED)
        revoked, standing = (office.authorized(clinic.patient, now=PLANNED) for _ in range(2))
        stopped, goes = queued(clinic.patient, revoked), queued(clinic.patient, standing)
    with smtp.post_office() as post:
        shop = Shop(own_database, valkey, post, tmp_path_factory.mktemp("worker"))
        shop.set_clock(JOB - timedelta(seconds=1))
        with shop.worker():
            shop.send("sweep_due")
            until(StopList.objects.exists, "the worker is at it")
            assert ReleaseInstant.objects.filter(acted_at=None).count() == 2, "a second too early"

            details = {"subject": "authorization", "authorization": str(revoked.pk)}
            office.filed("revocation", now=REVOKED, details=details)
            shop.set_clock(JOB)
            shop.send("sweep_due")
            rows = ReleaseInstant.objects.filter(acted_at=None)
            until(lambda: not rows.exists(), "both were acted on")

    assert (outcome(stopped), outcome(goes)) == (Outcome.STOPPED, Outcome.RELEASED)
    (line,) = Disclosure.objects.all()
    assert line.facts.held["authorization"].endswith(str(standing.pk))
