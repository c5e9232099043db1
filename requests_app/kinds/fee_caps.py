"""What a state lets a copy cost at most: rows of `fee_caps.toml`, read strictly and whole.

45 CFR 160.203(b): a state rule that gives greater rights of access is not pre-empted, so of a federal
and a state limit the lower governs, whichever of the three methods found the amount.  A state cap
above the federal limit raises nothing.
"""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.deadlines.policy import STATES, ProviderType
from requests_app.kinds.access_asked import Form

FILE = Path(__file__).with_suffix(".toml")
ALSO = "45 CFR 160.203(b)"


class Purpose(models.TextChoices):
    """What whoever asked has said the copy is for, where a state's rule turns on it."""

    BENEFIT_APPEAL = "benefit_appeal", _("To appeal a denial of public benefits; the first copy")
    SOCIAL_SECURITY_APPEAL = (
        "social_security_appeal",
        _("To appeal a denial of Social Security disability or SSI; the first copy"),
    )
    INJURY_CLAIM = "injury_claim", _("For a personal injury claim")
    DISABILITY_CLAIM = "disability_claim", _("For a Social Security disability claim")


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A price a page, up to this page; the last has no end."""

    cents: int
    to: int | None = None


class Cap(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule of one state.

    free     such a copy costs nothing; else `steps`, and never less than `least`, in cents
    forms, purposes, provider_types
             what the copy and the site must match; empty matches everything
    enabled  false with `verify`, what is to be verified before it may be used
    """

    id: str
    jurisdiction: str
    citation: str
    steps: tuple[Step, ...] = ()
    least: int = 0
    free: bool = False
    forms: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    provider_types: tuple[ProviderType, ...] = ()
    remark: str = ""
    enabled: bool = True
    verify: str = ""

    def __post_init__(self) -> None:
        for fault, wrong in _faults(self).items():
            if wrong:
                raise ValueError(f"{self.id}: {fault}")

    def most(self, pages: int) -> int:
        """The highest charge for so many pages, in cents."""
        if self.free:
            return 0
        total, done = 0, 0
        for step in self.steps:
            upto = pages if step.to is None else min(pages, step.to)
            total += step.cents * max(0, upto - done)
            done = max(done, upto)
        return max(total, self.least)


def listed(text: str | None = None) -> tuple[Cap, ...]:
    """Every row, in use or not. ValueError says which row would not have been written this way."""
    raw = tomllib.loads(FILE.read_text(encoding="utf-8") if text is None else text)
    rows = msgspec.convert(raw, dict[str, tuple[Cap, ...]], strict=True)
    if rows.keys() != {"cap"} or len({row.id for row in rows["cap"]}) != len(rows["cap"]):
        raise ValueError("the file holds [[cap]] tables and nothing else, each id once")
    return rows["cap"]


@cache
def in_use() -> tuple[Cap, ...]:
    """The rows that cap anything, read once."""
    return tuple(row for row in listed() if row.enabled)


def matching(
    *, state: str, types: Iterable[str], form: Form, purpose: Purpose | None
) -> tuple[Cap, ...]:
    """The rows for such a copy; a site that has not said what it is matches every type."""
    said = {ProviderType(one) for one in types}
    return tuple(
        row
        for row in in_use()
        if row.jurisdiction == f"us-{state.lower()}"
        and (not row.forms or form.value in row.forms)
        and (not row.purposes or (purpose is not None and purpose.value in row.purposes))
        and (not row.provider_types or not said or not said.isdisjoint(row.provider_types))
    )


def _faults(row: Cap) -> Mapping[str, Any]:
    """Each rule that types cannot state, and whether this row breaks it."""
    ends = [step.to for step in row.steps]
    bounds = [end for end in ends[:-1] if end is not None]
    return {
        "`jurisdiction` is `us-` and a state": row.jurisdiction.removeprefix("us-").upper()
        not in STATES,
        "`id` begins with the jurisdiction": not row.id.startswith(f"{row.jurisdiction}."),
        "`citation` may not be blank": not row.citation.strip(),
        "it has `steps`, or is `free`": bool(row.steps) == row.free,
        "every step but the last has an end, each after the one before": bool(row.steps)
        and (ends[-1] is not None or len(bounds) != len(ends) - 1 or bounds != sorted(set(bounds))),
        "prices are cents above nought": any(step.cents <= 0 for step in row.steps)
        or row.least < 0,
        "`forms` names known forms": not set(row.forms) <= set(Form.values),
        "`purposes` names known purposes": not set(row.purposes) <= set(Purpose.values),
        "a row has `enabled = false` and `verify` together, or neither": row.enabled
        == bool(row.verify.strip()),
    }


_HEAD = """# What a copy may cost in a state

Written by `manage.py policies --write` from `requests_app/kinds/fee_caps.toml`; a test compares. The
federal rule (45 CFR 164.524(c)(4)) limits every fee first; of both limits the lower governs. A state
that is not named here has no limit of its own in this service.

- **At most**: for copying, paper and media together; postage is what it costs.
- **Matches**: which copies and sites; a dash matches everything. Nobody is asked why a copy is wanted.
- **In use**: a row whose figures have not been read whole is listed and caps nothing.

"""
_COLUMNS = ("State", "Row", "At most", "Matches", "Citation", "In use")


def page(rows: Iterable[Cap]) -> str:
    """The rows as a Markdown page."""
    table = [_COLUMNS, ("---",) * len(_COLUMNS), *map(_cells, rows)]
    return _HEAD + "\n".join(f"| {' | '.join(cells)} |" for cells in table) + "\n"


def _cells(row: Cap) -> tuple[str, ...]:
    named = [*row.forms, *row.purposes, *row.provider_types]
    return (
        row.jurisdiction.removeprefix("us-").upper(),
        f"`{row.id}`",
        _price(row),
        ", ".join(name.replace("_", " ") for name in named) or "–",
        row.citation,
        "yes" if row.enabled else f"no: {row.verify}",
    )


def _price(row: Cap) -> str:
    if row.free:
        return "nothing"
    steps = [f"${s.cents / 100:.2f} a page{f' to page {s.to}' if s.to else ''}" for s in row.steps]
    least = [f"but ${row.least / 100:.2f} in any case"] if row.least else []
    return ", then ".join(steps) + "".join(f", {one}" for one in least)
