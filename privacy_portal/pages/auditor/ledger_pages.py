"""The disclosure log: filtered by what says nothing about anybody; one line, revealed for a reason."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit import clock, log
from audit.actors import Actor
from privacy_portal.api.disclosures import PURPOSE
from privacy_portal.api.reading import logged
from privacy_portal.pages.auditor.check_beside import checked
from privacy_portal.pages.auditor.entries import Choice
from privacy_portal.pages.auditor.log_pages import Reveal
from privacy_portal.pages.door import actor_of, page
from privacy_portal.pages.forms import Form
from privacy_portal.pages.parts import Cell, SummaryRow, Table, Tag, Tone, short_day
from requests_app import events, questions
from requests_app.disclosures import selectors
from requests_app.disclosures.models import Disclosure
from requests_app.disclosures.selectors import Accountable, SearchDisclosures
from requests_app.disclosures.taxonomy import taxonomy
from requests_app.errors import BadInput, Problem
from requests_app.permissions import Permission, may
from requests_app.questions import day, in_order, text, yes_no

SHOWN, LOOKED_THROUGH = 25, 1_000


@dataclass(frozen=True)
class FilterDisclosures:
    """What may stand in an address: the basis, the days, and how a line counts."""

    basis: str | None = text(
        name="the basis", question=gettext_lazy("On which basis?"), max_length=16, optional=True
    )
    since: date | None = day(
        name="the first day", question=gettext_lazy("On or after which day?"), optional=True
    )
    until: date | None = day(
        name="the last day", question=gettext_lazy("On or before which day?"), optional=True
    )
    accountable: bool | None = yes_no(
        name="whether it stands in an accounting",
        question=gettext_lazy("Does it stand in an accounting?"),
        optional=True,
    )

    def problems(self) -> list[Problem]:
        return in_order(self.since, self.until, at="/until")


@page
def ledger(call: HttpRequest) -> HttpResponse:
    """The lines, the newest recorded first, without whom they are about and to whom they went."""
    actor, form, facts = actor_of(call), Form(FilterDisclosures), dict[str, Any]()
    form.read(call.GET)
    try:
        facts = _found(call, form, actor)
    except BadInput as refusal:
        form.refuse(refusal)
    return render(call, "audit/disclosures.html", facts | {"form": form, "fields": _fields(form)})


def _found(call: HttpRequest, form: Form, actor: Actor) -> dict[str, Any]:
    asked: FilterDisclosures = questions.parse(
        FilterDisclosures, form.raw(), at="", today=clock.now().date()
    )
    search = SearchDisclosures(
        patient=None, recipient=None, basis=asked.basis, since=asked.since, until=asked.until,
        accountable=asked.accountable, unclassified=None, limit=None, cursor=None,
    )  # fmt: skip
    rows, keep = selectors.matching(selectors.visible(actor), search)
    before = call.GET.get("before", "")
    if before.isdecimal() and len(before) < 18:
        rows = rows.filter(seq__lt=int(before))
    with logged(events.READ_DISCLOSURES, actor, purpose=PURPOSE) as seen:
        read = list(rows.order_by("-seq")[: LOOKED_THROUGH if keep else SHOWN])
        kept = [row for row in read if keep is None or keep(row)][:SHOWN]
        seen += [str(row.pk) for row in kept]
    return {"table": _table(kept), "following": _next(call, read, kept)}


def _next(call: HttpRequest, read: list[Disclosure], kept: list[Disclosure]) -> str:
    """Where the lines before these are; empty when there are none."""
    last = kept[-1] if len(kept) == SHOWN else (read[-1] if len(read) >= SHOWN else None)
    if last is None or last.seq <= 1:
        return ""
    asked = {name: value for name, value in call.GET.items() if name != "before"}
    return f"{reverse('audit_disclosures')}?{urlencode(asked | {'before': str(last.seq)})}"


def _table(rows: list[Disclosure]) -> Table:
    caption = ngettext("%(n)d line", "%(n)d lines", len(rows)) % {"n": len(rows)}
    columns = (_("Line"), _("Disclosed on"), _("Basis"), _("In an accounting"), _("Recorded by"))
    cells = [_row(row) for row in rows]
    return Table("lines", caption, columns, cells, empty=_("No line fits. Widen the search."))


def _row(row: Disclosure) -> tuple[Cell, ...]:
    basis = taxonomy().basis(row.basis) if row.basis else None
    return (
        Cell(str(row.seq), href=reverse("audit_disclosure", args=[row.pk])),
        Cell(days(row)),
        Cell(basis.title if basis else _("Not classified yet"), under=row.basis),
        Cell("", tag=counts(row)),
        Cell(row.recorded_by_name, under=_("corrected later") if _replaced(row) else ""),
    )


def _replaced(row: Disclosure) -> bool:
    return getattr(row, "corrected_by_id", None) is not None


def days(row: Disclosure) -> str:
    first = short_day(row.disclosed_on)
    return f"{first} – {short_day(row.disclosed_until)}" if row.disclosed_until else first


def counts(row: Disclosure) -> Tag:
    return {
        Accountable.YES: Tag(_("Counts"), Tone.OPEN),
        Accountable.NO: Tag(_("Exempt"), Tone.NEUTRAL),
        Accountable.UNCLASSIFIED: Tag(_("To be classified"), Tone.WAITING),
    }[selectors.standing(row).accountable]


def _fields(form: Form) -> list[dict[str, Any]]:
    return [
        {"field": field, "choices": _bases(field.value)}
        if field.name == "basis"
        else {"field": field}
        for field in form.fields
    ]


def _bases(chosen: str) -> list[Choice]:
    known = [(one.code, f"{one.code} – {one.title}") for one in taxonomy().all.values()]
    return [Choice("", _("Any"), not chosen)] + [
        Choice(code, words, code == chosen) for code, words in known
    ]


# --- one line ----------------------------------------------------------------------------------------
@page
def line(call: HttpRequest, pk: UUID) -> HttpResponse:
    """One line; whom it is about and to whom it went only after a reason was given."""
    actor, form, reason = actor_of(call), Form(Reveal), None
    if call.method == "POST":
        form.read(call.POST)
        try:
            reason = questions.parse(Reveal, form.raw(), at="", today=clock.now().date()).reason
        except BadInput as refusal:
            form.refuse(refusal)
    row = selectors.one(str(pk), actor=actor)
    site = str(row.site_id)
    facts = {
        "form": form,
        "seq": row.seq,
        "pk": str(row.pk),
        "check": checked(row, actor) if reason else [],
        "may_correct": may(actor, Permission.RECORD_DISCLOSURE, site=site) and not _replaced(row),
        "shown": _shown(row),
        "revealed": _revealed(row, actor, reason) if reason else None,
        "back": reverse("audit_disclosures"),
    }
    return render(call, "audit/disclosure.html", facts)


def _shown(row: Disclosure) -> list[SummaryRow]:
    standing = selectors.standing(row)
    basis = taxonomy().basis(row.basis) if row.basis else None
    corrected = getattr(row, "corrected_by_id", None)
    return [
        SummaryRow(_("Disclosed on"), [days(row)]),
        SummaryRow(_("Basis"), [basis.title, basis.citation] if basis else []),
        SummaryRow(_("In an accounting"), [counts(row).words, standing.because, standing.citation]),
        SummaryRow(
            _("Recorded"), [row.recorded_by_name, row.recorded_at.strftime("%Y-%m-%d %H:%M UTC")]
        ),
        SummaryRow(_("Corrects"), [str(row.corrects_id)] if row.corrects_id else []),
        SummaryRow(_("Corrected by"), [str(corrected)] if corrected else []),
        SummaryRow(_("Id of the line"), [str(row.pk)]),
    ]


def _revealed(row: Disclosure, actor: Actor, reason: str) -> list[SummaryRow]:
    """What is sealed. That it was opened, and why, is an entry about the patient."""
    _log_reveal(row, actor, reason)
    facts = row.facts
    rows = [
        (_("Patient"), str(row.patient_id)),
        (_("Recipient"), facts.recipient_name),
        (_("Recipient's address"), facts.recipient_address),
        (_("What was disclosed"), facts.description),
        (_("Purpose"), facts.purpose),
        (_("Copy of the written request"), facts.request_copy),
        *((name.replace("_", " ").capitalize(), said) for name, said in facts.held.items()),
    ]
    return [SummaryRow(key, [str(said)]) for key, said in rows if said]


def _log_reveal(row: Disclosure, actor: Actor, reason: str) -> None:
    with transaction.atomic():
        log.append(
            events.READ_DISCLOSURES,
            actor=actor,
            patient=str(row.patient_id),
            obj=log.Obj("disclosure", str(row.pk)),
            reason=reason,
            purpose=PURPOSE,
            extra={"count": 1, "revealed": True},
        )
