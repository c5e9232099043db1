"""Questions asked of the ledger by staff and auditors: who may see which lines, and how they count."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from audit.actors import Actor
from requests_app import compiled, selectors
from requests_app.disclosures.accounting import counts
from requests_app.disclosures.models import Disclosure, DisclosureFacts, as_text
from requests_app.disclosures.taxonomy import YesNo, taxonomy
from requests_app.errors import BadInput, Problem
from requests_app.people import folding
from requests_app.permissions import Permission, require, sites_for
from requests_app.questions import EXAMPLE_ID, day, in_order, text, yes_no
from requests_app.questions.amounts import whole


class Line(NamedTuple):
    """A line as registers of many read it: opened, and without a model's machinery.

    The members are those of `Disclosure`; the ids, and the instant of recording, are text as the
    database writes it.
    """

    id: str
    facts: DisclosureFacts
    seq: int
    patient_id: str
    basis: str
    disclosed_on: date
    disclosed_until: date | None
    form: str
    corrects_id: str | None
    recorded_by_name: str
    recorded_at: str
    corrected_by_id: str | None


_TEXT = {"id", "patient_id", "corrects_id", "recorded_at"}
#: The columns of a line; what it was corrected by stands in another row.
_LINE = [as_text(one) if one in _TEXT else one for one in Line._fields[:-1]]

Keep = Callable[[Disclosure | Line], bool]

UNCLASSIFIED = "Its basis has not been chosen yet, so it counts."
UNDECIDED = "Not decided yet, so it counts."


class Accountable(StrEnum):
    """Whether a line stands in an accounting; an unclassified one does."""

    YES = "yes"
    NO = "no"
    UNCLASSIFIED = "unclassified"


@dataclass(frozen=True)
class Standing:
    """Whether a line stands in an accounting, because of what, and where that is written."""

    accountable: Accountable
    because: str
    citation: str


@dataclass(frozen=True)
class SearchDisclosures:
    """What an auditor looks for; every field given must fit."""

    patient: str | None = text(
        name="the patient",
        question="About whom?",
        max_length=64,
        optional=True,
        example=EXAMPLE_ID,
    )
    recipient: str | None = text(
        name="the recipient",
        question="To whom? Words of the recipient's name",
        hint="Only together with the patient: names are sealed, and every line has to be opened.",
        max_length=200,
        optional=True,
        example="health department",
    )
    basis: str | None = text(
        name="the basis", question="On which basis?", max_length=16, optional=True, example="PH"
    )
    since: date | None = day(
        name="the first day",
        question="On or after which day?",
        optional=True,
        example=date(2020, 1, 1),
    )
    until: date | None = day(
        name="the last day",
        question="On or before which day?",
        optional=True,
        example=date(2026, 3, 27),
    )
    accountable: bool | None = yes_no(
        name="whether it stands in an accounting",
        question="Only those that stand in an accounting, or only those that do not?",
        optional=True,
    )
    unclassified: bool | None = yes_no(
        name="whether it is still to be classified",
        question="Only those still to be classified, or only those that are?",
        optional=True,
        example=False,
    )
    limit: int | None = whole(
        name="the limit", question="How many at most?", least=1, most=100, optional=True, example=25
    )
    cursor: str | None = text(
        name="the cursor",
        question="Where the page before ended, as it gave it",
        max_length=1000,
        optional=True,
    )

    def problems(self) -> list[Problem]:
        if self.recipient and not self.patient:
            return [Problem("/patient", "Name the patient as well: recipients' names are sealed.")]
        return in_order(self.since, self.until, at="/until")


def visible(
    actor: Actor, *, permission: Permission = Permission.READ_DISCLOSURES
) -> QuerySet[Disclosure]:
    """The lines of the sites the actor may read. NotPermitted when there are none such."""
    return within(actor, permission).annotate(corrected_by_id=F("corrected_by__id"))


def within(actor: Actor, permission: Permission) -> QuerySet[Disclosure]:
    """As `visible`, and no line says by which it was corrected: for `read`, which asks for that itself."""
    require(actor, permission)
    sites = sites_for(actor, permission)
    rows = Disclosure.objects.all()
    return rows if sites is None else rows.filter(site_id__in=sites)


def one(disclosure_id: str, *, actor: Actor) -> Disclosure:
    """One line the actor may see, or NotFound."""
    pk = selectors.uuid_or_not_found(disclosure_id)
    return selectors.one(visible(actor).select_related("request").filter(pk=pk))


def read(rows: QuerySet[Disclosure], *, after: int, limit: int) -> list[Line]:
    """The next rows of a query that `within` began, by their numbers, opened."""
    rows = rows.filter(seq__gt=after).order_by("seq")
    found = compiled.plain_rows(rows.values_list(*_LINE)[:limit])
    if not found:
        return []
    ids, sealed, numbers, *rest = zip(*found, strict=True)
    facts = map(Disclosure.facts.field.reader(), sealed, ids)
    corrected = map(_corrections(numbers[0], numbers[-1]).get, ids)
    return [*map(Line._make, zip(ids, facts, numbers, *rest, corrected, strict=True))]


def _corrections(first: int, last: int) -> dict[str, str]:
    """The lines of these numbers that were corrected, each with the line by which it was."""
    rows = Disclosure.objects.filter(corrects__isnull=False, corrects__seq__range=(first, last))
    return dict(rows.values_list(as_text("corrects_id"), as_text("id")))


def standing(row: Disclosure | Line) -> Standing:
    """How a line counts. Opens the record only where the basis leaves it to a fact."""
    return stands(row.basis, row.facts.excluded_answer if _depends(row.basis) else None)


@cache
def stands(basis: str, answer: bool | None) -> Standing:
    """How every line on a basis counts, of which the deciding question, if any, was answered so."""
    if not basis:
        return Standing(Accountable.UNCLASSIFIED, UNCLASSIFIED, "45 CFR 164.528(a)(1)")
    found = taxonomy().basis(basis)
    if _depends(basis) and answer is None:
        because = f"{UNDECIDED} {found.deciding_question}"
        return Standing(Accountable.UNCLASSIFIED, because, found.because_citation)
    counted = Accountable.YES if counts(found, answer) else Accountable.NO
    return Standing(counted, found.because, found.because_citation)


@cache
def _depends(basis: str) -> bool:
    return bool(basis) and taxonomy().basis(basis).accountable is YesNo.DEPENDS


def between(
    rows: QuerySet[Disclosure], *, since: date | None, until: date | None
) -> QuerySet[Disclosure]:
    """Lines with a day in the period, both ends included."""
    if since is not None:
        rows = rows.alias(last=Coalesce("disclosed_until", "disclosed_on")).filter(last__gte=since)
    return rows if until is None else rows.filter(disclosed_on__lte=until)


def matching(
    rows: QuerySet[Disclosure], asked: SearchDisclosures
) -> tuple[QuerySet[Disclosure], Keep | None]:
    """The rows narrowed by what stands in the clear, and a condition on what is sealed, if any."""
    rows = between(rows, since=asked.since, until=asked.until)
    if asked.patient is not None:
        rows = rows.filter(patient_id=selectors.uuid_at(asked.patient, at="/patient"))
    if asked.basis is not None:
        if asked.basis not in taxonomy().all:
            raise BadInput.one("/basis", "Choose a basis from the list of bases.")
        rows = rows.filter(basis=asked.basis)
    sealed: list[Keep] = []
    if asked.accountable is not None:
        rows = rows.filter(_may_count(asked.accountable))
        sealed.append(lambda row: _counts(row) is asked.accountable)
    if asked.unclassified is not None:
        rows = rows.filter(_may_be_open(asked.unclassified))
        sealed.append(lambda row: _is_open(row) is asked.unclassified)
    if asked.recipient is not None:
        wanted = set(folding.fold_words(asked.recipient))
        sealed.append(lambda row: wanted <= set(folding.fold_words(row.facts.recipient_name)))
    return rows, (lambda row: all(keep(row) for keep in sealed)) if sealed else None


def _counts(row: Disclosure | Line) -> bool:
    return standing(row).accountable is not Accountable.NO


def _is_open(row: Disclosure | Line) -> bool:
    return standing(row).accountable is Accountable.UNCLASSIFIED


def _codes(answer: YesNo) -> list[str]:
    return [code for code, basis in taxonomy().all.items() if basis.accountable is answer]


def _may_count(accountable: bool) -> Q:
    """What the basis alone leaves possible; few bases depend on a fact."""
    depends = Q(basis__in=_codes(YesNo.DEPENDS))
    if accountable:
        return Q(basis="") | Q(basis__in=_codes(YesNo.YES)) | depends
    return Q(basis__in=_codes(YesNo.NO)) | depends


def _may_be_open(unclassified: bool) -> Q:
    if unclassified:
        return Q(basis="") | Q(basis__in=_codes(YesNo.DEPENDS))
    return ~Q(basis="")
