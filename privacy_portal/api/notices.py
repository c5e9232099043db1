"""The notice of privacy practices: its versions, what each lacks, who acknowledged it (164.520)."""

from typing import Any

from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.api import schemas
from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.reading import logged
from privacy_portal.api.schemas import DAY, FLAG, INSTANT, TEXT, a_list, an_object, maybe
from privacy_portal.api.schemas import shaped as like
from requests_app import events, selectors
from requests_app.actions import notices as actions
from requests_app.notices import selectors as notices
from requests_app.notices.elements import elements
from requests_app.notices.models import Acknowledgment, NoticeReceipt, NoticeVersion
from requests_app.people import selectors as people
from requests_app.permissions import Permission, may

TAG = "notice"
_LACK = an_object(
    element=like(TEXT, "duty_breach"),
    what=like(TEXT, "The duty to notify after a breach"),
    citation=like(TEXT, "45 CFR 164.520(b)(1)(v)(A)"),
    why=like(TEXT, "It is not there."),
)
VERSION = an_object(
    id=TEXT,
    published_on=DAY,
    effective_on=DAY,
    sha256=TEXT,
    in_force=FLAG,
    holds_part2=like(FLAG, False),
    raises_funds=like(FLAG, False),
    recorded_at=INSTANT,
    lacks=a_list(_LACK),
)
WHOLE = {**VERSION, "properties": VERSION["properties"] | {"text": like(TEXT, "Our notice …")}}
ELEMENT = an_object(
    id=like(TEXT, "header"),
    what=like(TEXT, "The header in the prescribed words"),
    citation=like(TEXT, "45 CFR 164.520(b)(1)(i)"),
    in_force_from=DAY,
    words=like(TEXT, ""),
    only_if=like(TEXT, "always"),
)
ACKNOWLEDGMENT = an_object(
    id=TEXT,
    patient=TEXT,
    notice=TEXT,
    outcome=like(TEXT, "signed"),
    effort=like(TEXT, ""),
    on=DAY,
    recorded_at=INSTANT,
)
RECEIPT = an_object(
    id=TEXT,
    notice=TEXT,
    effective_on=DAY,
    request=like(maybe("string"), None),
    channel=like(TEXT, "handed"),
    given_on=DAY,
)


class VersionResource(Resource):
    """Base of what shows versions."""

    def version(self, row: NoticeVersion) -> dict[str, Any]:
        """A version; what it lacks by today's law is the practice's own to know."""
        today = self.now.date()
        in_force = notices.in_force(on=today)
        inside = may(self.actor, Permission.READ_PRACTICE)
        return {
            "id": str(row.pk),
            "published_on": row.published_on.isoformat(),
            "effective_on": row.effective_on.isoformat(),
            "sha256": row.sha256,
            "in_force": in_force is not None and in_force.pk == row.pk,
            "holds_part2": row.holds_part2,
            "raises_funds": row.raises_funds,
            "recorded_at": row.recorded_at.isoformat(),
            "lacks": [_lack(one) for one in notices.lacks(row, on=today)] if inside else [],
        }


class Versions(VersionResource):
    """Every version ever."""

    @described(tag=TAG, name="notices_list", gives=an_object(notices=a_list(VERSION)))
    def get(self, request: Call) -> Response:
        """List the versions of the notice, latest first, with what each lacks by today's law."""
        rows = NoticeVersion.objects.order_by("-effective_on")
        return Response({"notices": [self.version(row) for row in rows]})

    @described(
        tag=TAG,
        asks=actions.Publish,
        gives=WHOLE,
        status=201,
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call) -> Response:
        """Publish a version with its checklist. What it lacks is flagged and not refused."""

        def act() -> Response:
            row = actions.publish(body(request), **self.who)
            return Response(self.version(row) | {"text": row.text}, status=201)

        return self.once(act)


class OneVersion(VersionResource):
    """One version."""

    @described(tag=TAG, gives=WHOLE, refused=(404,))
    def get(self, request: Call, pk: str) -> Response:
        """Read one version of the notice, word for word."""
        row = selectors.one(NoticeVersion.objects.filter(pk=selectors.uuid_or_not_found(pk)))
        return Response(self.version(row) | {"text": row.text})


class Elements(Resource):
    """What a notice must hold."""

    @described(tag=TAG, gives=an_object(elements=a_list(ELEMENT)))
    def get(self, request: Call) -> Response:
        """List the required elements of 45 CFR 164.520(b)(1), each from its day on."""
        shown = [
            {
                "id": one.id,
                "what": one.what,
                "citation": one.citation,
                "in_force_from": one.in_force_from.isoformat(),
                "words": one.words,
                "only_if": one.only_if.value,
            }
            for one in elements()
        ]
        return Response({"elements": shown})


class Acknowledgments(Resource):
    """Acknowledgments got, and efforts without one."""

    @described(
        tag=TAG,
        asks=actions.Acknowledged,
        gives=ACKNOWLEDGMENT,
        status=201,
        refused=(409,),
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call) -> Response:
        """Record an acknowledgment, or the good-faith effort and why there is none."""

        def act() -> Response:
            row = actions.acknowledge(body(request), **self.who)
            return Response(acknowledgment(row), status=201)

        return self.once(act)


class Confirm(Resource):
    """The patient's own word."""

    @described(
        tag=TAG,
        asks=actions.Confirm,
        gives=ACKNOWLEDGMENT,
        status=201,
        refused=(409,),
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call) -> Response:
        """Confirm that you have received the notice in force."""

        def act() -> Response:
            return Response(acknowledgment(actions.confirm(body(request), **self.who)), status=201)

        return self.once(act)


class OfPatient(Resource):
    """Which version a patient has."""

    @described(
        tag=TAG,
        gives=an_object(receipts=a_list(RECEIPT), acknowledgments=a_list(ACKNOWLEDGMENT)),
        refused=(404,),
    )
    def get(self, request: Call, pk: str) -> Response:
        """List which versions of the notice a patient received, and what came of each effort."""
        patient = people.one(pk, actor=self.actor)
        with logged(events.READ_STANDING, self.actor, patient=patient.pk) as seen:
            given = list(notices.receipts(patient.pk))
            answers = list(notices.acknowledgments(patient.pk))
            seen += [str(row.pk) for row in (*given, *answers)]
            shown = [acknowledgment(row) for row in answers]
        return Response({"receipts": [receipt(row) for row in given], "acknowledgments": shown})


def acknowledgment(row: Acknowledgment) -> dict[str, Any]:
    """What came of one effort."""
    return {
        "id": str(row.pk),
        "patient": str(row.patient_id),
        "notice": str(row.notice_id),
        "outcome": row.outcome,
        "effort": row.effort.words,
        "on": row.on.isoformat(),
        "recorded_at": row.recorded_at.isoformat(),
    }


def receipt(row: NoticeReceipt) -> dict[str, Any]:
    """One version given to the patient."""
    return {
        "id": str(row.pk),
        "notice": str(row.notice_id),
        "effective_on": row.notice.effective_on.isoformat(),
        "request": row.request.reference if row.request else None,
        "channel": row.channel,
        "given_on": row.given_on.isoformat(),
    }


def _lack(one: notices.Lack) -> dict[str, str]:
    return {
        "element": one.element,
        "what": one.what,
        "citation": one.citation,
        "why": one.why,
    }
