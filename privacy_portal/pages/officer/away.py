"""Away for some days, or gone for good: cover with its dates, the hand-over sheet, leaving."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actors import Actor
from privacy_portal.accounts import leaving
from privacy_portal.accounts.model_users import User
from privacy_portal.api.reading import logged
from privacy_portal.pages import parts
from privacy_portal.pages.forms import Form
from privacy_portal.pages.officer import base, offered, people, wording
from privacy_portal.pages.officer.verbs import verb
from privacy_portal.pages.once import once
from requests_app import events, questions, selectors
from requests_app.actions import cover as actions
from requests_app.actions.cover import Cover
from requests_app.deadlines.calendars import day_of
from requests_app.errors import BadInput
from requests_app.kinds.base import FINISHED
from requests_app.permissions import Permission
from requests_app.practice.models import Designation
from requests_app.questions import text
from requests_app.reports.steps import steps

_MOST = 200


@dataclass(frozen=True)
class Leaving:
    """Who leaves, and who takes over."""

    person: str = text(name="who leaves", question=gettext_lazy("Who leaves?"), max_length=64)
    to: str = text(
        name="who takes over",
        question=gettext_lazy("Who takes over the requests and duties?"),
        max_length=64,
    )


@base.office(Permission.MANAGE_PRACTICE)
def cover(request: HttpRequest) -> HttpResponse:
    """Somebody covers from a day to a day; the duties come back by themselves."""
    who, form = base.who(request), Form(Cover, only=("person", "first", "last"))
    if request.method == "POST":
        form.read(request.POST)
        try:
            return once(request, lambda: _covered(form, who), caller=who["actor"].id)
        except BadInput as refusal:
            form.refuse(refusal)
    return base.shown(
        request,
        "cover",
        status=422 if form.wrong else 200,
        heading=_("Cover while you are away"),
        form=form,
        fields=offered.fields(form, now=who["now"]),
    )


@base.office(Permission.WORK_REQUESTS)
def sheet(request: HttpRequest) -> HttpResponse:
    """What somebody works on, for whoever takes it over: each request with its next step."""
    who = base.who(request)
    person = request.GET.get("person", "") or who["actor"].id
    name = dict(people.workers(now=who["now"])).get(person, who["actor"].name)
    with logged(events.READ_REQUESTS, who["actor"], purpose="handing over") as seen:
        rows = _open(person, **who)
        seen += [row.reference for row in rows]
    return base.shown(
        request,
        "sheet",
        heading=_("Hand-over sheet of %s") % name,
        table=_table(rows, who["now"]),
        duties=_duties(person),
        day=parts.long_day(who["now"].date()),
    )


@base.office(Permission.MANAGE_USERS)
def leave(request: HttpRequest) -> HttpResponse:
    """One act: the requests go over, the duties are dated, the roles end, the account is switched off."""
    who, form = base.who(request), Form(Leaving, only=("person", "to"))
    if request.method == "POST":
        form.read(request.POST)
        try:
            leaver, to = _both(form, who["now"])
            if "sure" in request.POST:
                return once(request, lambda: _left(leaver, to, who), caller=who["actor"].id)
            return _interrupted(request, form, leaver, to)
        except BadInput as refusal:
            form.refuse(refusal)
    return base.shown(
        request,
        "leave",
        status=422 if form.wrong else 200,
        heading=_("Somebody leaves"),
        form=form,
        fields=[offered.among(field, _staff(who["now"])) for field in form.fields],
        done=request.GET.get("done", ""),
    )


def _covered(form: Form, who: dict[str, Any]) -> str:
    raw = form.raw()
    to = _worker(raw.get("person", ""), "/person")
    actions.cover(raw, to=leaving.successor(to), **who)
    return reverse("office_hand_over")


def _left(leaver: User, to: User, who: dict[str, Any]) -> str:
    leaving.leave(leaver, to=to, **who)
    return f"{reverse('office_leave')}?done=yes"


def _both(form: Form, now: datetime) -> tuple[User, User]:
    asked = questions.parse(Leaving, form.raw(), at="", today=now.date())
    return _worker(asked.person, "/person"), _worker(asked.to, "/to")


def _worker(pk: str, at: str) -> User:
    """An account of staff that is switched on."""
    wanted = selectors.uuid_at(pk, at=at) if pk else None
    found = User.objects.filter(pk=wanted, is_active=True).exclude(name="").first()
    if found is None:
        raise BadInput.one(at, _("Choose one of the people of the practice."))
    return found


def _interrupted(request: HttpRequest, form: Form, leaver: User, to: User) -> HttpResponse:
    """This cannot be undone: what will stop, before it does."""
    return base.shown(
        request,
        "leave_check",
        heading=_("Check: %s leaves") % leaver.name,
        person=str(leaver.pk),
        to=str(to.pk),
        leaver=leaver.name,
        taker=to.name,
        duties=_duties(str(leaver.pk)),
    )


def _staff(now: datetime) -> list[tuple[str, str]]:
    rows = User.objects.with_roles(now).filter(is_active=True).exclude(name="").order_by("name")
    people_only = [row for row in rows if row.has_usable_password()]
    return [(str(row.pk), row.name) for row in people_only]


def _open(person: str, *, actor: Actor, now: datetime) -> list[Any]:
    rows = selectors.visible_requests(actor, now=now).filter(assigned_to=person)
    rows = rows.exclude(state__in=FINISHED).select_related("site")
    return list(rows.order_by("due_at", "id")[:_MOST])


def _table(rows: list[Any], now: datetime) -> parts.Table:
    lines = [
        [
            parts.Cell(row.reference, href=reverse("office_request", args=[row.reference])),
            parts.Cell(str(row.title)),
            parts.Cell("", tag=wording.state_tag(row)),
            _due(row, now),
            parts.Cell(_next(row)),
        ]
        for row in rows
    ]
    columns = [_("Reference"), _("Kind"), _("State"), _("Due"), _("Shortest way on")]
    return parts.Table("sheet", _("Open requests, what is due first"), columns, lines, _("None."))


def _due(row: Any, now: datetime) -> parts.Cell:
    if row.due_on is None or row.answered_at is not None:
        return parts.Cell(_("Nothing due"))
    today = day_of(now, row.site.time_zone)
    return parts.Cell(wording.brief_day(row.due_on), under=parts.distance(row.due_on, today))


def _next(row: Any) -> str:
    found = steps(row.kind, str(row.state))
    return verb(found[0].move.name) if found else "–"


def _duties(person: str) -> list[str]:
    rows = Designation.objects.filter(account=person).order_by("duty", "in_force_from")
    return [_duty(row) for row in rows]


def _duty(row: Designation) -> str:
    words = {
        "duty": row.get_duty_display(),  # type: ignore[attr-defined]
        "first": parts.short_day(row.in_force_from),
    }
    if row.in_force_until is None:
        return _("%(duty)s, from %(first)s") % words
    words["last"] = parts.short_day(row.in_force_until)
    return _("%(duty)s, from %(first)s to %(last)s") % words
