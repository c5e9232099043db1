"""What stands for a patient: preferences, authorizations, and messages the office has to pass on."""

from collections.abc import Iterable
from typing import Any

from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.api import schemas
from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.reading import logged
from privacy_portal.api.schemas import FLAG, INSTANT, TEXT, a_list, an_object, maybe
from privacy_portal.api.schemas import shaped as like
from requests_app import events
from requests_app.actions import authorizations as actions
from requests_app.actions import held
from requests_app.people import selectors as people
from requests_app.people.references import EXAMPLE
from requests_app.standing import examination, reliance, selectors
from requests_app.standing.authorizations import Authorization
from requests_app.standing.preferences import CommunicationPreference
from requests_app.standing.reach import HeldMessage

TAG = "standing"
_FINDING = an_object(
    sentence=like(TEXT, "It is not signed."), citation=like(TEXT, "45 CFR 164.508(c)(1)(vi)")
)
AUTHORIZATION = an_object(
    id=TEXT,
    patient=TEXT,
    description=like(TEXT, "Visit notes of 2025"),
    discloser=like(TEXT, "Example Physical Therapy"),
    recipient=like(TEXT, "Example Life Insurance"),
    purpose=like(TEXT, "At the request of the individual"),
    signed_on=maybe("string", format="date"),
    ends_with=like(TEXT, ""),
    last_day=maybe("string", format="date"),
    received_at=INSTANT,
    defects=a_list(_FINDING),
    owed=a_list(_FINDING),
    may_be_relied_on=FLAG,
    reasons_against=a_list(_FINDING),
)
RECORDED = an_object(
    sentence=like(TEXT, "It was recorded and holds everything the rule asks for."),
    authorization={**AUTHORIZATION, "type": ["object", "null"]},
    consent=like(maybe("string"), None),
)
PREFERENCE = an_object(
    id=TEXT,
    representative=like(maybe("string"), None),
    request=like(TEXT, EXAMPLE),
    means=a_list(like(TEXT, "post")),
    email=like(TEXT, ""),
    telephone=like(TEXT, ""),
    address=like(TEXT, "P.O. Box 12, Sampletown, NC 00000"),
    never=like(TEXT, ""),
    only_about=like(TEXT, ""),
    payment=like(TEXT, ""),
    in_force_from=INSTANT,
    in_force_until=like(maybe("string", format="date-time"), None),
)
HELD = an_object(
    id=TEXT,
    request=like(TEXT, EXAMPLE),
    held_at=INSTANT,
    told_at=like(maybe("string", format="date-time"), None),
)


class Register(Resource):
    """Base of what shows authorizations."""

    def listed(self, rows: Iterable[Authorization], patient: Any = None) -> Response:
        """The rows, in one logged read."""
        with logged(events.READ_STANDING, self.actor, patient=patient) as seen:
            found = list(rows)
            seen += [str(row.pk) for row in found]
            shown = [self.authorization(row) for row in found]
        return Response({"authorizations": shown})

    def authorization(self, row: Authorization) -> dict[str, Any]:
        """An authorization as it stands now."""
        facts, against = row.facts, reliance.relied_on_allowed(row, self.now)
        return {
            "id": str(row.pk),
            "patient": str(row.patient_id),
            "description": facts.description,
            "discloser": facts.discloser,
            "recipient": facts.recipient,
            "purpose": facts.purpose,
            "signed_on": str(facts.signed_on) if facts.signed_on else None,
            "ends_with": facts.expires_with,
            "last_day": str(row.last_day) if row.last_day else None,
            "received_at": row.in_force_from.isoformat(),
            "defects": _findings(examination.finding(code) for code in row.defects),
            "owed": _findings(examination.finding(code) for code in facts.duties),
            "may_be_relied_on": against.allowed,
            "reasons_against": _findings(against.reasons),
        }


