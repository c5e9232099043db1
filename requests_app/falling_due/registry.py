"""What there is that can fall due: a row a matter, closed to names that nobody registered.

    HOLD_ENDS = Matter("hold_ends", act=_hold_ends, event=events.HOLD_RAN_OUT)
    register(HOLD_ENDS)
    plan(HOLD_ENDS, subject=hold.pk, at=hold.lapses_at)

A matter whose facts stand in a table of their own with an indexed end may find them instead: `finds`
is asked at each sweep what has come by now, and may name what was found before.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from requests_app.falling_due.models import FallsDue
from requests_app.kinds.models import Request

#: Stands for the service where a matter has no fact of its own.
SERVICE = UUID(int=0)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Found:
    """Something that falls due: the id of the fact, the instant, the request it belongs to."""

    subject: UUID
    at: datetime
    request: UUID | None = None


def _nothing(now: datetime) -> Iterable[Found]:
    return ()


@dataclass(frozen=True, slots=True)
class Matter:
    """One sort of thing that falls due.

    name   stored with each instant; never changes
    act    does what is to be done at `now`, in the sweep's transaction; a word that says how it
           ended ("ended", "nothing"), which is kept.  What it raises is undone and tried again later
    finds  what has come by `now`; none for matters that are planned when their fact is recorded
    event  the name of its entry in the log; None where `act` writes its own, or where nothing
           but old technical rows goes
    chore  whether it is housekeeping: said only when it fails
    """

    name: str
    act: Callable[[FallsDue, datetime], str]
    finds: Callable[[datetime], Iterable[Found]] = _nothing
    event: str | None = None
    chore: bool = False


_matters: dict[str, Matter] = {}


def register(*matters: Matter) -> None:
    """Add matters while the program starts. A name twice, or too long to be kept, is a fault."""
    for one in matters:
        if one.name in _matters or not 0 < len(one.name) <= 40:
            raise ValueError(
                f"{one.name}: a matter has a name of its own, of at most 40 characters"
            )
        _matters[one.name] = one


def matter(name: str) -> Matter:
    """The matter of that name. LookupError when nobody registered it."""
    if name not in _matters:
        raise LookupError(f"no matter is called {name}")
    return _matters[name]


def matters() -> tuple[Matter, ...]:
    """Every matter, by name."""
    return tuple(_matters[name] for name in sorted(_matters))


def plan(what: Matter, *, subject: UUID, at: datetime, request: Request | None = None) -> None:
    """Record, in the caller's transaction, that this falls due at that instant. Safe to repeat."""
    found = Found(subject, at, request.pk if request is not None else None)
    record([(matter(what.name), found)])


def record(rows: Iterable[tuple[Matter, Found]]) -> None:
    """Put what was found on the list, in one statement, unless it stands there already."""
    FallsDue.objects.bulk_create(
        (
            FallsDue(
                what=what.name,
                subject=one.subject,
                request_id=one.request,
                at=one.at,
                not_before=one.at,
            )
            for what, one in rows
        ),
        ignore_conflicts=True,
    )


def drop(what: Matter, *, subject: UUID, now: datetime) -> int:
    """What was planned for this fact has become pointless, since it ended otherwise; how many."""
    still = FallsDue.objects.filter(what=what.name, subject=subject, acted_at__isnull=True)
    return still.update(acted_at=now, outcome="dropped")


def every(span: timedelta) -> Callable[[datetime], Iterable[Found]]:
    """For what comes again and again: the beginning of the present span, counted in UTC."""

    def finds(now: datetime) -> Iterable[Found]:
        return [Found(SERVICE, now - (now - _EPOCH) % span)]

    return finds
