"""What agencies have had held back from an accounting. For staff: no patient sees any of it."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiTypes
from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.api import asked, pages, schemas
from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.presenters import address
from privacy_portal.api.reading import logged
from privacy_portal.api.schemas import DAY, FLAG, INSTANT, TEXT, WHOLE, a_list, an_object, maybe
from privacy_portal.api.schemas import shaped as like
from requests_app import events, questions
from requests_app.actions import suspensions as actions
from requests_app.disclosures import issue, queue
from requests_app.disclosures.accounting import AccountingList
from requests_app.disclosures.holding import Authority, Form
from requests_app.disclosures.suspensions import Doubt, Suspension, SuspensionAnswer, open_questions
from requests_app.people.references import EXAMPLE

TAG = "suspensions"
PURPOSE = "suspensions of accountings"
SUSPENSION = an_object(
    id=TEXT,
    patient=TEXT,
    authority=like({"enum": [one.value for one in Authority]}, "law_enforcement"),
    form=like({"enum": [one.value for one in Form]}, "oral"),
    agency=like(TEXT, "Example Police Department"),
    official=like(TEXT, "Detective Dan Example"),
    identity=TEXT,
    words=TEXT,
    stated_on=DAY,
    last_on=DAY,
    disclosures=a_list(TEXT),
    applied=FLAG,
    question=like(maybe("string"), None),
    answer=like(maybe("string"), None),
    recorded_by=like(TEXT, "Olive Officer"),
    recorded_at=INSTANT,
)
OWED = an_object(request=like(TEXT, EXAMPLE), issued_at=INSTANT, lines=WHOLE, supplement_url=TEXT)
_SENTENCE = an_object(entry=TEXT, sentence=TEXT, citation=like(TEXT, "45 CFR 164.528(b)(2)"))
ACCOUNTING = an_object(
    request=like(TEXT, EXAMPLE),
    period_from=DAY,
    period_until=DAY,
    lines=a_list({"type": "object", "examples": [{"date": "2026-01-05", "entry": "…"}]}),
    excluded=a_list(
        an_object(
            entry=TEXT,
            exclusion=like(TEXT, "basis"),
            reason=like(TEXT, "Treatment is excluded."),
            citation=like(TEXT, "45 CFR 164.528(a)(1)(i)"),
        )
    ),
    to_classify=a_list(_SENTENCE),
    gaps=a_list(_SENTENCE),
)
_ORAL = {
    name: value
    for name, value in questions.example(actions.Statement).items()
    if name not in {"until", "months", "disclosures", "confirmed"}
} | {"authority": "law_enforcement", "form": "oral"}
_OPEN = schemas.query("question", "`open`: only those the officer has yet to answer.")
_AS_OF = schemas.query(
    "as_of", "Rebuild it as it would have been given at this instant.", OpenApiTypes.DATETIME
)


class Suspensions(Resource):
    """Statements of agencies."""

    queries = frozenset({"question", *schemas.names(schemas.PAGING)})

    @described(tag=TAG, gives=schemas.paged(SUSPENSION), parameters=[_OPEN, *schemas.PAGING])
    def get(self, request: Call) -> Response:
        """List statements of agencies, newest first."""
        rows = queue.visible(self.actor)
        if asked.one_of(request.query_params, "question", {"open"}):
            rows = rows.filter(pk__in=open_questions().values("pk"))
        with logged(events.READ_SUSPENSIONS, self.actor, purpose=PURPOSE) as seen:
            found, shown = pages.page(rows, request, by=("-recorded_at", "-id"), render=suspension)
            seen += [str(row.pk) for row in shown]
        return Response(found)

    @described(
        tag=TAG,
        asks=actions.Statement,
        asked={"By word of mouth": _ORAL},
        gives=SUSPENSION,
        status=201,
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call) -> Response:
        """Record that an agency said an accounting would impede its work (45 CFR 164.528(a)(2)).

        In writing it holds for the time stated, by word of mouth for thirty days at most. What no
        agency can have held back is not: it becomes a question to the privacy officer.
        """

        def act() -> Response:
            row = actions.record(body(request), **self.who)
            return Response(suspension(row), status=201)

        return self.once(act)


class Answers(Resource):
    """The officer's answer."""

    @described(
        tag=TAG,
        asks=actions.Answer,
        gives=SUSPENSION,
        refused=(404, 409),
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call, pk: str) -> Response:
        """Answer what a statement left in doubt."""

        def act() -> Response:
            made = actions.answer(pk, body(request), **self.who)
            return Response(suspension(made.suspension))

        return self.once(act)


