"""The ledger's rows as the pure accounting rules read them."""

from collections.abc import Collection, Iterable
from uuid import UUID

from requests_app.disclosures.accounting import LedgerLine
from requests_app.disclosures.models import Disclosure, Form


def line(row: Disclosure) -> LedgerLine:
    """One row, opened, as a line of the rules."""
    facts = row.facts
    return LedgerLine(
        id=str(row.pk),
        seq=row.seq,
        disclosed_from=row.disclosed_on,
        disclosed_until=row.disclosed_until,
        recorded_at=row.recorded_at,
        basis=row.basis or None,
        excluded_answer=facts.excluded_answer,
        recipient_name=facts.recipient_name,
        recipient_address=facts.recipient_address,
        description=facts.description,
        purpose=facts.purpose,
        copy_of_request=bool(facts.request_copy),
        form=Form(row.form),
        more=row.more,
        corrects=str(row.corrects_id) if row.corrects_id else None,
    )


def lines_of(
    patients: Collection[UUID], *, withheld: Collection[UUID] = ()
) -> Iterable[LedgerLine]:
    """Every line about one person, by all of their charts, but those withheld from who asks."""
    rows = Disclosure.objects.filter(patient_id__in=patients).exclude(pk__in=withheld)
    rows = rows.order_by("disclosed_on", "seq")
    return (line(row) for row in rows.iterator())


def corrections_of(patients: Collection[UUID]) -> dict[str, str]:
    """One person's corrections: line → the line it replaced."""
    rows = Disclosure.objects.filter(patient_id__in=patients, corrects__isnull=False)
    return {str(new): str(old) for new, old in rows.values_list("pk", "corrects_id")}
