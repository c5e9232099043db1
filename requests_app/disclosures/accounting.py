"""The accounting of disclosures a patient is owed, worked out from the lines of the ledger.

Pure: the same lines, day and period give the same list, so the list of any past day can be built
again.  The basis of a line decides whether it counts (`taxonomy.toml`).  A line without a basis
counts and asks to be classified; it never makes an accounting late.  What an agency has had held
back is left out while that lasts (`holding.py`).

45 CFR 164.528(a)(1) what is owed and what is excluded, (b)(2) what each line says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _noop
from msgspec import Struct

from requests_app.disclosures import holding
from requests_app.disclosures.holding import Hold
from requests_app.disclosures.models import Form, More
from requests_app.disclosures.periods import Period
from requests_app.disclosures.taxonomy import Basis, Taxonomy, YesNo

CONTENT = "45 CFR 164.528(b)(2)"


class LedgerLine(Struct, frozen=True, kw_only=True):
    """One entry of the ledger about one patient, as it was recorded.

    id, seq           the entry, and its place in the order of recording
    disclosed_from    local day of the disclosure; disclosed_until the last day of a range
    basis             taxonomy code; None: not classified yet
    excluded_answer   for a basis that depends: the recorded answer to its deciding question
    copy_of_request   a copy of the written request stands for the statement of purpose
    corrects          id of the entry this one replaces
    recorded_at       the instant of recording, aware
    """

    id: str
    seq: int
    disclosed_from: date
    recorded_at: datetime
    disclosed_until: date | None = None
    basis: str | None = None
    excluded_answer: bool | None = None
    recipient_name: str | None = None
    recipient_address: str | None = None
    description: str = ""
    purpose: str = ""
    copy_of_request: bool = False
    form: Form = Form.ONE
    more: More | None = None
    corrects: str | None = None

    @property
    def last_day(self) -> date:
        return self.disclosed_until or self.disclosed_from


class AccountingLine(Struct, frozen=True, kw_only=True):
    """What the patient reads: when, to whom, what, and why ((b)(2)(i) to (iv))."""

    entry: str
    disclosed_from: date
    disclosed_until: date | None
    recipient_name: str | None
    recipient_address: str | None
    description: str
    purpose: str
    copy_of_request: bool
    basis: str | None = None
    form: Form = Form.ONE
    more: More | None = None


class Exclusion(StrEnum):
    """Why a line of the ledger is not in the list."""

    BASIS = "basis"
    OUTSIDE_PERIOD = "outside_period"
    CORRECTED = "corrected"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludedLine:
    """A line that is not in the list, and why. For staff only; never shown to the patient."""

    entry: str
    exclusion: Exclusion
    reason: str
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Something the office should put right in the ledger before the list goes out."""

    entry: str
    sentence: str
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountingList:
    """The list, and beside it what only staff may see."""

    period: Period
    lines: tuple[AccountingLine, ...] = ()
    excluded: tuple[ExcludedLine, ...] = ()
    to_classify: tuple[Ask, ...] = ()
    gaps: tuple[Ask, ...] = ()


def accounting(
    ledger: Iterable[LedgerLine],
    asked: Period,
    bases: Taxonomy,
    *,
    as_of: datetime | None = None,
    holds: Iterable[Hold] = (),
    on: date | None = None,
) -> AccountingList:
    """The accounting for one patient from all ledger lines about them.

    as_of  leaves out what was recorded later, to rebuild the list of that instant
    holds  statements of agencies; those in force `on` the local day it is given take their lines out
    Raises UnknownBasis, and ValueError for a correction of an entry that is not there.
    """
    known = [line for line in ledger if as_of is None or line.recorded_at <= as_of]
    known.sort(key=lambda line: (line.disclosed_from, line.seq))
    corrected = _corrected(known)
    held = _held(known, holds, bases, on=on, as_of=as_of)
    listed: list[LedgerLine] = []
    excluded: list[ExcludedLine] = []
    for line in known:
        why = _why_not(line, asked, bases, corrected) or held.get(line.id)
        if why:
            excluded.append(why)
        else:
            listed.append(line)
    return AccountingList(
        period=asked,
        lines=tuple(_shown(line) for line in listed),
        excluded=tuple(excluded),
        to_classify=tuple(ask for line in listed for ask in _classify(line, bases)),
        gaps=tuple(ask for line in listed for ask in _gaps(line)),
    )


# --- which lines -----------------------------------------------------------------------------


def _corrected(known: Sequence[LedgerLine]) -> dict[str, str]:
    """Entries that were replaced, each with the entry that replaced it."""
    places = {line.id: line.seq for line in known}
    corrections = [line for line in known if line.corrects is not None]
    for line in corrections:
        if places.get(line.corrects or "", line.seq) >= line.seq:
            raise ValueError(f"entry {line.id} corrects an entry that was not recorded before it")
    return {line.corrects: line.id for line in corrections if line.corrects is not None}


