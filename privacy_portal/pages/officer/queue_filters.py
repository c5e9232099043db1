"""What of the queue is shown. A filter that says something about a person is never in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.actors import Actor
from privacy_portal.pages.officer.keeping import kept
from privacy_portal.pages.officer.models import Purpose
from requests_app.errors import NotFound
from requests_app.kinds import registry
from requests_app.kinds.base import FINISHED
from requests_app.kinds.models import Request
from requests_app.selectors import uuid_or_not_found

Words = str | Promise
STAGES: dict[str, Words] = {
    "open": _("To be answered"),
    "answered": _("Answered, not closed"),
    "closed": _("Closed"),
    "all": _("All"),
}
DUE: dict[str, Words] = {
    "": _("Any due date"),
    "late": _("Overdue"),
    "week": _("Due within 7 days"),
    "none": _("No legal due date"),
}
_WITHIN = {"late": timedelta(), "week": timedelta(days=7)}
ME, NOBODY = "me", "nobody"


@dataclass(frozen=True, slots=True)
class Filter:
    """One look at the queue, as its address says; `view` names what a person's filter put aside."""

    stage: str = "open"
    due: str = ""
    kind: str = ""
    assigned: str = ""
    site: str = ""
    view: str = ""
    patients: tuple[str, ...] | None = field(default=None, compare=False)

    @property
    def query(self) -> str:
        """The address's query without the page."""
        names = ("stage", "due", "kind", "assigned", "site", "view")
        given = {name: getattr(self, name) for name in names}
        usual = {"stage": "open"}
        return urlencode({k: v for k, v in given.items() if v and v != usual.get(k)})

    @property
    def narrowed(self) -> bool:
        return bool(self.query)


def read(query: Mapping[str, str], *, actor: Actor, now: datetime) -> Filter:
    """The filter as an address gives it; what it does not know counts as not asked."""
    kinds = {kind.name for kind in registry.all_kinds()}
    view = query.get("view", "")
    return Filter(
        stage=_known(query, "stage", STAGES, "open"),
        due=_known(query, "due", DUE),
        kind=_known(query, "kind", dict.fromkeys(kinds)),
        assigned=_account(query.get("assigned", "")),
        site=_account(query.get("site", "")),
        view=view,
        patients=_patients(view, actor, now) if view else None,
    )


def apply(asked: Filter, rows: QuerySet[Request], *, whose: str, until: datetime) -> QuerySet[Any]:
    """The rows it shows, in their order: what will be late first; of all else the newest.

    whose, until  as `values` gives them, where the filter asks for them
    """
    rows = _stage(asked.stage, rows)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.site:
        rows = rows.filter(site_id=asked.site)
    if asked.assigned:
        rows = rows.filter(assigned_to=whose)
    if asked.patients is not None:
        rows = rows.filter(patient_id__in=asked.patients)
    rows = _due(asked.due, rows, until)
    return (
        rows.order_by("due_at", "id")
        if asked.stage == "open"
        else rows.order_by("-received_at", "-id")
    )


def values(asked: Filter, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """What differs from one who asks, and one instant, to the next: whose requests, and due until when."""
    return {
        "whose": {ME: actor.id, NOBODY: ""}.get(asked.assigned, asked.assigned),
        "until": now + _WITHIN.get(asked.due, timedelta()),
    }


def _stage(stage: str, rows: QuerySet[Request]) -> QuerySet[Request]:
    if stage == "open":
        return rows.filter(answered_at__isnull=True)
    # Nothing is finished before it is answered: said so, for PostgreSQL to look among those alone.
    answered = rows.filter(answered_at__isnull=False)
    if stage == "answered":
        return answered.exclude(state__in=FINISHED)
    return answered.filter(state__in=FINISHED) if stage == "closed" else rows


def _due(due: str, rows: QuerySet[Request], until: datetime) -> QuerySet[Request]:
    if due in _WITHIN:
        return rows.filter(answered_at__isnull=True, due_at__lt=until)
    return rows.filter(due_at__isnull=True) if due == "none" else rows


def _known(query: Mapping[str, str], name: str, known: Mapping[str, Any], usual: str = "") -> str:
    value = query.get(name, usual)
    return value if value in known else usual


def _account(value: str) -> str:
    if value in {"", ME, NOBODY}:
        return value
    try:
        return str(uuid_or_not_found(value))
    except NotFound:
        return ""


def _patients(view: str, actor: Actor, now: datetime) -> tuple[str, ...]:
    row = kept(view, Purpose.FILTER, actor=actor, now=now)
    return tuple(row.content.answers.get("patients", ()))
