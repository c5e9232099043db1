"""Accounts of staff and auditors: made, given roles for a time, switched off, helped."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit import clock
from privacy_portal.accounts import factors, invitations, people, roles
from privacy_portal.accounts.model_roles import RoleGrant
from privacy_portal.accounts.model_users import User
from privacy_portal.api.users import AddUser, Grant
from privacy_portal.pages.administrator.moments import moment
from privacy_portal.pages.door import actor_of, needs, page, who
from privacy_portal.pages.fields import Field
from privacy_portal.pages.forms import Form
from privacy_portal.pages.parts import Cell, SummaryRow, Table, Tag, Tone, local, short_day
from requests_app import questions, selectors
from requests_app.errors import BadInput, NotFound
from requests_app.permissions import Permission, Role
from requests_app.practice import selectors as practice
from requests_app.practice.models import Site

LISTED = 200


@page
@needs(Permission.MANAGE_USERS)
def users(call: HttpRequest) -> HttpResponse:
    """Everybody who signs in but patients: that somebody is one is protected."""
    rows = list(_staff().prefetch_related("grants").order_by("name", "id")[:LISTED])
    return render(call, "administration/users.html", {"table": _table(rows)})


def _staff() -> Any:
    return User.objects.filter(name__gt="")


def _table(rows: list[User]) -> Table:
    now = clock.now()
    caption = ngettext("%(n)d account", "%(n)d accounts", len(rows)) % {"n": len(rows)}
    cells = [
        (
            Cell(row.name, href=reverse("admin_user", args=[row.pk])),
            Cell(row.username),
            Cell(", ".join(_role(one) for one in row.grants.all() if _in_force(one, now))),
            Cell("", tag=_standing(row)),
        )
        for row in rows
    ]
    return Table("users", caption, (_("Name"), _("Signs in as"), _("Roles"), _("State")), cells)


def _role(grant: RoleGrant) -> str:
    return grant.role.replace("_", " ")


def _in_force(grant: RoleGrant, now: datetime) -> bool:
    over = [at for at in (grant.until, grant.ended_at) if at is not None]
    return grant.since <= now and all(at > now for at in over)


def _standing(row: User) -> Tag:
    return Tag(_("Active"), Tone.GOOD) if row.is_active else Tag(_("Switched off"), Tone.NEUTRAL)


@page
@needs(Permission.MANAGE_USERS)
def invite(call: HttpRequest) -> HttpResponse:
    """A new account, and its invitation by e-mail; where no mail is sent, its first password, once."""
    form, facts = Form(AddUser), dict[str, Any]()
    if call.method == "POST":
        form.read(call.POST)
        try:
            facts = _invited(call, form)
        except BadInput as refusal:
            form.refuse(refusal)
    facts |= {"form": form, "back": reverse("admin_users")}
    return render(call, "administration/invite.html", facts)


def _invited(call: HttpRequest, form: Form) -> dict[str, Any]:
    asked = questions.parse(AddUser, form.raw(), at="", today=clock.now().date())
    password = people.random_password()
    with transaction.atomic():
        made = people.create_staff(asked.address, asked.name, password, actor=actor_of(call))
        if not settings.MAIL_SET:
            return {"made": made, "password": password}
        until = invitations.invite(made, **who(call))
    return {"made": made, "until": moment(until, practice.zone())}


@page
@needs(Permission.MANAGE_USERS)
def invite_again(call: HttpRequest, pk: UUID) -> HttpResponse:
    """Another invitation, where the first one ran out or never came."""
    row = selectors.one(_staff().filter(pk=pk))
    if not settings.MAIL_SET:
        raise NotFound
    if call.method == "POST":
        invitations.invite(row, **who(call))
        return HttpResponseRedirect(reverse("admin_user", args=[row.pk]))
    facts = {
        "title": _("Send another invitation?"),
        "words": _(
            "A message goes to %(address)s with a link that works once, for three days. Earlier links"
            " open nothing then."
        )
        % {"address": row.username},
        "button": _("Send it"),
        "back": reverse("admin_user", args=[row.pk]),
    }
    return render(call, "administration/sure.html", facts)


@page
@needs(Permission.MANAGE_USERS)
def user(call: HttpRequest, pk: UUID) -> HttpResponse:
    """One account: its roles with their ends, and what can be done with it."""
    row = selectors.one(_staff().filter(pk=pk))
    form = Form(Grant)
    if call.method == "POST":
        form.read(call.POST)
        try:
            _give(call, row, form)
            return HttpResponseRedirect(reverse("admin_user", args=[row.pk]))
        except BadInput as refusal:
            form.refuse(refusal)
    facts = {
        "account": row,
        "rows": _facts(row),
        "may_invite": settings.MAIL_SET and invitations.may_be_invited(row),
        "grants": _grants(row),
        "form": form,
        "fields": [_among(one) for one in form.fields if one.name != "site"],
        "sites": list(practice.open_sites()),
        "back": reverse("admin_users"),
    }
    return render(call, "administration/user.html", facts)


def _among(field: Field) -> Field:
    """Roles that are given here; patients and machines have theirs from when they were made."""
    if field.name != "role":
        return field
    given = [one for one in field.options if one.value not in {Role.PATIENT, Role.MACHINE}]
    return replace(field, options=[replace(given[0], id=field.first), *given[1:]])


def _give(call: HttpRequest, row: User, form: Form) -> None:
    asked = questions.parse(Grant, form.raw(), at="", today=clock.now().date())
    site = selectors.uuid_at(asked.site, at="/site") if asked.site else None
    if site is not None and not Site.objects.filter(pk=site).exists():
        raise BadInput.one("/site", str(_("Choose a site of the practice.")))
    roles.grant(
        row, asked.role, actor=actor_of(call), since=clock.now(), until=asked.until, site=site,
        licence=asked.licence or "",
    )  # fmt: skip


def _facts(row: User) -> list[SummaryRow]:
    step = _("Set up.") if factors.enrolled(row.pk) else _("Not set up yet.")
    return [
        SummaryRow(_("Signs in as"), [row.username]),
        SummaryRow(_("State"), [_standing(row).words]),
        SummaryRow(_("Second step"), [step]),
    ]


def _grants(row: User) -> list[dict[str, Any]]:
    now, zone = clock.now(), practice.zone()
    return [
        {
            "id": one.pk,
            "role": _role(one),
            "site": "" if one.site_id is None else str(one.site_id),
            "since": short_day(local(one.since, zone)),
            "until": moment(one.until, zone) if one.until else "",
            "ended": short_day(local(one.ended_at, zone)) if one.ended_at else "",
            "in_force": _in_force(one, now),
        }
        for one in row.grants.order_by("since", "id")
    ]


@page
@needs(Permission.MANAGE_USERS)
def end_grant(call: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a role back; that it was held stays on record."""
    row = selectors.one(RoleGrant.objects.filter(pk=pk).exclude(role=Role.PATIENT.value))
    if call.method == "POST":
        roles.end(row, **who(call))
        return HttpResponseRedirect(reverse("admin_user", args=[row.user_id]))
    facts = {
        "title": _("Take this role back?"),
        "words": _("%(role)s. It ends now; that it was held stays on record.")
        % {"role": _role(row).capitalize()},
        "button": _("Take it back"),
        "back": reverse("admin_user", args=[row.user_id]),
    }
    return render(call, "administration/sure.html", facts)


