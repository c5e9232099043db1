"""Lines are taken one by one: good ones kept, bad ones returned with what to put right.

The whole may be sent twice: a line is known again by its key.  The same key with another content is
returned, never taken in place of the first.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction

from audit import keys, loading
from audit.actors import Actor
from audit.crypto import blind_index
from audit.crypto.keyring import Keyring
from requests_app import questions
from requests_app.actions import disclosures
from requests_app.actions.disclosures import DisclosureAnswers
from requests_app.deadlines.calendars import latest_day
from requests_app.disclosures.register import NewLine, enter_all, one_at_a_time
from requests_app.errors import BadInput, Problem, RequestError
from requests_app.intake.lines import DISCLOSURE, SORTS, brought_in
from requests_app.intake.models import CONTENT, KEY, TakenLine
from requests_app.people import lookups
from requests_app.people.models import Patient
from requests_app.permissions import Permission, may, require

#: Lines of one transaction.
BATCH = 500
_KEY_LENGTH = 200
#: How a line's content is spelt before it is compared with what was sent before: never otherwise.
_WRITTEN = json.JSONEncoder(sort_keys=True)


@dataclass(frozen=True)
class Refused:
    """A line that was not taken: where it stands, its key if it had one, and what to put right."""

    line: int
    key: str
    problems: tuple[Problem, ...]


@dataclass
class Report:
    """What became of the lines. In a preview nothing was kept of those that would be taken."""

    preview: bool
    taken: int = 0
    already: int = 0
    refused: list[Refused] = field(default_factory=list)
    sorts: dict[str, int] = field(default_factory=dict)


@dataclass
class _Line:
    """One line on its way."""

    number: int
    key: str
    sort: str
    raw: dict[str, Any]
    token: bytes
    content: bytes


class _Preview(Exception):
    """Rolls back what was only tried."""


def take(lines: Iterable[object], *, actor: Actor, now: datetime, preview: bool = False) -> Report:
    """Take lines, each an object with a `key` of the sender's own and, unless it is a disclosure,
    the sort of `line` it is.

    A patient may be named by `record_number` in place of the id.  Raises NotPermitted when the actor
    may not record disclosures; what a single line may not is said of that line.
    """
    require(actor, Permission.RECORD_DISCLOSURE)
    report = Report(preview)
    if preview:
        # Later lines may rest on earlier ones, so all of it is tried in one transaction.
        try:
            with transaction.atomic():
                _take_all(lines, report, actor, now)
                raise _Preview
        except _Preview:
            return report
    _take_all(lines, report, actor, now)
    return report


def _take_all(lines: Iterable[object], report: Report, actor: Actor, now: datetime) -> None:
    numbered = enumerate(lines, start=1)
    who, known = brought_in(actor), _People(actor)
    while some := list(islice(numbered, BATCH)):
        with transaction.atomic():
            batch = list(_read(some, report))
            one_at_a_time()  # Of two alike, the second finds what the first has taken.
            for run in _runs(_fresh(batch, report)):
                made = _carried_out(run, report, known, who, now)
                _remember(made, who, now, report)


# --- what a line is ------------------------------------------------------------------------------
def _read(some: Sequence[tuple[int, object]], report: Report) -> Iterator[_Line]:
    ring = keys.keyring()
    for number, given in some:
        try:
            yield _line(number, given, ring)
        except BadInput as fault:
            key = given.get("key") if isinstance(given, dict) else None
            report.refused.append(
                Refused(number, key if isinstance(key, str) else "", fault.problems)
            )


def _line(number: int, given: object, ring: Keyring) -> _Line:
    if not isinstance(given, dict):
        raise BadInput.one("", "Send one object a line.")
    raw = dict(given)
    key, sort = raw.pop("key", None), raw.pop("line", DISCLOSURE)
    if not isinstance(key, str) or not 0 < len(key.strip()) <= _KEY_LENGTH:
        raise BadInput.one("/key", "Give each line a key of its own, the same when sent again.")
    if sort != DISCLOSURE and sort not in SORTS:
        raise BadInput.one("/line", f"Choose one of: {', '.join((DISCLOSURE, *SORTS))}.")
    content = _WRITTEN.encode([sort, raw])
    return _Line(
        number,
        key,
        sort,
        raw,
        blind_index.token(KEY, key.strip(), ring=ring),
        blind_index.token(CONTENT, content, ring=ring),
    )


def _fresh(batch: Sequence[_Line], report: Report) -> Iterator[_Line]:
    """The lines not taken before, each key once."""
    found = TakenLine.objects.filter(token__any_of=[line.token for line in batch])
    before = {bytes(key): bytes(content) for key, content in found.values_list("token", "content")}
    for line in batch:
        known = before.get(line.token)
        if known is None:
            before[line.token] = line.content
            yield line
        elif known == line.content:
            report.already += 1
        else:
            sentence = "This key was sent with another content. Correct what was taken instead."
            report.refused.append(Refused(line.number, line.key, (Problem("/key", sentence),)))


def _runs(lines: Iterable[_Line]) -> Iterator[list[_Line]]:
    """Disclosures that follow each other together; anything else by itself, in order."""
    run: list[_Line] = []
    for line in lines:
        if line.sort == DISCLOSURE:
            run.append(line)
            continue
        if run:
            yield run
            run = []
        yield [line]
    if run:
        yield run


# --- carried out ---------------------------------------------------------------------------------
Made = list[tuple[_Line, UUID]]


def _carried_out(
    run: list[_Line], report: Report, known: "_People", actor: Actor, now: datetime
) -> Made:
    if run[0].sort == DISCLOSURE:
        return _disclosures(run, report, known, actor, now)
    line = run[0]
    try:
        with transaction.atomic():
            raw = known.named(line.raw, own=line.sort == "patient")
            return [(line, SORTS[line.sort](raw, actor, now))]
    except RequestError as fault:
        report.refused.append(_refused(line, fault))
        return []


def _disclosures(
    run: list[_Line], report: Report, known: "_People", actor: Actor, now: datetime
) -> Made:
    known.load(run)
    today = latest_day(now)
    good: list[tuple[_Line, NewLine]] = []
    for line in run:
        try:
            raw = known.named(line.raw, own=False)
            asked = questions.parse(DisclosureAnswers, raw, at="", today=today)
            good.append((line, disclosures.new_line(asked, known.patient(asked.patient), now=now)))
        except RequestError as fault:
            report.refused.append(_refused(line, fault))
    made = enter_all([new for _, new in good], actor=actor, now=now)
    return [(line, pk) for (line, _), pk in zip(good, made, strict=True)]


def _refused(line: _Line, fault: RequestError) -> Refused:
    problems = getattr(fault, "problems", None) or (Problem("", fault.sentence),)
    return Refused(line.number, line.key, tuple(problems))


def _remember(made: Made, actor: Actor, now: datetime, report: Report) -> None:
    loading.store(
        TakenLine,
        ("token", "content", "sort", "made", "taken_by", "taken_at"),
        ((one.token, one.content, one.sort, pk, actor.id, now) for one, pk in made),
    )
    report.taken += len(made)
    for line, _ in made:
        report.sorts[line.sort] = report.sorts.get(line.sort, 0) + 1


class _People:
    """The patients that lines name, by id or by record number, each looked for once."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._numbers: dict[str, str] = {}
        self._sites: dict[UUID, bool] = {}
        self._found: dict[str, Patient] = {}

    def load(self, run: Iterable[_Line]) -> None:
        """Look for all that these lines name by id in one query."""
        asked = {one for line in run if isinstance(one := line.raw.get("patient"), str)}
        ids = [one for one in asked - self._found.keys() if _is_id(one)]
        for row in Patient.objects.select_related("site").filter(pk__in=ids):
            self._found[str(row.pk)] = row

    def named(self, raw: dict[str, Any], *, own: bool) -> dict[str, Any]:
        """The line with the patient's id in place of the record number; BadInput for no such number."""
        if own or "record_number" not in raw or "patient" in raw:
            return raw
        rest = dict(raw)
        number = rest.pop("record_number")
        found = self._of_number(number) if isinstance(number, str) and number.strip() else None
        if found is None:
            raise BadInput.one("/record_number", "There is no patient with this record number.")
        return rest | {"patient": found}

    def patient(self, asked: str) -> Patient:
        """The patient of that id, where the actor records disclosures."""
        found = self._found.get(asked)
        if found is None:
            found = disclosures.patient_at(asked, "/patient", self._actor)
            self._found[asked] = found
        if not self._may_at(found.site_id):
            raise BadInput.one(
                "/patient", "There is no patient under that id. Look the patient up first."
            )
        return found

    def _may_at(self, site: UUID) -> bool:
        if site not in self._sites:
            self._sites[site] = may(self._actor, Permission.RECORD_DISCLOSURE, site=str(site))
        return self._sites[site]

    def _of_number(self, number: str) -> str | None:
        if number not in self._numbers:
            require(self._actor, Permission.READ_PATIENTS)
            hits = lookups.find(lookups.Search(record_number=number), limit=1)
            if not hits:
                return None  # Not remembered: a later line may bring the patient in.
            self._numbers[number] = str(hits[0].pk)
            self._found[str(hits[0].pk)] = hits[0]
        return self._numbers[number]


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False
