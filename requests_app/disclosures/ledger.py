"""The ledger's rows as the pure accounting rules read them."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from uuid import UUID

from requests_app.compiled import plain_rows
from requests_app.disclosures.accounting import LedgerLine
from requests_app.disclosures.models import Disclosure, DisclosureFacts, Form, More, as_text

#: What a line of the rules is made of, in the order of the query.
_COLUMNS = (
    as_text("id"), "facts", "more", "seq", "disclosed_on", "disclosed_until", "recorded_at", "basis", "form",
    "corrects_id",
)  # fmt: skip
_FORMS = {form.value: form for form in Form}


def lines_of(
    patients: Collection[UUID], *, withheld: Collection[UUID] = ()
) -> Iterator[LedgerLine]:
    """Every line about one person, by all of their charts, but those withheld from who asks."""
    rows = Disclosure.objects.filter(patient_id__in=patients).exclude(pk__in=withheld)
    facts, more = Disclosure.facts.field.reader(), Disclosure.more.field.reader()
    found = plain_rows(rows.order_by("disclosed_on", "seq").values_list(*_COLUMNS))
    for row, sealed, told, *rest in found:
        yield _line(row, facts(sealed, row), more(told, row) if told else None, *rest)


def _line(
    row: str,
    facts: DisclosureFacts,
    more: More | None,
    seq: int,
    disclosed_on: date,
    disclosed_until: date | None,
    recorded_at: datetime,
    basis: str,
    form: str,
    corrects: UUID | None,
) -> LedgerLine:
    """One row, opened, as a line of the rules."""
    return LedgerLine(
        id=row,
        seq=seq,
        disclosed_from=disclosed_on,
        disclosed_until=disclosed_until,
        recorded_at=recorded_at,
        basis=basis or None,
        excluded_answer=facts.excluded_answer,
        recipient_name=facts.recipient_name,
        recipient_address=facts.recipient_address,
        description=facts.description,
        purpose=facts.purpose,
        copy_of_request=bool(facts.request_copy),
        form=_FORMS[form],
        more=more,
        corrects=str(corrects) if corrects else None,
    )


def corrections_of(patients: Collection[UUID]) -> dict[str, str]:
    """One person's corrections: line → the line it replaced."""
    rows = Disclosure.objects.filter(patient_id__in=patients, corrects__isnull=False)
    return {str(new): str(old) for new, old in rows.values_list("pk", "corrects_id")}
