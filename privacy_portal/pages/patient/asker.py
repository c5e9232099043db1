"""Who asks: whoever is signed in, or a visitor without an account, known by the session alone.

No account is ever a condition of asking.  A visitor's id is made at random; what is filed under it is
verified after it was filed, as what comes on paper is.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.http import HttpRequest
from django.utils.translation import gettext as _

from audit import clock
from audit.actors import Actor
from privacy_portal.accounts import refusals, sessions
from privacy_portal.network import client_address
from requests_app.actions.file import WITHOUT_ACCOUNT
from requests_app.errors import NotFound, NotPermitted
from requests_app.kinds.base import Kind
from requests_app.looked_up import reader
from requests_app.permissions import Permission, Role, may
from requests_app.selectors import LOOKED_UP

_VISITOR, _READS = "visitor", "looked_up"
#: How long a code keeps its request open in the browser.
READS_FOR = timedelta(hours=1)
#: What one place can begin without an account. A waiting room sits behind one address.
MOST_BEGUN, BEGUN_WITHIN = 40, timedelta(hours=1)


def asker(call: HttpRequest) -> Actor:
    """Who asks here. Raises NotFound for a browser that has not begun anything, NotPermitted for staff."""
    actor = getattr(call, "actor", None)
    if actor is not None:
        if not may(actor, Permission.FILE_OWN):
            raise NotPermitted(
                _(
                    "Here patients ask for themselves. Use the desk page for what somebody asks of you."
                )
            )
        return actor  # type: ignore[no-any-return]
    known = call.session.get(_VISITOR)
    if not known:
        raise NotFound
    sessions.touch(call.session, clock.now())
    return _visitor(known)


def arriving(call: HttpRequest) -> Actor:
    """The same, but whoever comes without an account may begin; counted, so that nobody floods."""
    if getattr(call, "actor", None) is None:
        refusals.count(
            "begun", client_address(call), most=MOST_BEGUN, within=BEGUN_WITHIN, now=clock.now()
        )
        call.session.setdefault(_VISITOR, str(uuid4()))
    return asker(call)


def is_visitor(actor: Actor) -> bool:
    return actor.via in {WITHOUT_ACCOUNT, LOOKED_UP}


def who(call: HttpRequest, reference: str = "") -> dict[str, Any]:
    """Who asks and when, as every action is told; of a request that was looked up, its reader."""
    now = clock.now()
    return {"actor": _reader(call, reference, now) or asker(call), "now": now}


def let_read(call: HttpRequest, request: Kind, *, now: datetime) -> None:
    """From now on this browser may see that request, for an hour, and no other by this code."""
    call.session.cycle_key()
    call.session[_READS] = {
        "id": str(request.pk),
        "reference": request.reference,
        "until": (now + READS_FOR).isoformat(),
    }
    sessions.touch(call.session, now)


def _reader(call: HttpRequest, reference: str, now: datetime) -> Actor | None:
    held = call.session.get(_READS)
    if held is None or getattr(call, "actor", None) is not None:
        return None
    if held["reference"] != reference or datetime.fromisoformat(held["until"]) <= now:
        return None
    sessions.touch(call.session, now)
    return reader(held["id"])


def _visitor(known: str) -> Actor:
    return Actor(id=known, name="", roles=frozenset({Role.PATIENT.value}), via=WITHOUT_ACCOUNT)
