"""The closed set of bases for a disclosure, read strictly from `taxonomy.toml`.

A code that is not in it raises; a table that would not have been written this way stops the start
with its number and the reason.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

import msgspec

FILE = Path(__file__).parent / "taxonomy.toml"

_CODE = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z]+)?")
_FIELD = re.compile(r"[a-z]+(_[a-z]+)*")


class WrongBasis(Exception):
    """A taxonomy that cannot be loaded: says the table and the reason."""


class UnknownBasis(LookupError):
    """A basis code that is not in the taxonomy."""


class YesNo(StrEnum):
    """An answer the basis gives, or leaves to a fact about the disclosure."""

    YES = "yes"
    NO = "no"
    DEPENDS = "depends"


class MinimumNecessary(StrEnum):
    """How much may go (45 CFR 164.502(b), 164.514(d))."""

    YES = "yes"  # the minimum necessary for the purpose
    NO = "no"  # 502(b)(2) lifts the standard
    OWN_LIMIT = "own_limit"  # the basis sets a limit of its own, in `limit`
    NONE = "none"  # the question does not arise


class NoticeCategory(StrEnum):
    """Which promise of a notice of privacy practices describes the basis."""

    RIGHT_OF_ACCESS = "right_of_access"
    TREATMENT = "treatment"
    PAYMENT = "payment"
    OPERATIONS = "operations"
    INVOLVED_IN_CARE = "involved_in_care"
    AUTHORIZATION = "authorization"
    REQUIRED_BY_LAW = "required_by_law"
    PUBLIC_HEALTH = "public_health"
    COMMUNICABLE_DISEASE = "communicable_disease"
    OVERSIGHT = "oversight"
    ABUSE_OR_NEGLECT = "abuse_or_neglect"
    LEGAL_PROCEEDINGS = "legal_proceedings"
    LAW_ENFORCEMENT = "law_enforcement"
    RESEARCH = "research"
    CRIMINAL_ACTIVITY = "criminal_activity"
    MILITARY_AND_NATIONAL_SECURITY = "military_and_national_security"
    WORKERS_COMPENSATION = "workers_compensation"
    NONE = "none"


class HeldFrom(StrEnum):
    """Where a fact that must be held comes from."""

    ASKER = "asker"  # whoever wants to disclose; without it there is no answer yet
    CHECK = "check"  # the check finds it out itself, or from what the question names
    AFTERWARDS = "afterwards"  # it can only be known when the disclosure is made


class Hold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fact the record of such a disclosure must hold, and the question that asks for it.

    source   where it comes from (`from` in the file)
    only_if  "condition=yes" or "condition=no": asked only after that answer
    """

    field: str
    question: str
    source: HeldFrom = msgspec.field(default=HeldFrom.ASKER, name="from")
    only_if: str = ""


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question of the rule, answered yes or no by whoever wants to disclose.

    permits    the answer with which the disclosure may go on; `depends` only leads to others
    otherwise  why not, with its citation, when the answer is the other one
    only_if    "condition=yes" or "condition=no": asked only after that answer
    """

    name: str
    question: str
    permits: YesNo
    otherwise: str = ""
    citation: str = ""
    only_if: str = ""


class Basis(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One basis.

    code, title        the short name in records, and the plain words people read
    citation           the rule that permits the disclosure
    accountable        whether it stands in an accounting, `because` of what, and where that stands
    deciding_question  for `depends`: asked so that yes means "not in an accounting"
    suspendable        whether an agency may have its line held back (528(a)(2)); for `depends`, if
    minimum_necessary  how much may go; `limit` in words when the basis sets its own
    notice             the category of the notice of privacy practices that describes it
    must_hold          what the record must hold beside date, recipient, description and purpose
    number             the number of that promise in the notice this service was written for;
                       empty where that notice does not list it
    conditions         what must be so, beyond what has to be held
    psychotherapy_notes  whether it reaches them at all (508(a)(2)); for `depends`, if yes to
                       `psychotherapy_if`
    not_planned        why nobody can plan such a disclosure; empty for all that can be planned
    tell_patient       what the patient is told of it, where the rule asks that
    """

    code: str
    title: str
    citation: str
    accountable: YesNo
    because: str
    because_citation: str
    suspendable: YesNo
    minimum_necessary: MinimumNecessary
    notice: NoticeCategory
    deciding_question: str = ""
    suspendable_if: str = ""
    limit: str = ""
    must_hold: tuple[Hold, ...] = ()
    number: str = ""
    conditions: tuple[Condition, ...] = ()
    psychotherapy_notes: YesNo = YesNo.NO
    psychotherapy_if: str = ""
    not_planned: str = ""
    tell_patient: str = ""

    def __post_init__(self) -> None:
        for fault, wrong in _faults(self).items():
            if wrong:
                raise ValueError(fault)


