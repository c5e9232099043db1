"""When a line is held back from an accounting because an agency said that it would impede its work.

Pure.  45 CFR 164.528(a)(2): a health oversight agency (512(d)) or a law enforcement official (512(f))
may have *its own* disclosures held back, in writing for the time it states, by word of mouth for at
most thirty days.  Nobody else's, and nothing longer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.disclosures.taxonomy import Basis, YesNo
from requests_app.people.folding import fold_words

CITATION = "45 CFR 164.528(a)(2)"
ORAL_DAYS = timedelta(days=30)


class Authority(models.TextChoices):
    """Who speaks. Only the first two can have anything held back."""

    OVERSIGHT = "oversight", _("A health oversight agency (164.512(d))")
    LAW_ENFORCEMENT = "law_enforcement", _("A law enforcement official (164.512(f))")
    OTHER = "other", _("Somebody else")


class Form(models.TextChoices):
    """How it was said."""

    WRITTEN = "written", _("In writing")
    ORAL = "oral", _("By word of mouth")


#: The rule a basis must rest on for its line to be this authority's.
_RULE = {
    Authority.OVERSIGHT: "45 CFR 164.512(d)",
    Authority.LAW_ENFORCEMENT: "45 CFR 164.512(f)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One statement in force from `first` through `last`, both local days at the patient's site.

    agency     the agency's name, folded; its lines are held back, those recorded later too
    entries    ids of lines named one by one, whoever their recipient is called
    confirmed  for a basis that depends: the office has found that the named lines went to the agency
    """

    authority: Authority
    first: date
    last: date
    recorded_at: datetime
    agency: tuple[str, ...]
    entries: frozenset[str] = frozenset()
    confirmed: bool = False


def last_day(form: Form, stated_on: date, until: date | None) -> date:
    """The last day held back: the time stated, and by word of mouth no more than thirty days.

    until  the last day of the time stated; a written statement must state one (ValueError)
    """
    if form is Form.WRITTEN:
        if until is None:
            raise ValueError("a written statement says for how long")
        return until
    return min(until or date.max, stated_on + ORAL_DAYS)


def suspendable(basis: Basis | None, authority: Authority, *, confirmed: bool) -> bool:
    """Whether a line on this basis can be held back for this authority."""
    if basis is None or authority is Authority.OTHER:
        return False
    if basis.suspendable is YesNo.DEPENDS:
        return confirmed
    return basis.suspendable is YesNo.YES and basis.citation.startswith(_RULE[authority])


def reaches(hold: Hold, *, ids: Iterable[str], recipient: str | None, basis: Basis | None) -> bool:
    """Whether a statement is about this line, whatever the day.

    ids  the line's own and those of the lines it corrects: a correction stays held back
    """
    named = not hold.entries.isdisjoint(ids)
    depends = basis is not None and basis.suspendable is YesNo.DEPENDS
    if not suspendable(basis, hold.authority, confirmed=hold.confirmed and named):
        return False
    return named or (not depends and same_agency(hold.agency, recipient))


def same_agency(folded: tuple[str, ...], recipient: str | None) -> bool:
    """Whether the recipient is called like the agency."""
    return bool(folded) and fold_words(recipient or "") == folded


def in_force(hold: Hold, *, on: date) -> bool:
    """Whether it holds back on that day; the last day is still one."""
    return hold.first <= on <= hold.last


def chain(entry: str, corrects: Mapping[str, str]) -> list[str]:
    """A line and, back to the first, those it corrects."""
    ids = [entry]
    while (before := corrects.get(ids[-1])) is not None:
        ids.append(before)
    return ids
