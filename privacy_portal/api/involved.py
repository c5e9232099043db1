"""People involved in a patient's care, and the question "may I speak to this person?" (164.510(b))."""

from typing import Any

from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.api import schemas
from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.reading import logged
from privacy_portal.api.schemas import INSTANT, TEXT, a_list, an_object, maybe
from privacy_portal.api.schemas import shaped as like
from requests_app import events
from requests_app.actions import involved as actions
from requests_app.people import selectors as people
from requests_app.standing import involved
from requests_app.standing.involved import PersonInvolved

TAG = "people involved"
PERSON = an_object(
    id=TEXT,
    patient=TEXT,
    name=like(TEXT, "Dora Demo"),
    relation=like(TEXT, "Daughter"),
    ground=like(TEXT, "agreed"),
    part=like(TEXT, ""),
    by_whom=like(TEXT, "The patient"),
    in_force_from=INSTANT,
    lapses_at=like(maybe("string", format="date-time"), None),
    in_force_until=like(maybe("string", format="date-time"), None),
)
ANSWER = an_object(
    answer=like({"enum": ["yes", "no", "ask"]}, "yes"),
    sentence=like(TEXT, "The patient agreed that this person is told."),
    citation=like(TEXT, "45 CFR 164.510(b)(2)"),
    part=like(TEXT, ""),
    until=like(maybe("string", format="date-time"), None),
    because=like(maybe("string"), None),
)


class Involved(Resource):
    """Statements about people."""

    @described(
        tag=TAG,
        asks=actions.Involve,
        gives=PERSON,
        status=201,
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call) -> Response:
        """Put one statement about one person on record, in force from when it was said."""

        def act() -> Response:
            return Response(person(actions.record(body(request), **self.who)), status=201)

        return self.once(act)


class EndInvolved(Resource):
    """The end of a statement."""

    @described(
        tag=TAG,
        gives=PERSON,
        refused=(404, 409),
        parameters=[schemas.OPTIONAL_IDEMPOTENCY_KEY],
    )
    def post(self, request: Call, pk: str) -> Response:
        """End one statement; it stays on record for the time it was in force."""
        return self.once(lambda: Response(person(actions.end(pk, **self.who))), required=False)


class MaySpeak(Resource):
    """The question itself."""

    @described(tag=TAG, asks=actions.MayI, gives=ANSWER)
    def post(self, request: Call) -> Response:
        """Ask whether you may speak to somebody about a patient. The question is on record."""
        found = actions.may_i_speak(body(request), **self.who)
        return Response(
            {
                "answer": found.answer.value,
                "sentence": found.sentence,
                "citation": found.citation,
                "part": found.part,
                "until": found.until.isoformat() if found.until else None,
                "because": str(found.because) if found.because else None,
            }
        )


class OfPatient(Resource):
    """Who is involved in one patient's care."""

    @described(tag=TAG, gives=an_object(people=a_list(PERSON)), refused=(404,))
    def get(self, request: Call, pk: str) -> Response:
        """List everybody on record now, the latest statement first."""
        patient = people.one(pk, actor=self.actor)
        with logged(events.READ_STANDING, self.actor, patient=patient.pk) as seen:
            found = involved.people_involved(patient.pk, at=self.now)
            seen += [str(row.pk) for row in found]
            shown = [person(row) for row in found]
        return Response({"people": shown})


def person(row: PersonInvolved) -> dict[str, Any]:
    """One statement."""
    facts = row.facts
    return {
        "id": str(row.pk),
        "patient": str(row.patient_id),
        "name": facts.name,
        "relation": facts.relation,
        "ground": row.ground,
        "part": facts.part,
        "by_whom": facts.by_whom,
        "in_force_from": row.in_force_from.isoformat(),
        "lapses_at": row.lapses_at.isoformat() if row.lapses_at else None,
        "in_force_until": row.in_force_until.isoformat() if row.in_force_until else None,
    }
