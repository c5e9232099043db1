"""A written accounting: worked out from the ledger by rule, frozen, kept (164.528(b), (d))."""

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import rfc8785

from requests_app.deadlines.calendars import day_of
from requests_app.disclosures import afterwards, holding, ledger, register, suspensions
from requests_app.disclosures.accounting import (
    AccountingLine,
    AccountingList,
    Exclusion,
    accounting,
)
from requests_app.disclosures.models import (
    AccountingText,
    EarlierAccounting,
    Form,
    IssuedAccounting,
)
from requests_app.disclosures.periods import Period, first_free, period
from requests_app.disclosures.series import told_as_series
from requests_app.disclosures.suspensions import SuppliedLine, SuppressedLine
from requests_app.disclosures.taxonomy import taxonomy
from requests_app.kinds.base import Kind, Move
from requests_app.kinds.models import Decision
from requests_app.people import charts, segments
from requests_app.people.models import Representative


def asked_period(request: Kind, *, as_of: datetime | None = None) -> Period:
    """The period the individual asked for, as last narrowed; at most the six years."""
    details = request.details
    since, until = details.since, details.until
    narrowed = Decision.objects.filter(request_id=request.pk, move="narrow").order_by("-version")
    if as_of is not None:
        narrowed = narrowed.filter(decided_at__lte=as_of)
    last = narrowed.first()
    if last is not None:
        since, until = last.facts.period_from, last.facts.period_until
    return period(request.received_on, since=since, until=until)


def draft(request: Kind, *, now: datetime, as_of: datetime | None = None) -> AccountingList:
    """The accounting as it would be given now, with what only staff may see beside it.

    as_of  the same as it would have been given at that instant: of lines, corrections, statements
           and narrowings only those known then
    """
    return _worked_out(request, asked_period(request, as_of=as_of), now=as_of or now, as_of=as_of)


def _worked_out(
    request: Kind, asked: Period, *, now: datetime, as_of: datetime | None = None
) -> AccountingList:
    withheld = segments.disclosures_withheld(request.representative, at=now)
    today = day_of(now, request.site.time_zone)
    return _list(request.subject, asked, withheld, now=now, on=today, as_of=as_of)


def today_for(
    patient: UUID, *, zone: str, now: datetime, representative: Representative | None = None
) -> AccountingList:
    """What an accounting that the individual asks for today would list, from our own ledger.

    representative  whoever asks for them, and is told of what a written one would tell them
    """
    withheld = segments.disclosures_withheld(representative, at=now)
    today = day_of(now, zone)
    return _list(patient, period(today), withheld, now=now, on=today)


def _list(
    patient: UUID,
    asked: Period,
    withheld: Collection[UUID],
    *,
    now: datetime,
    on: date,
    as_of: datetime | None = None,
) -> AccountingList:
    person = charts.same_person(patient, at=now)
    return accounting(
        ledger.lines_of(person, withheld=withheld),
        asked,
        taxonomy(),
        as_of=as_of,
        holds=suspensions.holds_on(person, as_of=as_of),
        on=on,
    )


def is_free(request: Kind, *, now: datetime) -> bool:
    """Whether this is the person's first accounting in any twelve months, whoever asked for them.

    A supplement is part of the accounting it belongs to; one given before this service counts.
    """
    person = charts.same_person(request.subject, at=now)
    given = IssuedAccounting.objects.filter(patient_id__in=person, fee_cents=0)
    given = given.filter(supplements__isnull=True).exclude(request_id=request.pk)
    earlier = EarlierAccounting.objects.filter(patient_id__in=person, fee_cents=0)
    days = [
        *given.values_list("request__received_on", flat=True),
        *earlier.values_list("requested_on", flat=True),
    ]
    return first_free(days, request.received_on)


def issued_by(move: Move[Any]) -> IssuedAccounting:
    """The accounting this move has frozen: what its letter says, whatever is recorded meanwhile."""
    return IssuedAccounting.objects.get(request_id=move.request.pk, issued_at=move.now)


def issue(move: Move[Any]) -> IssuedAccounting:
    """Freeze the list and keep it. The letter of this move is written from what is kept here.

    What an agency holds back is noted for the supplement, where no patient can look.
    """
    made = draft(move.request, now=move.now)
    lines = made.lines
    if getattr(move.input, "series", None):
        lines = told_as_series(lines, taxonomy())
    register.tell_count(
        str(move.request.subject),
        actor=move.actor,
        reference=move.request.reference,
        listed=len(lines),
    )
    kept = _freeze(move, made.period, lines)
    held = [one.entry for one in made.excluded if one.exclusion is Exclusion.SUSPENDED]
    SuppressedLine.objects.bulk_create(
        SuppressedLine(accounting=kept, disclosure_id=entry) for entry in held
    )
    return kept


