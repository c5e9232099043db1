"""What staff ask about statements of agencies: which there are, what is open, what is owed now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db.models import QuerySet

from audit.actors import Actor
from requests_app import selectors
from requests_app.disclosures import afterwards, issue, suspensions
from requests_app.disclosures.accounting import AccountingList
from requests_app.disclosures.models import IssuedAccounting
from requests_app.disclosures.suspensions import Suspension
from requests_app.errors import NotFound
from requests_app.kinds.base import Kind
from requests_app.permissions import Permission, may, require, sites_for


@dataclass(frozen=True)
class Owed:
    """An accounting that may be supplemented now, with how many lines."""

    accounting: IssuedAccounting
    reference: str
    lines: int


def visible(actor: Actor) -> QuerySet[Suspension]:
    """The statements about patients of the sites the actor may read. NotPermitted where none."""
    require(actor, Permission.READ_DISCLOSURES)
    sites = sites_for(actor, Permission.READ_DISCLOSURES)
    rows = Suspension.objects.select_related("answer")
    return rows if sites is None else rows.filter(site_id__in=sites)


def supplements_owed(actor: Actor, *, now: datetime) -> Iterator[Owed]:
    """Every accounting that lacks what can be told today: held back once, or told late."""
    require(actor, Permission.READ_DISCLOSURES)
    waiting = {one.pk: one for one in (*suspensions.accountings_waiting(), *afterwards.told_late())}
    for given in sorted(waiting.values(), key=lambda one: (one.issued_at, one.pk)):
        request = cast(Kind, given.request)
        if not may(actor, Permission.READ_DISCLOSURES, site=str(request.site_id)):
            continue
        if issue.first_given(request) != given:
            continue  # Given anew since: the later one answers for what it left out.
        made = issue.owed(given, request, now=now)
        if made is not None:
            yield Owed(given, request.reference, len(made.lines))


def rebuilt(
    reference: str, *, actor: Actor, now: datetime, as_of: datetime | None
) -> tuple[Kind, AccountingList]:
    """The accounting of a request as it would be given now, or as it would have been at an instant.

    NotFound for a request that is none of an accounting, or about nobody known yet.
    """
    require(actor, Permission.READ_DISCLOSURES)
    called = selectors.reference_or_not_found(reference)
    rows = selectors.visible_requests(actor, now=now).filter(reference=called, kind="accounting")
    request = cast(Kind, selectors.one(rows.select_related("site")))
    if request.patient_id is None:
        raise NotFound
    require(actor, Permission.READ_DISCLOSURES, site=str(request.site_id))
    return request, issue.draft(request, now=now, as_of=as_of)