class Authorizations(Register):
    """The register of authorizations."""

    @described(tag=TAG, gives=an_object(authorizations=a_list(AUTHORIZATION)))
    def get(self, request: Call) -> Response:
        """List your own authorizations, with whether each may still be relied on."""
        rows = selectors.own_authorizations(self.actor, now=self.now)
        return self.listed(rows)

    @described(
        tag=TAG,
        asks=actions.Record,
        gives=RECORDED,
        status=201,
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call) -> Response:
        """Record an authorization: it is examined, and kept with its defects (45 CFR 164.508).

        A consent to a treatment is none; it is filed as a document of the record.
        """
        return self.once(lambda: self._recorded(actions.record(body(request), **self.who)))

    def _recorded(self, made: actions.Recorded) -> Response:
        kept = made.authorization
        shown = {
            "sentence": made.sentence,
            "authorization": self.authorization(kept) if kept else None,
            "consent": str(made.consent.pk) if made.consent else None,
        }
        return Response(shown, status=201)


class OfPatient(Register):
    """What one patient has signed."""

    @described(tag=TAG, gives=an_object(authorizations=a_list(AUTHORIZATION)), refused=(404,))
    def get(self, request: Call, pk: str) -> Response:
        """List a patient's authorizations, with whether each may be relied on and why not."""
        patient = people.one(pk, actor=self.actor)
        return self.listed(selectors.authorizations(patient, at=self.now), patient=patient.pk)


class EndAuthorization(Resource):
    """How an authorization ends without a request."""

    @described(
        tag=TAG,
        asks=actions.End,
        gives=an_object(id=TEXT, at=INSTANT, cause=like(TEXT, "event")),
        status=201,
        refused=(404,),
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call, pk: str) -> Response:
        """Record that its event has happened, or that it is known to have been revoked elsewhere."""

        def act() -> Response:
            row = actions.end(pk, body(request), **self.who)
            shown = {"id": str(row.pk), "at": row.at.isoformat(), "cause": row.cause}
            return Response(shown, status=201)

        return self.once(act)


class Preferences(Resource):
    """How and where a patient is to be reached."""

    @described(tag=TAG, gives=an_object(preferences=a_list(PREFERENCE)), refused=(404,))
    def get(self, request: Call, pk: str) -> Response:
        """List what counts now, newest first; the first of each person governs (164.522(b))."""
        patient = people.one(pk, actor=self.actor)
        with logged(events.READ_STANDING, self.actor, patient=patient.pk) as seen:
            found = list(selectors.preferences(patient, at=self.now))
            seen += [str(row.pk) for row in found]
        return Response({"preferences": [preference(row) for row in found]})


class HeldMessages(Resource):
    """What was not sent by mail because somebody asked for another means."""

    @described(tag=TAG, gives=an_object(held=a_list(HELD)))
    def get(self, request: Call) -> Response:
        """List the messages the office has still to pass on, oldest first."""
        with logged(events.READ_STANDING, self.actor) as seen:
            found = list(held.waiting(self.actor)[:100])
            seen += [str(row.pk) for row in found]
        return Response({"held": [message(row) for row in found]})


class PassOn(Resource):
    """A message passed on."""

    @described(tag=TAG, asks=held.PassOn, gives=HELD, refused=(404, 409))
    def post(self, request: Call, pk: str) -> Response:
        """Record how a held message was passed on."""
        return Response(message(held.pass_on(pk, body(request), **self.who)))


def preference(row: CommunicationPreference) -> dict[str, Any]:
    """A preference, for whoever has to follow it."""
    facts, until = row.facts, row.in_force_until
    return {
        "id": str(row.pk),
        "representative": str(row.representative_id) if row.representative_id else None,
        "request": row.request.reference,
        "means": [one.value for one in facts.means],
        "email": facts.email,
        "telephone": facts.telephone,
        "address": facts.address,
        "never": facts.never,
        "only_about": facts.only_about,
        "payment": facts.payment,
        "in_force_from": row.in_force_from.isoformat(),
        "in_force_until": until.isoformat() if until else None,
    }


def message(row: HeldMessage) -> dict[str, Any]:
    """A held message. What it says is read on the request."""
    return {
        "id": str(row.pk),
        "request": row.request.reference,
        "held_at": row.held_at.isoformat(),
        "told_at": row.told_at.isoformat() if row.told_at else None,
    }


def _findings(found: Iterable[Any]) -> list[dict[str, str]]:
    return [{"sentence": one.sentence, "citation": one.citation} for one in found]