# --- supplements -------------------------------------------------------------------------------
def owed(given: IssuedAccounting, request: Kind, *, now: datetime) -> AccountingList | None:
    """What an accounting lacks and can be told now; None when nothing does.

    What an agency held back and does not any more, and what associates told after it had gone out.
    A line corrected since is given as it now stands; corrected to what does not count, it is not.
    """
    waiting = {str(row.disclosure_id) for row in suspensions.unsupplied(given.pk)}
    if not waiting and not afterwards.told_late().filter(pk=given.pk).exists():
        return None
    asked = Period(first=given.period_from, last=given.period_until)
    made = _worked_out(request, asked, now=now)
    corrects = ledger.corrections_of(charts.same_person(request.subject, at=now))
    late = {one.entry for one in afterwards.not_told_yet(given, made.lines, corrects)}
    lines = tuple(
        one
        for one in made.lines
        if one.entry in late or waiting.intersection(holding.chain(one.entry, corrects))
    )
    return AccountingList(period=asked, lines=lines) if lines else None


def first_given(request: Kind) -> IssuedAccounting | None:
    """The last accounting given on this request that is no supplement."""
    rows = IssuedAccounting.objects.filter(request_id=request.pk, supplements__isnull=True)
    return rows.order_by("-issued_at").first()


def supplement(move: Move[Any]) -> IssuedAccounting:
    """Freeze what had been held back and now is owed, and note each line as given."""
    given = first_given(move.request)
    made = owed(given, move.request, now=move.now) if given else None
    if given is None or made is None:
        raise LookupError("nothing is owed")  # The guard has looked: rules.something_is_owed.
    kept = _freeze(move, made.period, made.lines, supplements=given)
    corrects = ledger.corrections_of(charts.same_person(move.request.subject, at=move.now))
    afterwards.note(
        given, [one.entry for one in afterwards.not_told_yet(given, made.lines, corrects)]
    )
    shown = {one for line in made.lines for one in holding.chain(line.entry, corrects)}
    SuppliedLine.objects.bulk_create(
        SuppliedLine(suppressed=row, supplement=kept)
        for row in suspensions.unsupplied(given.pk)
        if str(row.disclosure_id) in shown
    )
    return kept


def _freeze(
    move: Move[Any],
    covered: Period,
    shown: Iterable[AccountingLine],
    *,
    supplements: IssuedAccounting | None = None,
) -> IssuedAccounting:
    lines = tuple(words(line) for line in shown)
    return IssuedAccounting.objects.create(
        request_id=move.request.pk,
        patient_id=move.request.subject,
        period_from=covered.first,
        period_until=covered.last,
        text=AccountingText(lines),
        line_count=len(lines),
        sha256=sha256(rfc8785.dumps(list(lines))).hexdigest(),
        fee_cents=0 if supplements else move.request.fee_cents or 0,
        issued_at=move.now,
        supplements=supplements,
    )


# --- what the individual reads -----------------------------------------------------------------
def words(line: AccountingLine) -> dict[str, str]:
    """One line as the individual reads it: when, to whom, what, why."""
    said = {
        "date": _days(line),
        "recipient": line.recipient_name or "Not recorded",
        "address": line.recipient_address or "",
        "description": line.description,
        "purpose": line.purpose or _purpose(line),
    }
    return said | _FORMS[line.form](line)


def _purpose(line: AccountingLine) -> str:
    """(b)(2)(iv): a copy of the written request stands for the statement of purpose."""
    return "See the copy of the written request" if line.copy_of_request else "Not recorded"


def _days(line: AccountingLine) -> str:
    return _span(line.disclosed_from, line.disclosed_until)


def _span(first: date, last: date | None) -> str:
    return first.isoformat() if last is None else f"{first.isoformat()} to {last.isoformat()}"


def _series(line: AccountingLine) -> dict[str, str]:
    """(b)(3): the first in full, how often or how many, and the day of the last."""
    more = line.more
    last = (line.disclosed_until or line.disclosed_from).isoformat()
    times = f"{more.count} times" if more and more.count else ""
    often = ", ".join(part for part in (more.frequency if more else "", times) if part)
    return {
        "date": line.disclosed_from.isoformat(),
        "series": f"The first of several: {often or 'repeatedly'}; the last on {last}",
    }


_MAY = "Your information may or may not have been disclosed for this research."


def _research(line: AccountingLine) -> dict[str, str]:
    """(b)(4)(i)(A) to (F): six items in place of each disclosure."""
    told = line.more.research if line.more else None
    if told is None:
        return {}
    people = (("Sponsor", told.sponsor), ("Researcher", told.researcher))
    contacts = "; ".join(
        f"{part}: {one.name}, {one.address}, {one.telephone}" for part, one in people
    )
    return {
        "recipient": told.researcher.name,
        "description": told.information,
        "purpose": told.purpose,
        "protocol": told.protocol,
        "contacts": contacts,
        "may": f"{_MAY} If you ask, we will help you to reach the sponsor and the researcher.",
    }


_FORMS: dict[Form, Callable[[AccountingLine], dict[str, str]]] = {
    Form.ONE: lambda _line: {},
    Form.SERIES: _series,
    Form.RESEARCH: _research,
}
