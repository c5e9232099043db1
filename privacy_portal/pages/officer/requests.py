"""The page of one request: what happens now, what can be done, what was asked, what was done."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from audit.actors import Actor
from privacy_portal.pages import parts
from privacy_portal.pages.links import address
from privacy_portal.pages.officer import answers, base, loading, wording
from privacy_portal.pages.officer.answers import Shown
from privacy_portal.pages.officer.verbs import verbs
from requests_app.actions import door
from requests_app.casework.models import Refiling, goes_on_as
from requests_app.compiled import Compiled
from requests_app.deadlines import wording as clock_words
from requests_app.kinds import clock
from requests_app.kinds.base import MOVED, Kind
from requests_app.kinds.models import StatusRow
from requests_app.permissions import Permission, may
from requests_app.seen import Seen


class Choice(NamedTuple):
    """One thing that can be done, at its address; or cannot now, with the policy's own sentence."""

    words: str
    href: str
    why: str
    citation: str


class Tab(NamedTuple):
    """One of the pages of a request; `here` says something where one is on it."""

    href: str
    words: str
    here: str


@base.office(*base.STAFF)
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything one must know to decide what to do next."""
    who = base.who(request)
    with loading.read(reference, **who) as (found, seen):
        rows = _DONE.objects(request=found.pk)
        why = _explained(found)
        beside = linked(found, **who)
        seen += [one["reference"] for one in beside]
    choices = _choices(found, **who)
    staff = may(who["actor"], Permission.READ_REQUESTS)
    return base.shown(
        request,
        "request",
        heading=_("Request %s") % found.reference,
        bar=loading.bar(found, **who),
        found=found,
        now_words=_now(found, now=who["now"]),
        clock=why,
        target=_target(found),
        allowed=[one for one in choices if one.href],
        others=[one for one in choices if not one.href],
        facts=_facts(found),
        timeline=_timeline(found, rows, staff=staff),
        linked=beside,
        may_read_patient=may(who["actor"], Permission.READ_PATIENTS),
        tabs=tabs(found, "office_request", who["actor"]),
    )


_DONE = Compiled(
    lambda request: StatusRow.objects.filter(request=request).order_by("-version"), request=UUID
)


def _timeline(found: Kind, rows: list[StatusRow], *, staff: bool) -> list[parts.TimelineItem]:
    """What was done, each with its receipt."""
    items, words = parts.timeline(found, rows, staff=staff), _("Receipt")
    return [
        item._replace(
            link=address("office_receipt", found.reference, row.version),
            link_words=words,
            link_about=str(row.version),
        )
        for item, row in zip(items, rows, strict=True)
    ]


def tabs(found: Kind, here: str, actor: Actor) -> list[Tab]:
    """The pages of one request."""
    pages = [
        ("office_request", _("The request")),
        ("office_messages", _("Messages and notes")),
        ("office_papers", _("Letters and documents")),
    ]
    if may(actor, Permission.WORK_REQUESTS, site=str(found.site_id)):
        pages.append(("office_work", _("Work beside it")))
    counted = found.kind == "accounting" and found.patient_id is not None
    if counted and may(actor, Permission.READ_DISCLOSURES, site=str(found.site_id)):
        pages.append(("office_accounting", _("Accounting")))
    return [
        Tab(address(route, found.reference), words, "here" if route == here else "")
        for route, words in pages
    ]


def _choices(found: Kind, *, actor: Actor, now: datetime) -> list[Choice]:
    """From the very guards of the API's list of actions."""
    words = verbs()
    return [
        Choice(
            words[one.spec.name],
            address("office_move", found.reference, one.spec.name) if one.allowed else "",
            one.sentence,
            one.citation,
        )
        for one in door.possibilities(found, actor=actor, now=now)
    ]


