"""The disclosure log of one person: filters that say something about somebody stand in no address.

What is looked for lies sealed behind a random id that only whoever looked opens.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.actors import Actor
from privacy_portal.api.disclosures import PURPOSE
from privacy_portal.api.reading import logged
from privacy_portal.pages.auditor import reasons
from privacy_portal.pages.auditor.ledger_pages import LOOKED_THROUGH, SHOWN, counts, days
from privacy_portal.pages.door import page, who
from privacy_portal.pages.forms import Form
from privacy_portal.pages.officer import keeping
from privacy_portal.pages.officer.models import Purpose
from privacy_portal.pages.parts import Cell, Table
from requests_app import events, questions
from requests_app.disclosures import selectors
from requests_app.disclosures.models import Disclosure
from requests_app.disclosures.selectors import SearchDisclosures
from requests_app.disclosures.taxonomy import taxonomy
from requests_app.errors import BadInput
from requests_app.permissions import Permission, require
from requests_app.questions import text

_ABOUT = "ledger"


@dataclass(frozen=True)
class OfPerson:
    """Whose lines, to whom, and why they are opened."""

    patient: str = text(
        name="the patient",
        question=gettext_lazy("About whom? The patient's id"),
        hint=gettext_lazy("As a revealed line or entry of the log shows it."),
        max_length=64,
    )
    recipient: str | None = text(
        name="the recipient",
        question=gettext_lazy("To whom? Words of the recipient's name"),
        max_length=200,
        optional=True,
    )
    reason: str = reasons.reason()


@page
def of_person(call: HttpRequest) -> HttpResponse:
    """Ask, then read. Each look is an entry about the patient, with the reason."""
    given, form, facts = who(call), Form(OfPerson), dict[str, Any]()
    require(given["actor"], Permission.READ_DISCLOSURES)
    view = call.GET.get("view", "")
    if call.method == "POST":
        form.read(call.POST)
        try:
            return HttpResponseRedirect(f"{call.path}?view={_put_aside(form, **given)}")
        except BadInput as refusal:
            form.refuse(refusal)
    elif view:
        answers = keeping.kept(view, Purpose.FILTER, about=_ABOUT, **given).content.answers
        form.fill(answers)
        facts = _found(answers, given["actor"])
    facts |= {"form": form, "back": reverse("audit_disclosures")}
    return render(call, "audit/of_person.html", facts, status=422 if form.wrong else 200)


def _put_aside(form: Form, *, actor: Actor, now: datetime) -> str:
    raw = form.raw()
    questions.parse(OfPerson, raw, at="", today=now.date())
    selectors.matching(selectors.visible(actor), _search(raw))  # what is no id is said at its field
    return str(keeping.keep(Purpose.FILTER, raw, about=_ABOUT, actor=actor, now=now).pk)


def _search(raw: dict[str, Any]) -> SearchDisclosures:
    return SearchDisclosures(
        patient=raw.get("patient"), recipient=raw.get("recipient"), basis=None, since=None,
        until=None, accountable=None, unclassified=None, limit=None, cursor=None,
    )  # fmt: skip


def _found(answers: dict[str, Any], actor: Actor) -> dict[str, Any]:
    rows, keep = selectors.matching(selectors.visible(actor), _search(answers))
    about = {"patient": answers["patient"], "purpose": PURPOSE, "reason": answers["reason"]}
    with logged(events.READ_DISCLOSURES, actor, **about) as seen:
        read = list(rows.order_by("-seq")[:LOOKED_THROUGH])
        kept = [row for row in read if keep is None or keep(row)]
        shown = kept[: SHOWN * 2]
        seen += [str(row.pk) for row in shown]
        cells = [_row(row) for row in shown]
    caption = ngettext("%(n)d line", "%(n)d lines", len(kept)) % {"n": len(kept)}
    columns = (
        _("Line"),
        _("Disclosed on"),
        _("To whom"),
        _("What"),
        _("Basis"),
        _("In an accounting"),
    )
    empty = _("No line fits.")
    return {"table": Table("lines", caption, columns, cells, empty=empty), "through": len(read),
            "left": len(kept) - len(shown)}  # fmt: skip


def _row(row: Disclosure) -> tuple[Cell, ...]:
    facts = row.facts
    basis = taxonomy().basis(row.basis) if row.basis else None
    corrected = getattr(row, "corrected_by_id", None) is not None
    return (
        Cell(str(row.seq), href=reverse("audit_disclosure", args=[row.pk])),
        Cell(days(row)),
        Cell(facts.recipient_name, under=facts.recipient_address),
        Cell(facts.description, under=facts.purpose),
        Cell(basis.title if basis else _("Not classified yet"), under=row.basis),
        Cell("", tag=counts(row), under=_("corrected later") if corrected else ""),
    )
