"""Who gets in: every route is closed until its view is opened here, with the reason."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required

from audit.actors import Actor
from requests_app import permissions
from requests_app.permissions import Permission

View = TypeVar("View", bound=Callable[..., Any])


def open_to_all(view: View, *, why: str) -> View:
    """Let a view answer callers who are not signed in; `why` is for the reader and the tests."""
    view.open_to_all = why  # type: ignore[attr-defined]
    return login_not_required(view)


def is_open(view: Callable[..., Any]) -> bool:
    return bool(getattr(view, "open_to_all", ""))


def before_second_step(view: View) -> View:
    """Let a member of staff use a view whose session has not shown the second step yet."""
    view.before_second_step = True  # type: ignore[attr-defined]
    return view


def needs_second_step(view: Callable[..., Any]) -> bool:
    return not getattr(view, "before_second_step", False)


def require_user_manager(actor: Actor) -> None:
    """Raise NotPermitted unless the actor may manage users.

    Whoever runs commands on the server could write to its database anyway: commands are let
    through, and their entries say `command`.
    """
    if actor.via != "command":
        permissions.require(actor, Permission.MANAGE_USERS)
