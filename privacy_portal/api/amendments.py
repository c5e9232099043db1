"""What stands after an amendment: links, the set that goes along, who is told (164.526(c)-(e))."""

from dataclasses import dataclass
from typing import Any

from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.api import schemas
from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.reading import logged
from privacy_portal.api.requests import RequestResource
from privacy_portal.api.schemas import DAY, FLAG, INSTANT, TEXT, WHOLE, a_list, an_object, maybe
from privacy_portal.api.schemas import shaped as like
from requests_app import events, questions
from requests_app.actions import amendments as actions
from requests_app.people import selectors as people
from requests_app.people.references import EXAMPLE
from requests_app.permissions import Permission, require, sites_for
from requests_app.questions import text
from requests_app.standing import amendment_links, amendment_notices
from requests_app.standing.amendment_links import AmendmentLink
from requests_app.standing.amendment_notices import IncomingNotice, Matter, Recipient

TAG = "amendments"
NOTICE = an_object(
    id=TEXT,
    patient=TEXT,
    sender=like(TEXT, "Example Hospital"),
    contact=like(TEXT, "919-555-0177"),
    amended=like(TEXT, "The injury was on 13 December."),
    received_on=DAY,
    recorded_at=INSTANT,
)
LINK = an_object(
    id=TEXT,
    patient=TEXT,
    request=like(maybe("string"), EXAMPLE),
    notice=like(maybe("string"), None),
    outcome=like(TEXT, "amended"),
    record=like(TEXT, "Visit of January 12, history"),
    asked=like(TEXT, "The injury was on 13 December."),
    how=like(TEXT, "Margin note 1"),
    in_force_from=INSTANT,
)
PAPER = an_object(title=like(TEXT, "Statement of disagreement"), words=TEXT, at=INSTANT)
SET = an_object(goes_along=FLAG, papers=a_list(PAPER), summary=like(TEXT, ""))
PERSON = an_object(
    number=WHOLE,
    name=like(TEXT, "Tina Trainer"),
    contact=like(TEXT, "919-555-0190"),
    why=like(TEXT, "named"),
    relied=like(TEXT, ""),
    stand=like(TEXT, "to_tell"),
    tried=like(FLAG, False),
)
RECIPIENT = an_object(
    disclosure=TEXT,
    name=like(TEXT, "Example Health Plan"),
    address=like(TEXT, "3 Example Street"),
    what=like(TEXT, "Test result"),
    last_on=DAY,
)


@dataclass(frozen=True)
class WhatGoesAlong:
    """The record that is to be disclosed."""

    record: str = text(
        name="the record", question="Which record? Name it as the practice does", max_length=500
    )


class Notices(Resource):
    """Notices of amendment from others (164.526(e))."""

    @described(tag=TAG, gives=an_object(notices=a_list(NOTICE)))
    def get(self, request: Call) -> Response:
        """List the notices from which nothing has been amended here yet, oldest first."""
        require(self.actor, Permission.WORK_REQUESTS)
        rows = amendment_notices.waiting_notices()
        reach = sites_for(self.actor, Permission.WORK_REQUESTS)
        if reach is not None:
            rows = rows.filter(patient__site_id__in=reach)
        with logged(events.READ_STANDING, self.actor) as seen:
            found = list(rows[:100])
            seen += [str(row.pk) for row in found]
            shown = [notice(row) for row in found]
        return Response({"notices": shown})

    @described(
        tag=TAG,
        asks=actions.NoticeAnswers,
        gives=NOTICE,
        status=201,
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call) -> Response:
        """Record that another entity has amended what we hold too; it waits until we have."""

        def act() -> Response:
            return Response(notice(actions.receive_notice(body(request), **self.who)), status=201)

        return self.once(act)


class LinkNotice(Resource):
    """Our own records, amended after a notice."""

    @described(
        tag=TAG,
        asks=actions.LinkNotice,
        gives=an_object(links=a_list(LINK)),
        status=201,
        refused=(404,),
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call, pk: str) -> Response:
        """Record which records of ours carry the amendment now."""

        def act() -> Response:
            made = actions.link_notice(pk, body(request), **self.who)
            return Response({"links": [link(row) for row in made]}, status=201)

        return self.once(act)


