"""Patients with an account and a browser, made through the real actions."""

from uuid import uuid4

from audit import clock
from privacy_portal.accounts import people
from privacy_portal.accounts.actors import actor_for
from requests_app.people.models import Patient
from tests.support import office
from tests.support.accounts import COMMAND, PASSWORD, Somebody, signed_in
from tests.support.pages import Visitor


def patient_account(patient: Patient | None = None) -> Somebody:
    """An account, linked to this patient when one is named."""
    address = f"demo.{uuid4().hex[:8]}@example.org"
    user = people.create_patient(address, PASSWORD, actor=COMMAND, now=clock.now())
    if patient is not None:
        office.link(actor_for(user, via="session"), patient, now=clock.now())
    return Somebody(user, address)


def signed_in_visitor(
    patient: Patient | None = None, account: Somebody | None = None
) -> tuple[Visitor, Somebody]:
    """A browser signed in as a patient, and the account."""
    found = account or patient_account(patient)
    return Visitor(signed_in(found)), found