@page
@needs(Permission.MANAGE_USERS)
def switch_off(call: HttpRequest, pk: UUID) -> HttpResponse:
    """Switch an account off and end what it has open."""
    row = selectors.one(_staff().filter(pk=pk))
    if call.method == "POST":
        people.deactivate(row, actor=actor_of(call))
        return HttpResponseRedirect(reverse("admin_user", args=[row.pk]))
    facts = {
        "title": _("Switch this account off?"),
        "words": _(
            "%(name)s signs in no more. What is open ends now; what was done stays on record."
        )
        % {"name": row.name},
        "button": _("Switch it off"),
        "back": reverse("admin_user", args=[row.pk]),
    }
    return render(call, "administration/sure.html", facts)


@page
@needs(Permission.MANAGE_USERS)
def reset_step(call: HttpRequest, pk: UUID) -> HttpResponse:
    """Take away the second step of somebody who has lost it, after checking who it is."""
    row = selectors.one(_staff().filter(pk=pk))
    if call.method == "POST":
        factors.reset(row, actor=actor_of(call))
        return HttpResponseRedirect(reverse("admin_user", args=[row.pk]))
    facts = {
        "title": _("Remove the second step of this account?"),
        "words": _("Check first that it is %(name)s who asks: see or call them yourself. Their sessions end,"
        " and they set up a new one at the next sign-in.") % {"name": row.name},
        "button": _("Remove it"),
        "back": reverse("admin_user", args=[row.pk]),
    }  # fmt: skip
    return render(call, "administration/sure.html", facts)
