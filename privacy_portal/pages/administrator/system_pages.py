"""Systems outside: those that hear of events, and machine clients with their tokens."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit import clock
from privacy_portal.accounts import machine_clients
from privacy_portal.accounts.model_tokens import ApiToken
from privacy_portal.pages.administrator.moments import moment
from privacy_portal.pages.door import actor_of, needs, page
from privacy_portal.pages.parts import Tag, Tone
from requests_app.actions import subscriptions
from requests_app.permissions import Permission
from requests_app.practice import selectors as practice
from requests_app.practice.models import Site
from requests_app.subscriptions import Subscription, ToldKind

_MOST = 100


@page
@needs(Permission.MANAGE_WEBHOOKS)
def listeners(call: HttpRequest) -> HttpResponse:
    """Every system that hears of events, newest first; those that have ended stay on record."""
    rows = list(subscriptions.visible(actor_of(call)).order_by("-made_at", "-id")[:_MOST])
    sites = dict(Site.objects.values_list("pk", "name"))
    lines = [_listener(row, sites.get(row.site_id, "")) for row in rows]
    return render(call, "administration/listeners.html", {"lines": lines})


def _listener(row: Subscription, site: str) -> dict[str, object]:
    target, zone = row.target, practice.zone()
    kinds = [str(ToldKind(one).label) for one in row.kinds]
    ended = moment(row.ended_at, zone) if row.ended_at else ""
    return {
        "id": row.pk,
        "url": target.url,
        "label": target.label,
        "kinds": ", ".join(kinds) or _("Every kind but complaints"),
        "site": site,
        "made": moment(row.made_at, zone),
        "ended": ended,
        "tag": Tag(_("Ended")) if ended else Tag(_("Listening"), Tone.GOOD),
        "rotate": reverse("office_errand_about", args=["rotate-listener", row.pk]),
        "end": reverse("office_errand_about", args=["end-listener", row.pk]),
    }


@page
@needs(Permission.MANAGE_USERS)
def machines(call: HttpRequest) -> HttpResponse:
    """Every token of a machine client: what it may do, until when, when it was last used."""
    rows = list(machine_clients.listed(actor_of(call)).order_by("-made_at", "-id")[:_MOST])
    return render(call, "administration/machines.html", {"lines": [_token(row) for row in rows]})


def _token(row: ApiToken) -> dict[str, object]:
    zone = practice.zone()
    open_ = row.ended_at is None and row.expires_at > clock.now()
    return {
        "id": row.pk,
        "client": row.user.name,
        "label": row.label,
        "scopes": ", ".join(one.replace("_", " ") for one in row.scopes or ()),
        "until": moment(row.ended_at or row.expires_at, zone),
        "used": moment(row.last_used, zone) if row.last_used > row.made_at else _("never yet"),
        "open": open_,
        "tag": Tag(_("In use"), Tone.GOOD) if open_ else Tag(_("Ended")),
    }
