"""Patients: added, found by what is known of them, read, changed; and who may stand in for them."""

from datetime import datetime
from typing import Any

from rest_framework.request import Request as Call
from rest_framework.response import Response

from audit.actors import Actor
from privacy_portal.api import schemas
from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.presenters import API
from privacy_portal.api.reading import logged
from privacy_portal.api.schemas import DAY, FLAG, INSTANT, TEXT, a_list, an_object, maybe
from privacy_portal.api.schemas import shaped as like
from requests_app import events, questions
from requests_app.actions import patients as actions
from requests_app.actions import representatives
from requests_app.actions.patients import PatientAnswers
from requests_app.people import endings, selectors
from requests_app.people.models import Patient, Representative
from requests_app.people.selectors import FindPatients

TAG = "patients"
PATIENT = an_object(
    id=TEXT,
    site=TEXT,
    record_number=like(TEXT, "MR-0001"),
    family_name=like(TEXT, "Demo"),
    given_names=like(TEXT, "Patricia"),
    birth_date=like(DAY, "1980-02-29"),
    address=like(TEXT, "2 Example Street, Sampletown, NC 00000"),
    email=like(TEXT, "patricia.demo@example.org"),
    telephone=like(TEXT, "919-555-0142"),
    url=like(TEXT, f"{API}/patients/{questions.EXAMPLE_ID}"),
)
REPRESENTATIVE = an_object(
    id=TEXT,
    patient=TEXT,
    kind=like(TEXT, "health_care_agent"),
    recognised=FLAG,
    name=like(TEXT, "Ada Example"),
    scope=like(TEXT, ""),
    evidence=like(TEXT, "Health care power of attorney, seen"),
    contact=like(TEXT, "919-555-0143"),
    why=like(TEXT, ""),
    facts=like(TEXT, ""),
    judged_by=like(TEXT, ""),
    ended_at=like(maybe("string", format="date-time"), None),
    authority_from=DAY,
    authority_until=maybe("string", format="date"),
    decided_at=INSTANT,
)


class Patients(Resource):
    """The individuals whose records the practice holds."""

    @described(
        tag=TAG,
        asks=PatientAnswers,
        gives=PATIENT,
        status=201,
        refused=(409,),
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call) -> Response:
        """Add a patient. The record number is the practice's own and stands once."""

        def act() -> Response:
            row = actions.add(body(request), **self.who)
            return Response(patient(row), status=201, headers={"Location": _address(row)})

        return self.once(act)


class Find(Resource):
    """Patients are found by a body: nothing about a person stands in an address."""

    @described(tag=TAG, asks=FindPatients, gives=an_object(patients=a_list(PATIENT)))
    def post(self, request: Call) -> Response:
        """Find patients by record number, family name, birth date, telephone or e-mail.

        Every fact given must fit. At most 20 are shown; to find another, give one more fact.
        """
        selectors.visible(self.actor)
        asked = questions.parse(FindPatients, body(request), at="", today=self.now.date())
        with logged(events.READ_PATIENTS, self.actor, purpose="finding a patient") as seen:
            found = selectors.find(asked, actor=self.actor)
            seen += [str(row.pk) for row in found]
        return Response({"patients": [patient(row) for row in found]})


class OnePatient(Resource):
    """One patient."""

    @described(tag=TAG, gives=PATIENT, refused=(404,))
    def get(self, request: Call, pk: str) -> Response:
        """Read a patient's identity and contacts."""
        row = selectors.one(pk, actor=self.actor)
        with logged(events.READ_PATIENT, self.actor, patient=row.pk):
            shown = patient(row)
        return Response(shown)

    @described(tag=TAG, asks=PatientAnswers, gives=PATIENT, refused=(404, 409))
    def put(self, request: Call, pk: str) -> Response:
        """Replace a patient's identity and contacts.

        Requests, letters and the disclosure log keep what they said at the time.
        """
        return Response(patient(actions.change(pk, body(request), **self.who)))


class Representatives(Resource):
    """Who was recognised, or refused, as a patient's personal representative."""

    @described(tag=TAG, gives=an_object(representatives=a_list(REPRESENTATIVE)), refused=(404,))
    def get(self, request: Call, pk: str) -> Response:
        """List a patient's personal representatives, recognised and refused.

        On what ground and facts somebody is refused, or ended, is told to the privacy office alone.
        """
        row = selectors.one(pk, actor=self.actor)
        with logged(events.READ_PATIENT, self.actor, patient=row.pk) as seen:
            found = list(selectors.representatives(row))
            seen += [str(one.pk) for one in found]
        return Response({"representatives": [representative(one, **self.who) for one in found]})


class Recognise(Resource):
    """Authority, shown by evidence."""

    @described(
        tag=TAG,
        asks=representatives.Recognise,
        gives=REPRESENTATIVE,
        status=201,
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call) -> Response:
        """Record a recognised personal representative (45 CFR 164.502(g))."""

        def act() -> Response:
            row = representatives.recognise(body(request), **self.who)
            return Response(representative(row, **self.who), status=201)

        return self.once(act)


class Refuse(Resource):
    """Authority, refused on a ground and facts that are kept."""

    @described(
        tag=TAG,
        asks=representatives.Refuse,
        gives=REPRESENTATIVE,
        status=201,
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call) -> Response:
        """Record that somebody is not treated as the representative, and why (45 CFR 164.502(g)).

        The ground, the facts it rests on and, where abuse, neglect or danger is believed, whose
        professional judgment it is, as at the end of a recognition.
        """

        def act() -> Response:
            row = representatives.refuse(body(request), **self.who)
            return Response(representative(row, **self.who), status=201)

        return self.once(act)


def patient(row: Patient) -> dict[str, Any]:
    """A patient as the practice's chart has it."""
    who = row.identity
    return {
        "id": str(row.pk),
        "site": str(row.site_id),
        "record_number": who.record_number,
        "family_name": who.family_name,
        "given_names": who.given_names,
        "birth_date": who.birth_date.isoformat(),
        "address": who.address,
        "email": who.email,
        "telephone": who.telephone,
        "url": _address(row),
    }


def representative(row: Representative, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """A representative, with what shows the authority, and why it was refused or has ended."""
    facts, until = row.facts, row.authority_until
    declined = endings.declined(row, at=now)
    ended = declined.ended_at if declined else None
    told = declined if selectors.reads_grounds(actor, row.patient) else None
    return {
        "id": str(row.pk),
        "patient": str(row.patient_id),
        "kind": row.kind,
        "recognised": row.recognised,
        "name": facts.name,
        "scope": facts.scope,
        "evidence": facts.evidence,
        "contact": facts.address,
        "why": (told.why or "") if told else "",
        "facts": told.facts if told else "",
        "judged_by": told.judged_by if told else "",
        "ended_at": ended.isoformat() if ended else None,
        "authority_from": row.authority_from.isoformat(),
        "authority_until": until.isoformat() if until else None,
        "decided_at": row.decided_at.isoformat(),
    }


def _address(row: Patient) -> str:
    return f"{API}/patients/{row.pk}"
