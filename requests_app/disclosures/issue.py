"""A written accounting: worked out from the ledger by rule, frozen, kept (164.528(b), (d))."""

from datetime import date, datetime
from hashlib import sha256
from typing import Any

import rfc8785

from requests_app.disclosures import ledger, register
from requests_app.disclosures.accounting import AccountingLine, AccountingList, accounting
from requests_app.disclosures.models import AccountingText, IssuedAccounting
from requests_app.disclosures.periods import Period, first_free, period
from requests_app.disclosures.taxonomy import taxonomy
from requests_app.kinds.base import Kind, Move
from requests_app.kinds.models import Decision
from requests_app.people import charts, segments


def asked_period(request: Kind) -> Period:
    """The period the individual asked for, as last narrowed; at most the six years."""
    details = request.details
    since, until = details.since, details.until
    narrowed = Decision.objects.filter(request_id=request.pk, move="narrow").order_by("-version")
    last = narrowed.first()
    if last is not None:
        since, until = last.facts.period_from, last.facts.period_until
    return period(request.received_on, since=since, until=until)


def draft(request: Kind, *, now: datetime) -> AccountingList:
    """The accounting as it would be given now, with what only staff may see beside it."""
    person = charts.same_person(request.subject, at=now)
    withheld = segments.disclosures_withheld(request.representative, at=now)
    lines = ledger.lines_of(person, withheld=withheld)
    return accounting(lines, asked_period(request), taxonomy())


def is_free(request: Kind) -> bool:
    """Whether this is the first accounting in any twelve months, whoever asked for the patient."""
    given = IssuedAccounting.objects.filter(patient_id=request.subject, fee_cents=0)
    days = given.exclude(request_id=request.pk).values_list("request__received_on", flat=True)
    return first_free(list(days), request.received_on)


def issued_by(move: Move[Any]) -> IssuedAccounting:
    """The accounting this move has frozen: what its letter says, whatever is recorded meanwhile."""
    return IssuedAccounting.objects.get(request_id=move.request.pk, issued_at=move.now)


def issue(move: Move[Any]) -> IssuedAccounting:
    """Freeze the list and keep it. The letter of this move is written from what is kept here."""
    request = move.request
    made = draft(request, now=move.now)
    lines = tuple(words(line) for line in made.lines)
    register.tell_count(
        str(request.subject), actor=move.actor, reference=request.reference, listed=len(lines)
    )
    return IssuedAccounting.objects.create(
        request_id=request.pk,
        patient_id=request.subject,
        period_from=made.period.first,
        period_until=made.period.last,
        text=AccountingText(lines),
        line_count=len(lines),
        sha256=sha256(rfc8785.dumps(list(lines))).hexdigest(),
        fee_cents=request.fee_cents or 0,
        issued_at=move.now,
    )


def words(line: AccountingLine) -> dict[str, str]:
    """One line as the individual reads it: when, to whom, what, why."""
    return {
        "date": _days(line.disclosed_from, line.disclosed_until),
        "recipient": line.recipient_name or "Not recorded",
        "address": line.recipient_address or "",
        "description": line.description,
        "purpose": line.purpose or _purpose(line),
    }


def _purpose(line: AccountingLine) -> str:
    """(b)(2)(iv): a copy of the written request stands for the statement of purpose."""
    return "See the copy of the written request" if line.copy_of_request else "Not recorded"


def _days(first: date, last: date | None) -> str:
    return first.isoformat() if last is None else f"{first.isoformat()} to {last.isoformat()}"