def _now(found: Kind, *, now: datetime) -> str:
    """What happens now, in one sentence with its day."""
    if found.state == MOVED:
        return _("It goes on as %s, with the same day of receipt.") % goes_on_as(found)
    if found.answered_on is not None:
        day = parts.long_day(found.answered_on)
        return _("Answered on %s.") % day
    if found.due_on is None:
        return _("The law sets no day for the answer. It is answered without undue delay.")
    day = parts.long_day(found.due_on)
    if found.is_late(now=now):
        return _("It was to be answered by %s and is late. It is still to be answered.") % day
    return _("It must be answered by %s.") % day


def _explained(found: Kind) -> list[str]:
    """Why that day: the lines of the newest answer of the engine."""
    try:
        return clock_words.explain(clock.answer(found))
    except LookupError:
        return []


def _target(found: Kind) -> str:
    aim = clock.target_on(found) if found.answered_at is None else None
    return parts.long_day(aim) if aim else ""


def _facts(found: Kind) -> list[Shown]:
    """Who asks, how it came, and what was asked."""
    asker, zone = found.filed.asker, found.site.time_zone
    said = [
        (_("Received"), wording.moment(found.received_at, zone)),
        (_("How it came"), str(found.get_channel_display())),  # type: ignore[attr-defined]
        (_("Site"), found.site.name),
        (_("Who asks"), asker.name),
        (_("Date of birth they gave"), asker.birth_date),
        (_("How they can be reached"), asker.contact),
        (_("On behalf of"), asker.on_behalf),
        (_("Represented by"), found.representative.facts.name if found.representative else ""),
        (_("Identity"), _identity(found, zone)),
    ]
    return [
        *(Shown(question, answer) for question, answer in said if answer),
        *answers.of(found.Details, found.filed.details, all_asked=False),
    ]


def _identity(found: Kind, zone: str) -> str:
    at = found.identity_confirmed_at
    return _("Confirmed on %s") % wording.moment(at, zone) if at else _("Not confirmed yet")


def linked(found: Kind, *, actor: Actor, now: datetime) -> list[dict[str, str]]:
    """Requests that belong to this one. Those that may be it again stand beside its work."""
    lines: list[tuple[str | None, str]] = [
        (found.follows.reference if found.follows else None, _("This one goes on from it"))
    ]
    if _may_work(found, actor):
        lines += [_line(found, *row) for row in _near(found, actor, now)]
    return [{"reference": one, "words": words} for one, words in lines if one]


def _near(found: Kind, actor: Actor, now: datetime) -> Iterable[Sequence[Any]]:
    """What goes on from it, and what it was moved from or to."""
    # Found by their own indexes first: one condition over both tables reads every request there is.
    near = [*_AFTER.rows(actor, now=now, request=found.pk)]
    moved = {pk for pair in _MOVED.rows(request=found.pk) for pk in pair} - {found.pk}
    for pk in moved:
        near += _ITSELF.rows(actor, now=now, pk=pk)
    return dict.fromkeys(map(tuple, near))


_LINE = ("reference", "follows_id", "refiled_as__right_id", "kind")
_AFTER = Seen(lambda rows, request: rows.filter(follows=request).values_list(*_LINE), request=UUID)
_ITSELF = Seen(lambda rows, pk: rows.filter(pk=pk).values_list(*_LINE), pk=UUID)
_MOVED = Compiled(
    lambda request: Refiling.objects.filter(Q(wrong=request) | Q(right=request)).values_list(
        "wrong_id", "right_id"
    ),
    request=UUID,
)


def _line(
    found: Kind, reference: str, follows: Any, right: Any, kind: str
) -> tuple[str | None, str]:
    if follows == found.pk:
        return reference, _("Goes on from this one")
    same = kind == found.kind
    if right == found.pk:
        first = _("Filed for another patient first") if same else _("Filed as another kind first")
        return reference, first
    return reference, (
        _("Filed anew for the right patient") if same else _("Filed anew as the right kind")
    )


def _may_work(found: Kind, actor: Actor) -> bool:
    site = str(found.site_id)
    allowed = (Permission.WORK_REQUESTS, Permission.READ_LOG)
    return any(may(actor, one, site=site) for one in allowed)