def _why_not(
    line: LedgerLine, asked: Period, bases: Taxonomy, corrected: dict[str, str]
) -> ExcludedLine | None:
    """Why the line is not in the list; None when it is."""
    if line.id in corrected:
        reason = _("Replaced by a correction, entry %(entry)s.") % {"entry": corrected[line.id]}
        return _excluded(line, Exclusion.CORRECTED, reason, "45 CFR 164.528(d)(1)")
    if line.last_day < asked.first or line.disclosed_from > asked.last:
        reason = _("Outside the days this accounting covers.")
        return _excluded(line, Exclusion.OUTSIDE_PERIOD, reason, "45 CFR 164.528(a)(1), (a)(3)")
    basis = bases.basis(line.basis) if line.basis is not None else None
    if basis and not counts(basis, line.excluded_answer):
        return _excluded(line, Exclusion.BASIS, _(basis.because), basis.because_citation)
    return None


def _held(
    known: Sequence[LedgerLine],
    holds: Iterable[Hold],
    bases: Taxonomy,
    *,
    on: date | None,
    as_of: datetime | None,
) -> dict[str, ExcludedLine]:
    """The lines that an agency's statement holds back on that day."""
    standing = [
        hold
        for hold in holds
        if on is not None
        and holding.in_force(hold, on=on)
        and (as_of is None or hold.recorded_at <= as_of)
    ]
    if not standing:
        return {}
    corrects = {line.id: line.corrects for line in known if line.corrects is not None}
    reason = _("Held back for an agency that said an accounting would impede its work.")
    return {
        line.id: _excluded(line, Exclusion.SUSPENDED, reason, holding.CITATION)
        for line in known
        if any(_reaches(hold, line, corrects, bases) for hold in standing)
    }


def _reaches(hold: Hold, line: LedgerLine, corrects: dict[str, str], bases: Taxonomy) -> bool:
    return holding.reaches(
        hold,
        ids=holding.chain(line.id, corrects),
        recipient=line.recipient_name,
        basis=bases.basis(line.basis) if line.basis is not None else None,
    )


def counts(basis: Basis, excluded_answer: bool | None) -> bool:
    """Whether a disclosure on this basis stands in an accounting.

    Where the basis depends, only a recorded yes to its deciding question takes it out.
    """
    if basis.accountable is YesNo.DEPENDS:
        return excluded_answer is not True
    return basis.accountable is YesNo.YES


def _excluded(line: LedgerLine, exclusion: Exclusion, reason: str, citation: str) -> ExcludedLine:
    return ExcludedLine(entry=line.id, exclusion=exclusion, reason=reason, citation=citation)


# --- what each line says -----------------------------------------------------------------------


def _shown(line: LedgerLine) -> AccountingLine:
    return AccountingLine(
        entry=line.id,
        disclosed_from=line.disclosed_from,
        disclosed_until=line.disclosed_until,
        recipient_name=line.recipient_name,
        recipient_address=line.recipient_address,
        description=line.description,
        purpose=line.purpose,
        copy_of_request=line.copy_of_request,
        basis=line.basis,
        form=line.form,
        more=line.more,
    )


def _classify(line: LedgerLine, bases: Taxonomy) -> list[Ask]:
    if line.basis is None:
        sentence = _("Choose the basis of this disclosure. Until then it is in the list.")
        return [Ask(entry=line.id, sentence=sentence, citation="45 CFR 164.528(a)(1)")]
    basis = bases.basis(line.basis)
    if basis.accountable is YesNo.DEPENDS and line.excluded_answer is None:
        question = _(basis.deciding_question)
        return [Ask(entry=line.id, sentence=question, citation=basis.because_citation)]
    return []


def _gaps(line: LedgerLine) -> list[Ask]:
    """What the line should say and does not. It is listed all the same."""
    said = (
        _said(line.recipient_name),
        _said(line.description),
        line.copy_of_request or _said(line.purpose),
    )
    return [
        Ask(entry=line.id, sentence=_(sentence), citation=cite)
        for there, (sentence, cite) in zip(said, _GAPS, strict=True)
        if not there
    ]


_GAPS = (
    (_noop("Enter who received it."), f"{CONTENT}(ii)"),
    (_noop("Describe what was disclosed."), f"{CONTENT}(iii)"),
    (_noop("Enter the purpose, or attach a copy of the written request."), f"{CONTENT}(iv)"),
)


def _said(text: str | None) -> bool:
    return bool(text and text.strip())
