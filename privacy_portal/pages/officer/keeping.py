"""Put aside and taken up again: nothing about a person ever stands in an address."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from audit.actors import Actor
from privacy_portal.pages.officer.models import Kept, Purpose, PutAside
from requests_app.compiled import Compiled
from requests_app.errors import NotFound

#: A filter is looked at again within a working day; an entry survives a weekend.
LASTS: Mapping[Purpose, timedelta | None] = {
    Purpose.FILTER: timedelta(hours=12),
    Purpose.ENTRY: timedelta(days=7),
    Purpose.VIEW: None,
}


def keep(
    purpose: Purpose,
    answers: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    about: str = "",
    name: str = "",
) -> Kept:
    """Put something aside under a random id. What has run out is thrown away on the way."""
    Kept.objects.filter(ends_at__lte=now).delete()
    lasts = LASTS[purpose]
    return Kept.objects.create(
        account=actor.id,
        purpose=purpose,
        about=about,
        content=PutAside(name=name, answers=dict(answers)),
        made_at=now,
        ends_at=now + lasts if lasts else None,
    )


def change(row: Kept, answers: Mapping[str, Any]) -> None:
    """Other answers under the same id."""
    row.content = PutAside(name=row.content.name, answers=dict(answers))
    row.save(update_fields=["content"])


def kept(
    pk: object, purpose: Purpose, *, actor: Actor, now: datetime, about: str | None = None
) -> Kept:
    """What this account put aside under the id. NotFound for anybody else, and once it has run out."""
    try:
        wanted = UUID(str(pk))
    except ValueError:
        raise NotFound from None
    rows = Kept.objects.filter(pk=wanted, account=actor.id, purpose=purpose)
    if about is not None:
        rows = rows.filter(about=about)
    row = rows.exclude(ends_at__lte=now).first()
    if row is None:
        raise NotFound
    return row


def views_of(actor: Actor) -> list[Kept]:
    """The account's saved views by name."""
    rows = _VIEWS.objects(account=actor.id)
    return sorted(rows, key=lambda row: (row.content.name.casefold(), str(row.pk)))


_VIEWS = Compiled(
    lambda account: Kept.objects.filter(account=account, purpose=Purpose.VIEW), account=str
)


def throw_away(row: Kept) -> None:
    """It is no longer needed."""
    row.delete()
