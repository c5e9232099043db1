"""Disclosures: recorded, corrected by a new line, found, read; and the bases they rest on."""

from dataclasses import asdict
from typing import Any

from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.api import pages, schemas
from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.presenters import API
from privacy_portal.api.reading import logged
from privacy_portal.api.schemas import DAY, INSTANT, TEXT, WHOLE, a_list, an_object, maybe
from privacy_portal.api.schemas import shaped as like
from requests_app import events, questions
from requests_app.actions import disclosures as actions
from requests_app.actions.bulk_releases import ReleaseAnswers, release
from requests_app.actions.disclosures import DisclosureAnswers
from requests_app.disclosures import forms, selectors
from requests_app.disclosures.models import Disclosure, Form, More
from requests_app.disclosures.selectors import SearchDisclosures
from requests_app.disclosures.taxonomy import Basis, taxonomy

TAG = "disclosures"
PURPOSE = "disclosure log"

_BASIS = an_object(
    code=like(TEXT, "PH"),
    title=like(TEXT, "To a public health authority"),
    citation=like(TEXT, "45 CFR 164.512(b)(1)(i)"),
)
DISCLOSURE = an_object(
    id=TEXT,
    seq=WHOLE,
    patient=TEXT,
    site=TEXT,
    request=like(maybe("string"), None),
    disclosed_on=DAY,
    disclosed_until=like(maybe("string", format="date"), None),
    recipient_name=like(TEXT, "Example County Health Department"),
    recipient_address=TEXT,
    description=like(TEXT, "One positive test result"),
    purpose=like(TEXT, "Reporting of a notifiable disease"),
    request_copy=TEXT,
    basis={**_BASIS, "type": ["object", "null"]},
    accountable=like({"enum": [one.value for one in selectors.Accountable]}, "yes"),
    because=like(TEXT, "Public health is not excluded."),
    because_citation=like(TEXT, "45 CFR 164.528(a)(1)"),
    excluded_answer=like(maybe("boolean"), None),
    held=like({"type": "object"}, {"legal_basis": "The state's reporting law"}),
    missing=a_list(an_object(name=like(TEXT, "legal_basis"), question=TEXT)),
    form=like({"enum": [one.value for one in Form]}, "one"),
    series=like({"type": ["object", "null"]}, None),
    research=like({"type": ["object", "null"]}, None),
    release=like(maybe("string"), None),
    corrects=like(maybe("string"), None),
    corrected_by=like(maybe("string"), None),
    recorded_at=INSTANT,
    recorded_by=like(TEXT, "Olive Officer"),
    url=like(TEXT, f"{API}/disclosures/{questions.EXAMPLE_ID}"),
    receipt=like(TEXT, f"{API}/disclosures/{questions.EXAMPLE_ID}/receipt"),
)
BASIS = an_object(
    **_BASIS["properties"],
    accountable=like({"enum": ["yes", "no", "depends"]}, "yes"),
    because=like(TEXT, "Public health is not excluded."),
    because_citation=like(TEXT, "45 CFR 164.528(a)(1)"),
    deciding_question=like(TEXT, ""),
    suspendable=like({"enum": ["yes", "no", "depends"]}, "no"),
    minimum_necessary=like(TEXT, "yes"),
    must_hold=a_list(an_object(name=like(TEXT, "legal_basis"), question=TEXT)),
)
#: What is recorded usually; a series and research are forms of their own.
_ONE = {
    name: value
    for name, value in questions.example(DisclosureAnswers).items()
    if name not in {"series", "research"}
}
_SERIES = _ONE | {
    "disclosed_until": "2026-02-23",
    "disclosed_on": "2026-02-02",
    "series": {"count": 4, "frequency": "weekly"},
}
_WORKED = {"One disclosure": _ONE, "A series": _SERIES}


class Disclosures(Resource):
    """The ledger, as it is written."""

    @described(
        tag=TAG,
        asks=DisclosureAnswers,
        asked=_WORKED,
        gives=DISCLOSURE,
        status=201,
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call) -> Response:
        """Record one disclosure.

        Left without a basis, it counts as accountable and asks to be classified.
        """
        return self.once(lambda: self._made(actions.record(body(request), **self.who)))

    def _made(self, row: Disclosure) -> Response:
        return Response(disclosure(row), status=201, headers={"Location": _address(row)})


class Corrections(Disclosures):
    """A line is never overwritten: a new one points at it."""

    @described(
        tag=TAG,
        asks=DisclosureAnswers,
        asked={"The line put right": _ONE},
        gives=DISCLOSURE,
        status=201,
        refused=(404, 409),
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call, pk: str) -> Response:
        """Correct a disclosure by a new line that replaces it."""
        return self.once(lambda: self._made(actions.correct(pk, body(request), **self.who)))


