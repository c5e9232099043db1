"""What is asked for an export bundle of the log."""

from dataclasses import dataclass

from audit.handover import Wanted
from requests_app.errors import Problem
from requests_app.questions import many, text, yes_no
from requests_app.questions.amounts import whole

#: Entries of one bundle: it is made while its asker waits.
MOST = 1000
_LARGEST = 2**53 - 1


@dataclass(frozen=True)
class AskEntry:
    """One entry, by its place."""

    index: int = whole(
        name="the place", question="Which place in the log?", least=0, most=_LARGEST, example=0
    )
    opened: bool | None = yes_no(
        name="opened",
        question="Can its reader open it?",
        optional=True,
        hint="Left out: it stays sealed, and is proved all the same.",
    )


@dataclass(frozen=True)
class AskBundle:
    """Which entries, and why they leave."""

    reason: str = text(
        name="the reason",
        question="Why are these entries handed over?",
        hint="Kept in the log, and written into the bundle.",
        max_length=400,
        example="Yearly review by the outside auditor",
    )
    recipient: str = text(
        name="the recipient",
        question="Who gets the file?",
        hint="Kept in the log.",
        max_length=200,
        example="Audra Auditor, Example Audits",
    )
    entries: tuple[AskEntry, ...] = many(
        AskEntry, name="the entries", question="Which entries?", max_items=MOST
    )
    previous_size: int | None = whole(
        name="the earlier size",
        question="How many entries has the head that its reader holds already?",
        least=1,
        most=_LARGEST,
        optional=True,
    )

    def problems(self) -> list[Problem]:
        places = [one.index for one in self.entries]
        if not places:
            return [Problem("/entries", "Name at least one entry.")]
        if len(set(places)) < len(places):
            return [Problem("/entries", "Name each entry once.")]
        return []

    def wanted(self) -> Wanted:
        places = {one.index: bool(one.opened) for one in self.entries}
        return Wanted(places, self.reason, self.previous_size)
