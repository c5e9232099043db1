"""Policy rows: one time limit that one rule sets, read strictly from `policies/*.toml`.

A row that would not have been written this way stops the start with its file, its number and the
reason.  Fields that only some jurisdictions use may be left out and then narrow nothing.
"""

import re
import tomllib
from collections import Counter
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

import msgspec

FOLDER = Path(__file__).parent / "policies"

_ID = re.compile(r"[a-z0-9-]+(\.[a-z0-9_-]+)+")
#: More is a slip of the pen; and working days are counted with the holidays of two years only.
_MOST_DAYS = 200
_JURISDICTION = re.compile(r"us(-[a-z]{2})?")

#: The kinds of request a row may speak of; the names of the modules in `requests_app.kinds`.
KINDS = frozenset(
    {
        "access",
        "amendment",
        "accounting",
        "restriction",
        "confidential_communications",
        "revocation",
        "complaint",
        "notice_copy",
        "materials_opt_out",
        "objection",
    }
)


class WrongRow(Exception):
    """A policy file that cannot be loaded: says the file, the row and the reason."""


class Count(StrEnum):
    """Which days count. Working days leave out weekends and federal and state holidays."""

    CALENDAR = "calendar"
    WORKING = "working"


class RequestForm(StrEnum):
    """Whether the limit runs for every request or only for one made in writing."""

    ANY = "any"
    WRITTEN = "written"


class RequestObject(StrEnum):
    """What is asked for, where a rule sets one limit for looking and another for a copy."""

    INSPECT = "inspect"
    COPY = "copy"
    AMEND = "amend"


class ProviderType(StrEnum):
    """Who is asked, where a rule binds one profession or one kind of facility."""

    PHYSICIAN = "physician"
    CHIROPRACTOR = "chiropractor"
    PHYSICAL_THERAPIST = "physical_therapist"
    HOSPITAL = "hospital"
    LICENSED_FACILITY = "licensed_facility"
    NURSING_HOME = "nursing_home"


class SiteSetting(StrEnum):
    """A fact about how a site keeps its records on which a rule depends."""

    ELECTRONIC_RECORDS = "electronic_records"
    RECORDS_IN_STATE = "records_in_state"
    RECORDS_OUT_OF_STATE = "records_out_of_state"


class Need(StrEnum):
    """What the written notice of an extension must say."""

    REASONS = "reasons"
    COMPLETION_DATE = "completion_date"


class ExtensionTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The one extension a rule allows, by written notice provided inside the first period.

    citation  where the rule says so
    to_day    the last day it may name, counted from receipt like `Policy.days`
    needs     what the notice must say
    """

    citation: str
    to_day: int
    needs: tuple[Need, ...]


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One time limit.

    id              stable for ever; stored with every request it was used for
    title           what a reader of an explanation is told the limit is
    jurisdiction    "us", or "us-" and a state ("us-wa")
    kinds           kinds of request it limits
    citation        where the rule stands
    in_force_from   first day of receipt it applies to; `in_force_until` the last, if it has one
    days, count     how many of which days after receipt; the day of receipt is not counted
    extension       the one extension it allows; None: it allows none
    request_form, objects, provider_types, settings
                    what the request and the site must match; empty matches everything
    """

    id: str
    title: str
    jurisdiction: str
    kinds: tuple[str, ...]
    citation: str
    in_force_from: date
    days: int
    count: Count
    in_force_until: date | None = None
    extension: ExtensionTerms | None = None
    request_form: RequestForm = RequestForm.ANY
    objects: tuple[RequestObject, ...] = ()
    provider_types: tuple[ProviderType, ...] = ()
    settings: tuple[SiteSetting, ...] = ()

    def __post_init__(self) -> None:
        for fault, wrong in _faults(self).items():
            if wrong:
                raise ValueError(fault)


def _faults(row: Policy) -> dict[str, bool]:
    """Each rule that types cannot state, and whether this row breaks it."""
    terms = row.extension
    return {
        "`id` is a pack and a name in lower case, joined by dots": not _ID.fullmatch(row.id),
        "`jurisdiction` is `us`, or `us-` and a state": not _JURISDICTION.fullmatch(
            row.jurisdiction
        ),
        "`title` and `citation` may not be blank": not (row.title.strip() and row.citation.strip()),
        "`kinds` names at least one kind, and only known ones": not row.kinds
        or not KINDS.issuperset(row.kinds),
        f"`days` is 1 to {_MOST_DAYS}": not 1 <= row.days <= _MOST_DAYS,
        "`in_force_until` is not before `in_force_from`": (
            row.in_force_until is not None and row.in_force_until < row.in_force_from
        ),
        "the extension's `citation` may not be blank": bool(terms and not terms.citation.strip()),
        f"the extension's `to_day` is later than `days` and at most {_MOST_DAYS}": bool(
            terms and not row.days < terms.to_day <= _MOST_DAYS
        ),
        "the extension's notice `needs` at least a completion date": bool(
            terms and Need.COMPLETION_DATE not in terms.needs
        ),
    }


def load(folder: Path = FOLDER) -> tuple[Policy, ...]:
    """Every row of every pack in the folder, in file order. Raises WrongRow."""
    rows = tuple(row for path in sorted(folder.glob("*.toml")) for row in load_pack(path))
    twice = [name for name, times in Counter(row.id for row in rows).items() if times > 1]
    if twice:
        raise WrongRow(f"{folder}: the id {twice[0]} stands in more than one row")
    if not rows:
        raise WrongRow(f"{folder}: no policy row is there, so nothing would have a due date")
    return rows


@cache
def policies() -> tuple[Policy, ...]:
    """The rows that came with this version of the program, read once."""
    return load()


def load_pack(path: Path) -> tuple[Policy, ...]:
    """The rows of one file. Raises WrongRow."""
    try:
        pack = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise WrongRow(f"{path.name}: {fault}") from fault
    rows = pack.pop("policy", [])
    if pack or not isinstance(rows, list):
        raise WrongRow(f"{path.name}: a pack holds [[policy]] tables and nothing else")
    return tuple(_read(path, number, row) for number, row in enumerate(rows, start=1))


def _read(path: Path, number: int, row: object) -> Policy:
    try:
        return msgspec.convert(row, Policy, strict=True)
    except msgspec.ValidationError as fault:
        name = row.get("id", "without an id") if isinstance(row, dict) else "not a table"
        raise WrongRow(f"{path.name}, row {number} ({name}): {fault}") from fault
