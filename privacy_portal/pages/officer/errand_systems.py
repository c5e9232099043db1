"""Errands of the systems outside: calendars, listeners and machine clients. Their keys are shown once."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from privacy_portal.accounts import feeds, machine_clients
from privacy_portal.pages.officer.errands import Errand
from requests_app.actions import subscriptions
from requests_app.permissions import Permission as P


def _to(route: str) -> Any:
    return lambda about, made: reverse(route)


def _calendar_address(made: feeds.Made) -> str:
    return f"{settings.PUBLIC_ORIGIN}{reverse('calendar_feed', args=[made.secret])}"


_SECRET = _("Enter it in the system that listens: with it, that system knows an event is ours.")
SYSTEMS: tuple[Errand, ...] = (
    Errand(name="calendar-address", heading=_("Make a calendar address of your own"),
           act=feeds.make, needs=P.READ_REQUESTS, secret=_calendar_address,
           says=_("Your calendar program then shows due days by their references, and nothing about a"
                  " person. An address made before opens nothing any more."),
           told=_("Subscribe to this address in your calendar program. Whoever has it sees the same:"
                  " keep it like a password."),
           home="office_calendar_address", leads=_to("office_calendar_address")),
    Errand(name="end-calendar-address", heading=_("End your calendar address"), act=feeds.end,
           needs=P.READ_REQUESTS, says=_("It opens nothing any more, from now on."),
           home="office_calendar_address", leads=_to("office_calendar_address")),
    Errand(name="listener", heading=_("Let a system hear of events"), asks=subscriptions.Subscribe,
           act=subscriptions.subscribe, needs=P.MANAGE_WEBHOOKS, secret=lambda made: made.secret,
           says=_("An event names a request by its reference, with its kind, state and due day, and"
                  " nothing about a person."),
           told=_SECRET, home="admin_listeners", leads=_to("admin_listeners")),
    Errand(name="rotate-listener", heading=_("Make a new secret for the system"), about="row",
           act=subscriptions.rotate, needs=P.MANAGE_WEBHOOKS, secret=lambda made: made.secret,
           says=_("For a day, events are signed with the former one as well."), told=_SECRET,
           home="admin_listeners", leads=_to("admin_listeners")),
    Errand(name="end-listener", heading=_("Tell the system nothing any more"), about="row",
           act=subscriptions.end, needs=P.MANAGE_WEBHOOKS,
           says=_("Nor what still waits for it."), home="admin_listeners",
           leads=_to("admin_listeners")),
    Errand(name="machine-token", heading=_("Make a token for a machine client"),
           asks=machine_clients.MakeToken, act=machine_clients.make_token, needs=P.MANAGE_USERS,
           secret=lambda made: made.text,
           told=_("Enter it in the client. Whoever has it may do what it names, until its end."),
           home="admin_machines", leads=_to("admin_machines")),
    Errand(name="end-machine-token", heading=_("End the token"), about="row",
           act=machine_clients.end_token, needs=P.MANAGE_USERS,
           says=_("It opens nothing any more, from now on."), home="admin_machines",
           leads=_to("admin_machines")),
)  # fmt: skip
