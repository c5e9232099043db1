"""Reads of protected information are entries of the log, written before anything is shown.

Load, append one entry, commit, then serialise: an answer whose entry cannot be written is not given.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from django.db import transaction

from audit import log
from audit.actors import Actor

#: How many references an entry names one by one; beyond, their count and digest stand for them.
NAMED = 100


@contextmanager
def logged(
    name: str,
    actor: Actor,
    *,
    patient: Any = None,
    request: str | None = None,
    purpose: str = "request handling",
    reason: str | None = None,
) -> Iterator[list[str]]:
    """Load inside; the references put into the list are what the entry says was read."""
    with transaction.atomic():
        seen: list[str] = []
        yield seen
        log.append(
            name,
            actor=actor,
            patient=str(patient) if patient else None,
            request=request,
            purpose=purpose,
            reason=reason,
            extra=_what(seen) if seen else None,
        )


def _what(references: Sequence[str]) -> dict[str, Any]:
    facts: dict[str, Any] = {"count": len(references)}
    if len(references) <= NAMED:
        facts["references"] = " ".join(references)
    else:
        facts["sha256"] = sha256("\n".join(references).encode()).hexdigest()
    return facts
