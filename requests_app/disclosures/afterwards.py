"""What a business associate tells after an accounting has gone out. 164.528(a)(1).

The accounting did not wait (disclosures/associates.py), so what came after its day is owed as an
addition: each line recorded since, about the days it covers, that is no correction of one that was
there.  Given once, a line is noted as supplied like one that an agency had held back.
"""

from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Exists, OuterRef, QuerySet

from requests_app.disclosures import holding
from requests_app.disclosures.accounting import AccountingLine
from requests_app.disclosures.associates import AssociateInquiry, Found
from requests_app.disclosures.models import Disclosure, IssuedAccounting
from requests_app.disclosures.suspensions import SuppressedLine


def told_late() -> QuerySet[IssuedAccounting]:
    """Accountings after which an associate told of lines; supplements themselves are none."""
    lines = AssociateInquiry.objects.filter(
        request_id=OuterRef("request_id"), found=Found.LINES, replied_at__gt=OuterRef("issued_at")
    )
    rows = IssuedAccounting.objects.filter(Exists(lines), supplements__isnull=True)
    return rows.select_related("request__site")


def not_told_yet(
    given: IssuedAccounting, lines: Iterable[AccountingLine], corrects: Mapping[str, str]
) -> Iterator[AccountingLine]:
    """Of the lines as they would be given now, those that nobody knew when it was given.

    corrects  each line that corrects another, with that one
    """
    if not told_late().filter(pk=given.pk).exists():
        return
    chains = {one.entry: holding.chain(one.entry, corrects) for one in lines}
    known = _known(given, {entry for chain in chains.values() for entry in chain})
    for line in lines:
        if known.isdisjoint(chains[line.entry]):
            yield line


def note(given: IssuedAccounting, entries: Iterable[str]) -> None:
    """Note that these were left out, so that each can be noted as supplied."""
    rows = SuppressedLine.objects.filter(accounting=given)
    known = {str(one) for one in rows.values_list("disclosure_id", flat=True)}
    SuppressedLine.objects.bulk_create(
        SuppressedLine(accounting=given, disclosure_id=entry)
        for entry in entries
        if entry not in known
    )


def _known(given: IssuedAccounting, entries: set[str]) -> set[str]:
    """Of these, what was on record when it was given, and what has been supplied since."""
    then = Disclosure.objects.filter(pk__in=entries, recorded_at__lte=given.issued_at)
    supplied = SuppressedLine.objects.filter(accounting=given, supplied__isnull=False)
    there = {*then.values_list("pk", flat=True), *supplied.values_list("disclosure_id", flat=True)}
    return {str(one) for one in there}
