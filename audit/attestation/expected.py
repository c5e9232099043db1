"""What must be so, whoever runs the service: the log's schema, the roles, no sleeping trigger.

`expected.txt` has one fact a line, written by `manage.py attest --write` from a database that was
just migrated.  Beyond it, by rule: every trigger of ours fires always, and nothing sets
what would let triggers sleep.  The rest of the set-up is the practice's own, and is compared with
the day before.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from audit.attestation.facts import Facts

FILE = Path(__file__).with_name("expected.txt")
_ROLES = ("audit_owner", "portal_migrator", "portal_app", "portal_sealer", "portal_auditor")
_OF_THE_LOG = (
    "schema ", "table audit.", "view audit.", "sequence audit.", "function audit.", "domain audit.",
    *(f"role {role} |" for role in _ROLES),
)  # fmt: skip
#: Settings by which triggers sleep or look away, or by which an acknowledged entry could be lost.
_GUARDED = tuple(
    f"setting {name} |"
    for name in (
        "session_replication_role", "row_security", "pgtrigger.ignore", "privacy.sealing_anew"
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """Facts that must be so and are not, and facts of the same sort that nobody expects."""

    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.missing) + len(self.unexpected)


def compared(facts: Facts, expected: Iterable[str] | None = None) -> Difference:
    """What differs from `expected`, one fact a line; from the file's, if none are named."""
    must = set(FILE.read_text(encoding="utf-8").splitlines() if expected is None else expected)
    found = {line for line in facts.lines() if held_to(line)}
    asleep = {line for line in facts.lines() if _asleep(line)}
    return Difference(tuple(sorted(must - found)), tuple(sorted((found - must) | asleep)))


def held_to(line: str) -> bool:
    """Whether a fact is of the sort that the file lists in full."""
    return line.startswith(_OF_THE_LOG + _GUARDED)


def written(facts: Facts) -> str:
    """The file's content after a database that is as it must be."""
    return "".join(f"{line}\n" for line in facts.lines() if held_to(line))


def _asleep(line: str) -> bool:
    """A trigger that does not fire in every session, or a foreign key that is switched off."""
    thing, _, fact = line.partition(" | ")
    words = fact.split(" ", 3)
    if not thing.startswith("table "):
        return False
    return fact.startswith("switched off: ") or (words[0] == "trigger" and words[2] != "A:")