def _faults(row: Basis) -> dict[str, bool]:
    """Each rule that types cannot state, and whether this table breaks it."""
    words = (row.title, row.citation, row.because, row.because_citation)
    fields = [hold.field for hold in row.must_hold]
    limited = row.minimum_necessary is MinimumNecessary.OWN_LIMIT
    return {
        "`code` is in capitals, with one hyphen at most": not _CODE.fullmatch(row.code),
        "`title`, `because` and the citations may not be blank": not all(map(str.strip, words)),
        "`deciding_question` is asked when `accountable` depends, and only then": (
            bool(row.deciding_question) != (row.accountable is YesNo.DEPENDS)
        ),
        "`suspendable_if` says when, if `suspendable` depends, and only then": (
            bool(row.suspendable_if) != (row.suspendable is YesNo.DEPENDS)
        ),
        "what is never in an accounting cannot be suspended from it": (
            row.accountable is YesNo.NO and row.suspendable is not YesNo.NO
        ),
        "`limit` is written for `own_limit`, and only then": bool(row.limit) != limited,
        "`must_hold` names each field once, in lower case, with its question": (
            len(set(fields)) != len(fields)
            or not all(map(_FIELD.fullmatch, fields))
            or not all(hold.question.strip() for hold in row.must_hold)
        ),
        "`psychotherapy_if` is asked when `psychotherapy_notes` depends, and only then": (
            bool(row.psychotherapy_if) != (row.psychotherapy_notes is YesNo.DEPENDS)
        ),
        "`conditions` are named once, each with why not and a citation unless it only leads on": (
            not _well_made(row.conditions)
        ),
        "`only_if` names a condition above it and its answer": not _leads(row),
    }


def _well_made(conditions: tuple[Condition, ...]) -> bool:
    names = [one.name for one in conditions]
    leading = [one.permits is YesNo.DEPENDS for one in conditions]
    said = [bool(one.otherwise) and bool(one.citation) for one in conditions]
    return (
        len(set(names)) == len(names)
        and all(map(_FIELD.fullmatch, names))
        and all(one.question.endswith("?") for one in conditions)
        and all(does != leads for does, leads in zip(said, leading, strict=True))
    )


def _leads(row: Basis) -> bool:
    above: set[str] = set()
    for one in row.conditions:
        if one.only_if and one.only_if not in above:
            return False
        above |= {f"{one.name}=yes", f"{one.name}=no"}
    return all(not hold.only_if or hold.only_if in above for hold in row.must_hold)


class Taxonomy:
    """Every basis, by its code, in the order of the file."""

    def __init__(self, rows: tuple[Basis, ...]) -> None:
        self.all: Mapping[str, Basis] = MappingProxyType({row.code: row for row in rows})

    def basis(self, code: str) -> Basis:
        """The basis of this code. Raises UnknownBasis."""
        try:
            return self.all[code]
        except KeyError:
            raise UnknownBasis("this basis code is not in the taxonomy") from None


def load(path: Path = FILE) -> Taxonomy:
    """Read the whole taxonomy or nothing. Raises WrongBasis."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise WrongBasis(f"{path.name}: {fault}") from fault
    tables = content.pop("basis", [])
    if content or not isinstance(tables, list) or not tables:
        raise WrongBasis(f"{path.name}: a taxonomy holds [[basis]] tables and nothing else")
    rows = tuple(_read(path, number, table) for number, table in enumerate(tables, start=1))
    twice = [code for code, times in Counter(row.code for row in rows).items() if times > 1]
    if twice:
        raise WrongBasis(f"{path.name}: the code {twice[0]} stands in more than one table")
    return Taxonomy(rows)


@cache
def taxonomy() -> Taxonomy:
    """The taxonomy that came with this version of the program, read once."""
    return load()


def _read(path: Path, number: int, table: object) -> Basis:
    try:
        return msgspec.convert(table, Basis, strict=True)
    except msgspec.ValidationError as fault:
        name = table.get("code", "without a code") if isinstance(table, dict) else "not a table"
        raise WrongBasis(f"{path.name}, table {number} ({name}): {fault}") from fault
