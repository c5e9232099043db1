"""A disclosure is decided before it is made: the live answer, its reasons, and then the entry."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from privacy_portal.pages import parts
from privacy_portal.pages.forms import Form
from privacy_portal.pages.officer import base, keeping, offered
from privacy_portal.pages.officer.models import Purpose
from requests_app.actions import check
from requests_app.actions.check import CheckDisclosure
from requests_app.deadlines.calendars import day_of
from requests_app.disclosures.check.findings import Ask, Decision, Verdict
from requests_app.errors import BadInput
from requests_app.people import selectors as people
from requests_app.permissions import Permission, may

#: What is asked of everybody; what more the answer depends on comes back as questions.
FIRST = ("basis", "recipient", "recipient_kind", "purpose", "contents", "service_from",
         "service_until", "authorization", "business_associate", "emergency", "emergency_need",
         "fundraising", "whole_record_because")  # fmt: skip
_WORDS = {
    Verdict.PERMIT: parts.Tag("", parts.Tone.GOOD),
    Verdict.CONDITIONS: parts.Tag("", parts.Tone.WAITING),
    Verdict.QUESTIONS: parts.Tag("", parts.Tone.OPEN),
    Verdict.DENY: parts.Tag("", parts.Tone.LATE),
}
_ANSWERS = "/answers/"


@base.office(Permission.ASK_CHECK)
def disclose(request: HttpRequest, pk: str) -> HttpResponse:
    """Ask whether something may be disclosed. Every answer is kept, and is an entry of the log."""
    who, form = base.who(request), Form(CheckDisclosure, only=FIRST)
    row = people.one(pk, actor=who["actor"], permission=Permission.ASK_CHECK)
    decision: Decision | None = None
    answered = _answered(request)
    if request.method == "POST":
        form.read(request.POST)
        raw = form.raw() | {"patient": str(row.pk)} | ({"answers": answered} if answered else {})
        try:
            decision = check.ask(raw, **who).decision
        except BadInput as refusal:
            form.refuse(refusal)
    return base.shown(
        request,
        "disclose",
        status=422 if form.wrong else 200,
        heading=_("May this be disclosed?"),
        whom=row.identity.full_name,
        pk=str(row.pk),
        form=form,
        fields=offered.fields(form, now=who["now"], patient=row),
        decision=decision,
        verdict=_verdict(decision.verdict) if decision else None,
        questions=_questions(decision, answered) if decision else [],
        entry=_entry(request, form, decision, row) if decision else "",
    )


def _verdict(verdict: Verdict) -> parts.Tag:
    words = {
        Verdict.PERMIT: _("It may go"),
        Verdict.CONDITIONS: _("It may go, with conditions"),
        Verdict.QUESTIONS: _("Not yet: answer the questions"),
        Verdict.DENY: _("It must not go"),
    }
    return parts.Tag(words[verdict], _WORDS[verdict].tone)


def _answered(request: HttpRequest) -> list[dict[str, Any]]:
    """Yes and no to the questions that an earlier answer gave back."""
    sent = {name: request.POST[name] for name in request.POST if name.startswith("q.")}
    return [
        {"name": name.removeprefix("q."), "answer": value == "true"}
        for name, value in sent.items()
        if value in {"true", "false"}
    ]


def _questions(decision: Decision, answered: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The open questions: those with yes or no are asked here, the others name their field.

    What was answered already goes along unseen, so that the next answer rests on it as well.
    """
    asked = [_question(one) for one in decision.questions]
    known = {one["name"] for one in asked}
    return asked + [
        {"name": f"q.{one['name']}", "kept": "true" if one["answer"] else "false"}
        for one in answered
        if f"q.{one['name']}" not in known
    ]


def _question(one: Ask) -> dict[str, Any]:
    yes_no = one.field.startswith(_ANSWERS)
    return {
        "name": f"q.{one.field.removeprefix(_ANSWERS)}" if yes_no else "",
        "id": one.field.strip("/").replace("/", "-").replace("_", "-"),
        "question": str(one.question),
        "citation": one.citation,
    }


def _entry(request: HttpRequest, form: Form, decision: Decision, row: Any) -> str:
    """What the entry in the ledger can begin with, put aside under a random id."""
    who = base.who(request)
    if not may(who["actor"], Permission.RECORD_DISCLOSURE) or not decision.verdict.lets_go:
        return ""
    asked = form.raw()
    facts = {
        "basis": asked.get("basis"),
        "purpose": asked.get("purpose"),
        "recipient_name": asked.get("recipient"),
        "disclosed_on": day_of(who["now"], row.site.time_zone).isoformat(),
    }
    about = f"disclosure:{row.pk}"
    return str(keeping.keep(Purpose.ENTRY, facts, about=about, **who).pk)