class Links(Resource):
    """What is linked to a patient's records."""

    @described(tag=TAG, gives=an_object(links=a_list(LINK)), refused=(404,))
    def get(self, request: Call, pk: str) -> Response:
        """List every amendment and dispute linked to a patient's records now."""
        patient = people.one(pk, actor=self.actor, permission=Permission.READ_PATIENTS)
        with logged(events.READ_STANDING, self.actor, patient=patient.pk) as seen:
            found = list(amendment_links.links(patient.pk, at=self.now))
            seen += [str(row.pk) for row in found]
            shown = [link(row) for row in found]
        return Response({"links": shown})


class LinkedSet(Resource):
    """What must go along with a disclosure of one record."""

    @described(tag=TAG, asks=WhatGoesAlong, gives=SET, refused=(404,))
    def post(self, request: Call, pk: str) -> Response:
        """Ask what a disclosure of one record must carry with it (45 CFR 164.526(d)(5))."""
        asked = questions.parse(WhatGoesAlong, body(request), at="", today=self.now.date())
        patient = people.one(pk, actor=self.actor, permission=Permission.ASK_CHECK)
        with logged(events.READ_STANDING, self.actor, patient=patient.pk):
            found = amendment_links.linked_set(patient.pk, asked.record, at=self.now)
        papers = found.papers if found else ()
        return Response(
            {
                "goes_along": found is not None,
                "papers": [
                    {"title": one.title, "words": one.words, "at": one.at.isoformat()}
                    for one in papers
                ],
                "summary": found.summary if found else "",
            }
        )


class Recipients(Resource):
    """Who was given something of this patient."""

    @described(tag=TAG, gives=an_object(recipients=a_list(RECIPIENT)), refused=(404,))
    def get(self, request: Call, pk: str) -> Response:
        """List whom the disclosure log proposes to be told of an amendment, newest first."""
        patient = people.one(pk, actor=self.actor, permission=Permission.READ_DISCLOSURES)
        with logged(events.READ_DISCLOSURES, self.actor, patient=patient.pk) as seen:
            found = amendment_notices.recipients(patient.pk)
            seen += [one.disclosure for one in found]
        return Response({"recipients": [recipient(one) for one in found]})


class PersonsToTell(RequestResource):
    """Whom one amendment concerns."""

    @described(tag=TAG, gives=an_object(persons=a_list(PERSON)), refused=(404,))
    def get(self, request: Call, reference: str) -> Response:
        """List everybody to be told of an amendment, and where the matter of each stands."""
        require(self.actor, Permission.READ_REQUESTS)
        with self.read(reference, events.READ_REQUEST) as (found, seen):
            matters = amendment_notices.matters(found)
            seen += [str(one.person.pk) for one in matters]
            shown = [matter(one) for one in matters]
        return Response({"persons": shown})


def notice(row: IncomingNotice) -> dict[str, Any]:
    """Another entity's notice."""
    facts = row.facts
    return {
        "id": str(row.pk),
        "patient": str(row.patient_id),
        "sender": facts.sender,
        "contact": facts.contact,
        "amended": facts.amended,
        "received_on": row.received_on.isoformat(),
        "recorded_at": row.recorded_at.isoformat(),
    }


def link(row: AmendmentLink) -> dict[str, Any]:
    """One record that carries an amendment or a dispute."""
    facts = row.facts
    return {
        "id": str(row.pk),
        "patient": str(row.patient_id),
        "request": row.request.reference if row.request else None,
        "notice": str(row.notice_id) if row.notice_id else None,
        "outcome": row.outcome,
        "record": facts.record,
        "asked": facts.asked,
        "how": facts.how,
        "in_force_from": row.in_force_from.isoformat(),
    }


def matter(one: Matter) -> dict[str, Any]:
    """One person, and where the matter stands."""
    facts = one.person.facts
    return {
        "number": one.person.number,
        "name": facts.name,
        "contact": facts.contact,
        "why": one.person.why,
        "relied": facts.relied,
        "stand": one.stand.value,
        "tried": one.tried,
    }


def recipient(one: Recipient) -> dict[str, Any]:
    """Somebody of the ledger."""
    return {
        "disclosure": one.disclosure,
        "name": one.name,
        "address": one.address,
        "what": one.what,
        "last_on": one.last_on.isoformat(),
    }