class Supplements(Resource):
    """What is owed after a statement has lapsed, or an associate has told of something late."""

    @described(tag=TAG, gives=an_object(supplements=a_list(OWED)))
    def get(self, request: Call) -> Response:
        """List the accountings that can be supplemented now, oldest first."""
        with logged(events.READ_SUSPENSIONS, self.actor, purpose=PURPOSE) as seen:
            found = list(queue.supplements_owed(self.actor, now=self.now))
            seen += [one.reference for one in found]
        return Response({"supplements": [_owed(one) for one in found]})


class Rebuilt(Resource):
    """The accounting before it is given, or as it was."""

    queries = frozenset({"as_of"})

    @described(tag=TAG, gives=ACCOUNTING, refused=(404,), parameters=[_AS_OF])
    def get(self, request: Call, reference: str) -> Response:
        """Work out an accounting as it would be given now, or would have been at an instant.

        With what only staff may see: what is left out and why, what is to be classified, what a line
        lacks.
        """
        when = asked.instant(request.query_params, "as_of")
        found, made = queue.rebuilt(reference, **self.who, as_of=when)
        about = {"patient": found.patient_id, "request": found.reference, "purpose": PURPOSE}
        with logged(events.READ_ACCOUNTING, self.actor, **about) as seen:
            seen += [line.entry for line in made.lines]
        return Response({"request": found.reference, **accounting(made)})


def suspension(row: Suspension) -> dict[str, Any]:
    """A statement, opened."""
    facts = row.facts
    given: SuspensionAnswer | None = getattr(row, "answer", None)
    return {
        "id": str(row.pk),
        "patient": str(row.patient_id),
        "authority": row.authority,
        "form": row.form,
        "agency": facts.agency,
        "official": facts.official,
        "identity": facts.identity,
        "words": facts.words,
        "stated_on": row.stated_on.isoformat(),
        "last_on": row.last_on.isoformat(),
        "disclosures": row.entries,
        "applied": row.applied,
        "question": str(Doubt(row.doubt).label) if row.doubt else None,
        "answer": given.facts.words if given else None,
        "recorded_by": row.recorded_by_name,
        "recorded_at": row.recorded_at.isoformat(),
    }


def accounting(made: AccountingList) -> dict[str, Any]:
    """The list as the individual would read it, and beside it what only staff may see."""
    return {
        "period_from": made.period.first.isoformat(),
        "period_until": made.period.last.isoformat(),
        "lines": [{"entry": line.entry, **issue.words(line)} for line in made.lines],
        "excluded": [
            {
                "entry": one.entry,
                "exclusion": one.exclusion.value,
                "reason": one.reason,
                "citation": one.citation,
            }
            for one in made.excluded
        ],
        "to_classify": [_members(one) for one in made.to_classify],
        "gaps": [_members(one) for one in made.gaps],
    }


def _members(one: Any) -> dict[str, str]:
    return {"entry": one.entry, "sentence": one.sentence, "citation": one.citation}


def _owed(one: queue.Owed) -> dict[str, Any]:
    issued: datetime = one.accounting.issued_at
    return {
        "request": one.reference,
        "issued_at": issued.isoformat(),
        "lines": one.lines,
        "supplement_url": address(one.reference, "actions", "supplement"),
    }
