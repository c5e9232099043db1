"""Who acts. A plain fact that is handed down from the shell; no floor below looks it up."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a machine client or the service itself, as known when the act began.

    id       opaque text, stable for ever (an account's UUID, or `system:…`)
    name     the name that will be shown in the record; frozen there
    roles    role names (requests_app.permissions.Role values)
    sites    role → ids of the sites it is limited to; a role not named reaches every site
    acting_for  id of the patient a personal representative acts for, if any
    via      the channel of the act: session, token, calendar, visitor, lookup, task or
             command
    scopes   what a machine client's token allows; None for people
    licence  the licence of a licensed health care professional, as recorded for the account
    """

    id: str
    name: str
    roles: frozenset[str] = frozenset()
    sites: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False)
    acting_for: str | None = None
    via: str = "session"
    scopes: frozenset[str] | None = None
    licence: str = ""


def system(task: str) -> Actor:
    """The service acting by itself, named after the task that acts."""
    return Actor(id=f"system:{task}", name="Privacy office service", via="task")
