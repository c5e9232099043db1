"""Systems that listen: added, given a new secret, ended. The secret is shown once, and kept sealed."""

import base64
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from audit import log
from audit.actors import Actor, system
from requests_app import events, questions, selectors
from requests_app.errors import BadInput, NotNow, Problem
from requests_app.permissions import Permission, require
from requests_app.practice.models import Site
from requests_app.questions import EXAMPLE_ID, choices, text
from requests_app.subscriptions import Subscription, Target, ToldKind

#: How long the former secret signs beside the new one.
OVERLAP = timedelta(days=1)
#: More would be a mistake in a client that subscribes in a loop.
MOST = 20
_PREFIX, _SECRET_BYTES = "whsec_", 32
#: https, a name with a dot (no number: names are what certificates are for), a path without blanks.
_URL = re.compile(
    r"https://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"
    r"(?::[1-9][0-9]{0,4})?(?:/[!$%&'()*+,\-./0-9:;=?@A-Z_a-z~]*)?"
)
_NOT_URL = _("Enter an https address with a host name, like https://records.example.org/events.")


@dataclass(frozen=True)
class Subscribe:
    """Where events are to be sent, and which."""

    url: str = text(
        name="the address",
        question="To which address are events sent?",
        max_length=500,
        example="https://records.example.org/events",
    )
    label: str | None = text(
        name="the label", question="What tells it from others?", max_length=80, optional=True
    )
    kinds: tuple[ToldKind, ...] | None = choices(
        ToldKind,
        name="the kinds",
        question="Of which kinds of request?",
        hint="Of every kind but complaints, unless some are named.",
        optional=True,
        example=(ToldKind.ACCESS,),
    )
    site: str | None = text(
        name="the site",
        question="Only of one site?",
        max_length=64,
        optional=True,
        example=EXAMPLE_ID,
    )

    def problems(self) -> list[Problem]:
        return [] if _URL.fullmatch(self.url) else [Problem("/url", str(_NOT_URL))]


@dataclass(frozen=True, slots=True)
class Made:
    """A subscription and its secret, which is shown once."""

    row: Subscription
    secret: str


def subscribe(raw: object, *, actor: Actor, now: datetime) -> Made:
    """Let a system listen from now on. Raises NotPermitted, BadInput; NotNow when too many listen."""
    require(actor, Permission.MANAGE_WEBHOOKS)
    asked = questions.parse(Subscribe, raw, at="", today=now.date())
    secret = new_secret()
    with transaction.atomic():
        if visible(actor).filter(ended_at__isnull=True).count() >= MOST:
            raise NotNow(f"There are {MOST} already. End one that is not needed any more.")
        row = Subscription.objects.create(
            target=Target(url=asked.url, label=asked.label or "", secret=secret),
            kinds=[kind.value for kind in asked.kinds or ()],
            site=_site(asked.site),
            made_by=actor.id,
            made_at=now,
        )
        _log(events.SUBSCRIBED, row, actor)
    return Made(row, secret)


def rotate(pk: str, *, actor: Actor, now: datetime) -> Made:
    """A new secret from now on; the former signs beside it for a day. NotNow once it has ended."""
    secret = new_secret()

    def change(row: Subscription) -> None:
        old = row.target
        row.target = replace(old, secret=secret, former=old.secret, former_until=now + OVERLAP)

    return Made(_changed(pk, change, events.SUBSCRIPTION_ROTATED, actor), secret)


def end(pk: str, *, actor: Actor, now: datetime) -> Subscription:
    """Tell it nothing any more, nor what still waits. NotNow once it has ended."""

    def change(row: Subscription) -> None:
        row.ended_at = now

    return _changed(pk, change, events.SUBSCRIPTION_ENDED, actor)


def end_all_of(account: str, *, actor: Actor, now: datetime) -> None:
    """An account is switched off: what it had asked to be told is told no more."""
    for row in Subscription.objects.filter(made_by=account, ended_at__isnull=True):
        _end(row, actor=actor, now=now)


def gone(row: Subscription, *, now: datetime) -> None:
    """The receiver answers that it is there no more; safe to repeat."""
    _end(row, actor=system("webhooks"), now=now)


def visible(actor: Actor) -> QuerySet[Subscription]:
    """A machine client's own; for people, all of them. Raises NotPermitted."""
    require(actor, Permission.MANAGE_WEBHOOKS)
    rows = Subscription.objects.order_by("made_at", "id")
    return rows if actor.scopes is None else rows.filter(made_by=actor.id)


def new_secret() -> str:
    """As Standard Webhooks writes it: 256 random bits in base64 after a prefix."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def _changed(
    pk: str, change: Callable[[Subscription], None], name: str, actor: Actor
) -> Subscription:
    with transaction.atomic():
        rows = visible(actor).filter(pk=selectors.uuid_or_not_found(pk))
        row = selectors.one(rows.select_for_update(of=("self",)))
        if row.ended_at is not None:
            raise NotNow("This has ended. Make a new one.")
        change(row)
        row.save()
        _log(name, row, actor)
    return row


def _end(row: Subscription, *, actor: Actor, now: datetime) -> None:
    with transaction.atomic():
        if Subscription.objects.filter(pk=row.pk, ended_at__isnull=True).update(ended_at=now):
            _log(events.SUBSCRIPTION_ENDED, row, actor)


def _site(asked: str | None) -> Site | None:
    if asked is None:
        return None
    found = Site.objects.filter(pk=selectors.uuid_at(asked, at="/site")).first()
    if found is None:
        raise BadInput.one("/site", "Choose a site of the practice.")
    return found


def _log(name: str, row: Subscription, actor: Actor) -> None:
    log.append(name, actor=actor, obj=log.Obj("subscription", str(row.pk), None))