class Releases(Resource):
    """One release to many."""

    @described(
        tag=TAG,
        asks=ReleaseAnswers,
        asked={"A release to two": _ONE | {"others": [{"patient": questions.EXAMPLE_ID}]}},
        gives=an_object(release=TEXT, disclosures=a_list(TEXT)),
        status=201,
        parameters=[schemas.IDEMPOTENCY_KEY],
    )
    def post(self, request: Call) -> Response:
        """Record one release about several patients: a line for each, all or none."""

        def act() -> Response:
            together, lines = release(body(request), **self.who)
            found = {"release": str(together), "disclosures": [str(row.pk) for row in lines]}
            return Response(found, status=201)

        return self.once(act)


class Search(Resource):
    """The ledger, as it is read."""

    @described(tag=TAG, asks=SearchDisclosures, gives=schemas.paged(DISCLOSURE))
    def post(self, request: Call) -> Response:
        """Find disclosures, newest recorded first.

        A recipient is looked for among the lines of one patient: names are sealed, so every line
        has to be opened. Likewise the few lines whose basis leaves it to a fact whether they count.
        """
        rows = selectors.visible(self.actor).select_related("request")
        asked = questions.parse(SearchDisclosures, body(request), at="", today=self.now.date())
        rows, keep = selectors.matching(rows, asked)
        about = {"patient": asked.patient, "purpose": PURPOSE}
        with logged(events.READ_DISCLOSURES, self.actor, **about) as seen:
            found, shown = pages.page_of(
                rows,
                by=("-seq",),
                render=disclosure,
                limit=asked.limit,
                cursor=asked.cursor,
                keep=keep,
            )
            seen += [str(row.pk) for row in shown]
        return Response(found)


class OneDisclosure(Resource):
    """One line."""

    @described(tag=TAG, gives=DISCLOSURE, refused=(404,))
    def get(self, request: Call, pk: str) -> Response:
        """Read one disclosure."""
        row = selectors.one(pk, actor=self.actor)
        about = {"patient": row.patient_id, "purpose": PURPOSE}
        with logged(events.READ_DISCLOSURES, self.actor, **about) as seen:
            seen.append(str(row.pk))
            shown = disclosure(row)
        return Response(shown)


class Bases(Resource):
    """The closed set of bases."""

    @described(tag=TAG, gives=an_object(bases=a_list(BASIS)))
    def get(self, request: Call) -> Response:
        """List the bases: the rule that permits each, and whether it stands in an accounting."""
        return Response({"bases": [basis(row) for row in taxonomy().all.values()]})


def disclosure(row: Disclosure) -> dict[str, Any]:
    """A line of the ledger, opened, with how it counts."""
    facts, standing = row.facts, selectors.standing(row)
    corrected_by = getattr(row, "corrected_by_id", None)
    return {
        "id": str(row.pk),
        "seq": row.seq,
        "patient": str(row.patient_id),
        "site": str(row.site_id),
        "request": row.request.reference if row.request else None,
        "disclosed_on": row.disclosed_on.isoformat(),
        "disclosed_until": row.disclosed_until.isoformat() if row.disclosed_until else None,
        "recipient_name": facts.recipient_name,
        "recipient_address": facts.recipient_address,
        "description": facts.description,
        "purpose": facts.purpose,
        "request_copy": facts.request_copy,
        "basis": _named(taxonomy().basis(row.basis)) if row.basis else None,
        "accountable": standing.accountable.value,
        "because": standing.because,
        "because_citation": standing.citation,
        "excluded_answer": facts.excluded_answer,
        "held": facts.held,
        "missing": [{"name": one.field, "question": one.question} for one in forms.missing(row)],
        **_formed(row),
        "release": str(row.release) if row.release else None,
        "corrects": str(row.corrects_id) if row.corrects_id else None,
        "corrected_by": str(corrected_by) if corrected_by else None,
        "recorded_at": row.recorded_at.isoformat(),
        "recorded_by": row.recorded_by_name,
        "url": _address(row),
        "receipt": f"{_address(row)}/receipt",
    }


def _formed(row: Disclosure) -> dict[str, Any]:
    """What a series or research says beside the usual facts."""
    more = row.more or More()
    series = {"count": more.count, "frequency": more.frequency}
    research = asdict(more.research) | {"individuals": more.count} if more.research else None
    return {
        "form": row.form,
        "series": series if row.form == Form.SERIES else None,
        "research": research,
    }


def basis(row: Basis) -> dict[str, Any]:
    """A basis with what its record must hold."""
    return _named(row) | {
        "accountable": row.accountable.value,
        "because": row.because,
        "because_citation": row.because_citation,
        "deciding_question": row.deciding_question,
        "suspendable": row.suspendable.value,
        "minimum_necessary": row.minimum_necessary.value,
        "must_hold": [{"name": hold.field, "question": hold.question} for hold in row.must_hold],
    }


def _named(row: Basis) -> dict[str, str]:
    return {"code": row.code, "title": row.title, "citation": row.citation}


def _address(row: Disclosure) -> str:
    return f"{API}/disclosures/{row.pk}"
