"""May this be disclosed? May this be sent? Asked before anything leaves."""

import json
from typing import Any

from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.reading import logged
from privacy_portal.api.schemas import INSTANT, TEXT, a_list, an_object, shaped
from requests_app import events, selectors
from requests_app.actions import check, communications
from requests_app.actions.check import CheckDisclosure
from requests_app.actions.communications import CheckCommunication
from requests_app.disclosures import selectors as ledger
from requests_app.disclosures.check.findings import (
    Ask,
    Decision,
    Obligation,
    Reason,
    Remark,
    Verdict,
)
from requests_app.disclosures.check.models import CheckMade
from requests_app.disclosures.check.sending import SendDecision, SendVerdict
from requests_app.people.references import EXAMPLE

DISCLOSURES, COMMUNICATIONS = "disclosures", "communications"
_CITED = shaped(TEXT, "45 CFR 164.522(a)(1)(vi)")
_RECORD = shaped(TEXT, EXAMPLE)
_REASON = an_object(
    code=shaped(TEXT, "restriction"),
    sentence=shaped(TEXT, "This was paid for in full and is kept from the health plan."),
    citation=_CITED,
    record=_RECORD,
    stops=shaped({"type": "boolean"}, True),
)
_QUESTION = an_object(
    field=shaped(TEXT, "/answers/in_custody"),
    question=shaped(TEXT, "Is the person in lawful custody at this time?"),
    citation=shaped(TEXT, "45 CFR 164.512(k)(5)(iii)"),
    record=shaped(TEXT, ""),
)
_OBLIGATION = an_object(
    code=shaped(TEXT, "minimum_necessary"),
    sentence=shaped(TEXT, "Send no more than the purpose needs."),
    citation=shaped(TEXT, "45 CFR 164.502(b)(1)"),
    record=shaped(TEXT, ""),
)
_LISTS = {
    "reasons": a_list(_REASON),
    "questions": a_list(_QUESTION),
    "obligations": a_list(_OBLIGATION),
}
ANSWER = an_object(
    check=TEXT,
    at=INSTANT,
    verdict=shaped({"enum": [one.value for one in Verdict]}, "deny"),
    basis=shaped(TEXT, "PAY"),
    accountable=an_object(
        answer=shaped({"enum": ["yes", "no", "unclassified"]}, "no"),
        because=shaped(TEXT, "Payment is excluded."),
        citation=shaped(TEXT, "45 CFR 164.528(a)(1)(i)"),
    ),
    **_LISTS,
    warnings=a_list(
        an_object(
            code=shaped(TEXT, "notice"),
            sentence=shaped(TEXT, "The notice in force does not describe this kind of disclosure."),
            citation=shaped(TEXT, "45 CFR 164.502(i)"),
        )
    ),
    emergency_would_permit=shaped({"type": "boolean"}, False),
)
SEND_ANSWER = an_object(
    check=TEXT,
    at=INSTANT,
    verdict=shaped({"enum": [one.value for one in SendVerdict]}, "use_this_address"),
    address=shaped(TEXT, "P.O. Box 12, Sampletown, NC 00000"),
    **_LISTS,
)


class CheckDisclosures(Resource):
    """The decision, before a disclosure."""

    @described(tag=DISCLOSURES, asks=CheckDisclosure, gives=ANSWER)
    def post(self, request: Call) -> Response:
        """Ask whether something may be disclosed.

        Permit, deny, permit with conditions, or questions: what is missing comes back as questions
        with the field in which to answer, and nothing may go until they are answered. Every answer is
        kept with the facts it rests on, and is an entry of the log.
        """
        made = check.ask(body(request), **self.who)
        return Response(shown(made.row, made.decision))


class CheckCommunications(Resource):
    """The decision, before something is sent to the patient."""

    @described(tag=COMMUNICATIONS, asks=CheckCommunication, gives=SEND_ANSWER)
    def post(self, request: Call) -> Response:
        """Ask whether something may be sent to the patient, by these means, to this address.

        Send, use this address, do not, or questions. Without an address the one on file is meant.
        """
        made = communications.ask(body(request), **self.who)
        return Response(sending_shown(made.row, made.decision))


class BesideDisclosure(Resource):
    """What the check said of a line of the ledger."""

    @described(tag=DISCLOSURES, gives=ANSWER, refused=(404,))
    def get(self, request: Call, pk: str) -> Response:
        """Read the check's answer that stands beside a disclosure."""
        line = ledger.one(pk, actor=self.actor)
        row = selectors.one(CheckMade.objects.filter(disclosure_id=line.pk))
        with logged(events.READ_CHECK, self.actor, patient=row.patient_id) as seen:
            seen.append(str(row.pk))
            answer = json.loads(row.kept.answer)
        return Response(_head(row) | _as_kept(answer))


def shown(row: CheckMade, decision: Decision) -> dict[str, Any]:
    """A decision, for whoever asked."""
    return _head(row) | {
        "verdict": decision.verdict.value,
        "basis": decision.basis,
        "accountable": {
            "answer": decision.accountable.answer,
            "because": decision.accountable.because,
            "citation": decision.accountable.citation,
        },
        **_found(decision),
        "warnings": [_warning(one) for one in decision.warnings],
        "emergency_would_permit": decision.overridable,
    }


def sending_shown(row: CheckMade, decision: SendDecision) -> dict[str, Any]:
    """An answer about something sent to the patient."""
    found = {"verdict": decision.verdict.value, "address": decision.address}
    return _head(row) | found | _found(decision)


def _head(row: CheckMade) -> dict[str, Any]:
    return {"check": str(row.pk), "at": row.asked_at.isoformat()}


def _found(decision: Decision | SendDecision) -> dict[str, Any]:
    return {
        "reasons": [_reason(one) for one in decision.reasons],
        "questions": [_question(one) for one in decision.questions],
        "obligations": [_obligation(one) for one in decision.obligations],
    }


def _as_kept(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer as it was given then, in the shape of one given now."""
    stops = [one for one in answer["reasons"] if one["stops"]]
    could = bool(stops) and all(one["overridable"] for one in stops)
    reasons = [{k: v for k, v in one.items() if k != "overridable"} for one in answer["reasons"]]
    return answer | {"reasons": reasons, "emergency_would_permit": could}


def _reason(one: Reason) -> dict[str, Any]:
    return {
        "code": one.code,
        "sentence": str(one.sentence),
        "citation": one.citation,
        "record": one.record,
        "stops": one.stops,
    }


def _question(one: Ask) -> dict[str, Any]:
    return {
        "field": one.field,
        "question": str(one.question),
        "citation": one.citation,
        "record": one.record,
    }


def _obligation(one: Obligation) -> dict[str, Any]:
    return {
        "code": one.code,
        "sentence": str(one.sentence),
        "citation": one.citation,
        "record": one.record,
    }


def _warning(one: Remark) -> dict[str, Any]:
    return {"code": one.code, "sentence": str(one.sentence), "citation": one.citation}
