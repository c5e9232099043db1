"""What a check found: as words, as JSON, and as an exit code."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum

MAX_LISTED = 100


class Exit(IntEnum):
    """What the whole comes to."""

    OK = 0
    TAMPERED = 1
    INCOMPLETE = 2
    USAGE = 3


class Fault(Enum):
    """Each kind of finding: its name in JSON, its words, and what it makes of the whole."""

    ENTRY = ("entry", "the entry is not the one whose hash was published", Exit.TAMPERED)
    BUNDLE = ("bundle", "the file of entries cannot be read from here on", Exit.TAMPERED)
    TILE = ("tile", "the published hash over these entries is not theirs", Exit.TAMPERED)
    EARLIER = ("earlier", "an earlier, partial file does not agree with this one", Exit.TAMPERED)
    ROOT = ("root", "the tree of all entries is not the one that was signed", Exit.TAMPERED)
    HEAD = ("head", "the signed head is not as the log would have signed it", Exit.TAMPERED)
    PROOF = ("proof", "the proof does not hold", Exit.TAMPERED)
    ROLLBACK = ("rollback", "the log no longer begins with what was seen earlier", Exit.TAMPERED)
    STAMP = ("stamp", "the timestamp is not one over this head", Exit.TAMPERED)
    PRINTED = ("printed", "the log no longer has the head that was printed", Exit.TAMPERED)
    EXPORT = ("export", "the bundle is not as its own list says", Exit.TAMPERED)
    OPENED = ("opened", "what stands beside the entry is not what is in it", Exit.TAMPERED)
    FORMER = (
        "former",
        "the log does not go on after the one that was closed as it says",
        Exit.TAMPERED,
    )
    PRUNED = ("pruned", "pruned without retention event", Exit.INCOMPLETE)
    MISSING = ("missing", "a file is not there, or cannot be read", Exit.INCOMPLETE)
    COSIGNED = ("cosigned", "too few of the witnesses have signed", Exit.INCOMPLETE)
    UNSIGNED = ("unsigned", "signatures were not checked", Exit.INCOMPLETE)
    UNSTAMPED = ("unstamped", "no timestamp was checked", Exit.INCOMPLETE)
    UNASKED = ("unasked", "the witness could not be asked", Exit.INCOMPLETE)

    def __init__(self, code: str, words: str, leads_to: Exit) -> None:
        self.code = code
        self.words = words
        self.leads_to = leads_to


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. `first` and `last` are indexes of entries, None where it concerns none."""

    fault: Fault
    where: str
    first: int | None = None
    last: int | None = None

    def facts(self) -> dict[str, object]:
        told = {"fault": self.fault.code, "where": self.where}
        return told | {"first": self.first, "last": self.last}

    def __str__(self) -> str:
        return f"{self._entries()}{self.fault.words} ({self.where})"

    def _entries(self) -> str:
        if self.first is None:
            return ""
        if self.first == self.last:
            return f"entry {self.first}: "
        return f"entries {self.first} to {self.last}: "


@dataclass
class Report:
    """Collects findings; of many it lists the first hundred and counts all."""

    subject: str
    facts: dict[str, object] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    counts: Counter[Fault] = field(default_factory=Counter)
    _first: Finding | None = None

    def add(
        self, fault: Fault, where: str, first: int | None = None, last: int | None = None
    ) -> None:
        found = Finding(fault, where, first, first if last is None else last)
        self.counts[fault] += 1
        if len(self.findings) < MAX_LISTED:
            self.findings.append(found)
        if first is not None and (
            self._first is None or self._place(found) < self._place(self._first)
        ):
            self._first = found

    def doubt(self, name: str, index: int) -> None:
        """An index of which something should be known, and is no fault; of many the first hundred."""
        found = self.facts.setdefault(name, [])
        assert isinstance(found, list)
        if len(found) < MAX_LISTED:
            found.append(index)

    @staticmethod
    def _place(finding: Finding) -> tuple[int, int, int]:
        """Tampering before what is missing; then what ends first, and of two the narrower."""
        tampered = finding.fault.leads_to is Exit.TAMPERED
        return -tampered, finding.last or 0, -(finding.first or 0)

    @property
    def first(self) -> Finding | None:
        """The first bad entry, if any finding concerns entries."""
        return self._first or (self.findings[0] if self.findings else None)

    @property
    def exit(self) -> Exit:
        found = {fault.leads_to for fault in self.counts}
        return min(found, default=Exit.OK)

    def to_json(self) -> str:
        told: Mapping[str, object] = {
            "result": self.exit.name.lower(),
            "exit": int(self.exit),
            "subject": self.subject,
            **self.facts,
            "first": self.first.facts() if self.first else None,
            "counts": {fault.code: number for fault, number in self.counts.items()},
            "findings": [finding.facts() for finding in self.findings],
        }
        return json.dumps(told, indent=2)

    def to_words(self) -> str:
        lines = [f"{self.subject}: {self.exit.name}"]
        lines += [f"  {name.replace('_', ' ')}: {value}" for name, value in self.facts.items()]
        if self.first:
            lines.append(f"First: {self.first}")
            lines += [f"  {number} x {fault.words}" for fault, number in self.counts.items()]
        return "\n".join(lines)
