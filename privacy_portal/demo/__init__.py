"""An invented practice with a small month of requests, for a first look at the service.

Everything is made through the same actions that people use, each act at the instant of its story:
the service's clock is moved for it, so that timeline, due dates, letters and log entries agree.
Only the database's own time of arrival tells that all of it was written in one go.
"""

from datetime import datetime

from django.db import transaction

from privacy_portal.accounts.model_users import User
from privacy_portal.demo import cast, month, notice, office, places
from privacy_portal.demo.cast import Credential
from privacy_portal.demo.stage import Calendar, Stage, play
from privacy_portal.env import Misconfigured
from requests_app.kinds.models import Request
from requests_app.people.models import Patient
from requests_app.practice.models import Practice

__all__ = ["SIGN_INS", "Credential", "fill"]

#: Every address of the demo that somebody signs in with.
SIGN_INS = cast.SIGN_INS


def fill(now: datetime) -> list[Credential]:
    """Fill an empty database with the practice and the month before `now`; all or nothing.

    Returns who signs in with what. The passwords are random, and nowhere else after this.
    Raises Misconfigured when the database holds anything already.
    """
    _refuse_a_full_one()
    stage = Stage(Calendar(now))
    with transaction.atomic():
        told = (office, notice, cast, month)
        play(stage, [step for part in told for step in part.steps(stage)])
        places.keep(stage)
    return stage.credentials


def _refuse_a_full_one() -> None:
    if any(table._default_manager.exists() for table in (User, Practice, Patient, Request)):
        raise Misconfigured("Demo data goes into an empty database, and this one is not empty.")
