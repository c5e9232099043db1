"""A disclosure is decided before it is made: the live answer, its reasons, and then the entry."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from privacy_portal.pages import parts
from privacy_portal.pages.forms import Form
from privacy_portal.pages.officer import base, keeping, offered
from privacy_portal.pages.officer.models import Purpose
from privacy_portal.pages.officer.questions import answered, open_questions
from requests_app.actions import check
from requests_app.actions.check import CheckDisclosure
from requests_app.deadlines.calendars import day_of
from requests_app.disclosures.check.findings import Decision, Verdict
from requests_app.errors import BadInput
from requests_app.people import selectors as people
from requests_app.permissions import Permission, may

#: What is asked of everybody; what more the answer depends on comes back as questions.
FIRST = ("basis", "recipient", "recipient_kind", "purpose", "contents", "service_from",
         "service_until", "authorization", "business_associate", "emergency", "emergency_need",
         "fundraising", "whole_record_because")  # fmt: skip
#: What matters for some bases and recipients only.
MORE = ("services", "items", "insurer_contests", "standard_transaction", "excluded_answer", "held")
_WORDS = {
    Verdict.PERMIT: parts.Tag("", parts.Tone.GOOD),
    Verdict.CONDITIONS: parts.Tag("", parts.Tone.WAITING),
    Verdict.QUESTIONS: parts.Tag("", parts.Tone.OPEN),
    Verdict.DENY: parts.Tag("", parts.Tone.LATE),
}


@base.office(Permission.ASK_CHECK)
def disclose(request: HttpRequest, pk: str) -> HttpResponse:
    """Ask whether something may be disclosed. Every answer is kept, and is an entry of the log."""
    who, form = base.who(request), Form(CheckDisclosure, only=FIRST + MORE)
    row = people.one(pk, actor=who["actor"], permission=Permission.ASK_CHECK)
    decision: Decision | None = None
    given, raw = answered(request), dict[str, Any]()
    if request.method == "POST":
        form.read(request.POST)
        raw = form.raw() | {"patient": str(row.pk)} | ({"answers": given} if given else {})
        try:
            if not form.changes_rows(request.POST):
                decision = check.ask(raw, **who).decision
        except BadInput as refusal:
            form.refuse(refusal)
    fields = offered.fields(form, now=who["now"], patient=row)
    return base.shown(
        request,
        "disclose",
        status=422 if form.wrong else 200,
        heading=_("May this be disclosed?"),
        whom=row.identity.full_name,
        pk=str(row.pk),
        form=form,
        fields=[one for one in fields if one.name not in MORE],
        more=[one for one in fields if one.name in MORE],
        more_open=_any(form),
        decision=decision,
        verdict=_verdict(decision.verdict) if decision else None,
        questions=open_questions(decision.questions, given) if decision else [],
        entry=_entry(request, raw, decision, row) if decision else "",
        plan=_plan(request, raw, decision, row) if decision else "",
    )


def _any(form: Form) -> bool:
    """Whether something stands in the fields that are folded away, or is wrong there."""
    named = {*form.raw(), *(name.partition(".")[0] for name in (*form.errors, *form.more))}
    return not named.isdisjoint(MORE)


def _verdict(verdict: Verdict) -> parts.Tag:
    words = {
        Verdict.PERMIT: _("It may go"),
        Verdict.CONDITIONS: _("It may go, with conditions"),
        Verdict.QUESTIONS: _("Not yet: answer the questions"),
        Verdict.DENY: _("It must not go"),
    }
    return parts.Tag(words[verdict], _WORDS[verdict].tone)


def _entry(request: HttpRequest, asked: dict[str, Any], decision: Decision, row: Any) -> str:
    """What the entry in the ledger can begin with, put aside under a random id."""
    who = base.who(request)
    if not may(who["actor"], Permission.RECORD_DISCLOSURE) or not decision.verdict.lets_go:
        return ""
    facts = {
        "basis": asked.get("basis"),
        "purpose": asked.get("purpose"),
        "recipient_name": asked.get("recipient"),
        "excluded_answer": asked.get("excluded_answer"),
        "held": asked.get("held"),
        "disclosed_on": day_of(who["now"], row.site.time_zone).isoformat(),
    }
    about = f"disclosure:{row.pk}"
    return str(keeping.keep(Purpose.ENTRY, facts, about=about, **who).pk)


def _plan(request: HttpRequest, asked: dict[str, Any], decision: Decision, row: Any) -> str:
    """The question itself, put aside for a release that is planned for later."""
    who = base.who(request)
    if not may(who["actor"], Permission.RECORD_DISCLOSURE) or not decision.verdict.lets_go:
        return ""
    about = f"plan-release:{row.pk}"
    return str(keeping.keep(Purpose.ENTRY, {"check": asked}, about=about, **who).pk)
