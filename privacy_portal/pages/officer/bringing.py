"""A file of lines, taken part by part by whichever worker lives; each part is one transaction.

A worker that dies leaves whole parts, and another goes on after the last of them.  Lines are known
again by their keys, so nothing is ever taken twice.
"""

import json
import zlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from audit.actors import Actor
from privacy_portal.accounts.actors import actor_for
from privacy_portal.accounts.model_users import User
from privacy_portal.pages.officer.model_brought import Brought, BroughtPart, Deflated
from requests_app.errors import BadInput, NotFound, RequestError
from requests_app.intake import taking
from requests_app.permissions import Permission, require
from requests_app.selectors import uuid_or_not_found

#: Lines of one part, and of one file; what is more is brought in as another file.
PART, MOST = 500, 50_000
#: Lines and report are thrown away after this.
KEPT = timedelta(days=7)
#: So many workers may die over one part before the file is given up.
TRIES = 3
ActorOf = Callable[[Brought], Actor | None]


def begin(lines: Sequence[object], *, preview: bool, actor: Actor, now: datetime) -> Brought:
    """Put the lines aside, sealed, for a worker to take. Raises NotPermitted, BadInput."""
    require(actor, Permission.RECORD_DISCLOSURE)
    if not lines:
        raise BadInput.one("/content", "The file holds no line.")
    if len(lines) > MOST:
        raise BadInput.one("/content", f"A file may hold {MOST} lines. Bring the rest in another.")
    with transaction.atomic():
        Brought.objects.filter(ends_at__lte=now).delete()
        row = Brought.objects.create(
            account=actor.id, preview=preview, lines=len(lines), made_at=now, ends_at=now + KEPT
        )
        size = len(lines) if preview else PART  # later lines may rest on earlier ones
        for number, first in enumerate(range(0, len(lines), size)):
            content = _deflated(list(lines[first : first + size]))
            BroughtPart.objects.create(brought=row, number=number, first=first, content=content)
    return row


def one(pk: str, *, actor: Actor, now: datetime) -> Brought:
    """What this account brought; NotFound for anybody else, and once it was thrown away."""
    rows = Brought.objects.filter(pk=uuid_or_not_found(pk), account=actor.id, ends_at__gt=now)
    found = rows.first()
    if found is None:
        raise NotFound
    return found


def take_waiting(*, now: Callable[[], datetime], until: Callable[[], bool]) -> int:
    """Take what waits, oldest first, part by part, until nothing does or time is up; how many parts."""
    taken = 0
    while not until() and _next(now):
        taken += 1
    return taken


def _next(now: Callable[[], datetime]) -> bool:
    """The next part of all; False when nothing waits that nobody else is at."""
    found = _begun(now())
    if found is None:
        return False
    try:
        with transaction.atomic():
            row = Brought.objects.select_for_update(skip_locked=True).filter(pk=found).first()
            if row is not None and row.ended_at is None:
                _part(row, now())
    except RequestError as refusal:
        _give_up(found, str(getattr(refusal, "sentence", "")), now())
    return True


def _begun(now: datetime) -> UUID | None:
    """The oldest file that waits. That it was begun on is written first: a worker may die of it."""
    with transaction.atomic():
        rows = Brought.objects.select_for_update(skip_locked=True).filter(ended_at=None)
        row = rows.order_by("made_at", "id").first()
        if row is None:
            return None
        if row.tries >= TRIES:
            row.ended_at, row.reason = now, "It stopped several times at the same place."
        row.tries = F("tries") + 1
        row.save(update_fields=["ended_at", "reason", "tries"])
        return row.pk


def _part(row: Brought, now: datetime) -> None:
    part = row.parts.filter(done_at=None).order_by("number").first()
    if part is not None:
        actor = _who(row)
        lines = json.loads(zlib.decompress(part.content.deflated))
        report = taking.take(lines, actor=actor, now=now, preview=row.preview)
        part.report, part.done_at = _deflated(_said(report, part.first)), now
        part.content = _deflated([])  # what was taken is kept where it belongs, and here no more
        part.save()
    left = row.parts.filter(done_at=None).exists()
    Brought.objects.filter(pk=row.pk).update(tries=0, ended_at=None if left else now)


def _who(row: Brought) -> Actor:
    """Whoever brought it, with the roles held now."""
    user = User.objects.filter(pk=UUID(row.account), is_active=True).first()
    if user is None:
        raise NotFound
    return actor_for(user, via="task")


def _give_up(pk: UUID, reason: str, now: datetime) -> None:
    Brought.objects.filter(pk=pk, ended_at=None).update(ended_at=now, reason=reason[:200])


def _said(report: taking.Report, first: int) -> dict[str, Any]:
    return {
        "taken": report.taken,
        "already": report.already,
        "sorts": report.sorts,
        "refused": [
            {
                "line": one.line + first,
                "key": one.key,
                "problems": [[problem.field, str(problem.sentence)] for problem in one.problems],
            }
            for one in report.refused
        ],
    }


def _deflated(value: object) -> Deflated:
    return Deflated(zlib.compress(json.dumps(value).encode()))


# --- what came of it -----------------------------------------------------------------------------
def report_of(row: Brought) -> dict[str, Any]:
    """The report of all parts that are done, with how many lines they are."""
    whole: dict[str, Any] = {"done": 0, "taken": 0, "already": 0, "sorts": {}, "refused": []}
    for part in row.parts.exclude(done_at=None).order_by("number"):
        said = json.loads(zlib.decompress(part.report.deflated))
        for name in ("taken", "already"):
            whole[name] += said[name]
        for sort, count in said["sorts"].items():
            whole["sorts"][sort] = whole["sorts"].get(sort, 0) + count
        whole["refused"] += said["refused"]
    whole["done"] = whole["taken"] + whole["already"] + len(whole["refused"])
    return whole
