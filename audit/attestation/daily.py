"""The entry that says, every day, how database and service are set up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from audit import events, log
from audit.actors import Actor
from audit.attestation.expected import Difference, compared
from audit.attestation.facts import Facts, observed
from audit.log import Facet, Opened

#: As many differing facts are named in the entry; their number is told in any case.
NAMED = 40
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Attested:
    """One attestation.

    digest      of all facts
    differs     from what must be so
    changed     things that are not as the attestation before had them; none if there was none
    first       whether there was none before
    things      of each thing, what changes when it does
    """

    eid: UUID
    at: datetime
    digest: str
    differs: int
    changed: tuple[str, ...]
    first: bool
    things: Mapping[str, str]

    def changed_to(self, facts: Facts) -> tuple[str, ...]:
        """Things that are otherwise in these facts."""
        return _changed(self.things, facts.digests())

    @property
    def alarming(self) -> bool:
        """Whether somebody is to be told now: something changed, or was never as it must be."""
        return bool(self.changed) or (self.first and self.differs > 0)


def attest(
    *,
    actor: Actor,
    also: Mapping[str, Iterable[str]] | None = None,
    using: str = "default",
) -> Attested:
    """Append an entry with the set-up as it is now, compared, in the transaction of `using`.

    also  what the service knows of itself beside the database: things and their lines, no secrets
    """
    before = latest(using=using)
    facts = observed(also=also, using=using)
    difference = compared(facts)
    changed = before.changed_to(facts) if before else ()
    eid = log.append(
        events.CONFIGURATION_ATTESTED,
        actor=actor,
        outcome="failure" if difference else "success",
        after=facts.digests(),
        extra={
            "digest": facts.digest, "facts": len(facts.lines()), "first": before is None
        } | _told(difference, changed),
        using=using,
    )  # fmt: skip
    return _attested(log.read(eid, using=using))


def latest(*, using: str = "default") -> Attested | None:
    """The newest attestation as its entry has it; None if there is none."""
    page = log.find(Facet.NAME, events.CONFIGURATION_ATTESTED, limit=1, using=using)
    return _attested(page.entries[0]) if page.entries else None


def _attested(found: Opened) -> Attested:
    extra = found.entry.extra or {}
    return Attested(
        found.eid,
        found.entry.at,
        extra["digest"],
        extra["differs"],
        tuple(extra["changed"].splitlines()),
        extra["first"],
        found.entry.after or {},
    )


def _changed(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        thing for thing in sorted(before.keys() | now.keys()) if before.get(thing) != now.get(thing)
    )


def _told(difference: Difference, changed: tuple[str, ...]) -> dict[str, str | int]:
    named = {
        "missing": difference.missing, "unexpected": difference.unexpected, "changed": changed
    }  # fmt: skip
    told: dict[str, str | int] = {
        name: "\n".join(line[:_LONGEST] for line in lines[:NAMED]) for name, lines in named.items()
    }
    return told | {"differs": len(difference), "changes": len(changed)}
