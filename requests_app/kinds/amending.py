"""What an amendment's moves write among what stands: links to records, and papers about a denial."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from requests_app.kinds.base import Move
from requests_app.standing.amendment_links import (
    AmendmentLink,
    AmendmentPaper,
    LinkFacts,
    Outcome,
    PaperKind,
    PaperText,
    disputes,
)

AnyMove = Move[Any]


def in_words(item: Any) -> str:
    """One thing asked, as the individual put it."""
    said = [
        (_("About"), item.record),
        (_("Wrong or missing"), item.wrong),
        (_("Should say"), item.should),
        (_("Why"), item.reason),
    ]
    return "\n".join(f"{title}: {words}" for title, words in said if words)


def dispute(move: AnyMove) -> None:
    """Link the denial to the records that stay as they are (d)(4)."""
    items = move.request.details.items
    _link(
        move,
        Outcome.DISPUTED,
        (
            LinkFacts(ground.record, in_words(items[ground.item - 1]))
            for ground in move.input.grounds
        ),
    )


def link(move: AnyMove) -> None:
    """Link the amendment to the records it is about (c)(1)."""
    items = move.request.details.items
    _link(
        move,
        Outcome.AMENDED,
        (
            LinkFacts(
                record.record,
                in_words(items[record.item - 1]),
                f"{record.how.label}: {record.where}",
            )
            for record in move.input.records
        ),
    )


def end_disputes(move: AnyMove, *, before: int) -> None:
    """A new decision has taken the place of what this request was denied before that version."""
    disputes(move.request).filter(version__lt=before).update(in_force_until=move.now)


def add_paper(move: AnyMove, what: PaperKind, words: str = "") -> None:
    """Add a paper to the denial, from this instant and for good."""
    AmendmentPaper.objects.create(
        request_id=move.request.pk,
        version=move.version,
        what=what,
        text=PaperText(words),
        added_by=move.actor.id,
        added_at=move.now,
    )


def _link(move: AnyMove, outcome: Outcome, facts: Iterable[LinkFacts]) -> None:
    for fact in facts:
        AmendmentLink.objects.create(
            patient_id=move.request.subject,
            request_id=move.request.pk,
            version=move.version,
            outcome=outcome,
            facts=fact,
            made_by=move.actor.id,
            in_force_from=move.now,
        )
