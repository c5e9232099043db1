"""Who reads the whole log, and what of it they are not shown."""

from collections.abc import Iterable

from audit.actors import Actor
from audit.log import Opened
from requests_app.complaints import routing
from requests_app.errors import NotPermitted
from requests_app.permissions import Permission, may, require, sites_for


def require_whole_log(actor: Actor) -> None:
    """NotPermitted unless this person may read the log, and all of it."""
    require(actor, Permission.READ_LOG)
    require_every_site(actor)


def reads_whole_log(actor: Actor) -> bool:
    """The same as a question, for a link."""
    return may(actor, Permission.READ_LOG) and sites_for(actor, Permission.READ_LOG) is None


def require_every_site(actor: Actor) -> None:
    """Entries are not sorted by site, so a role limited to some sites does not reach them."""
    if sites_for(actor, Permission.READ_LOG) is not None:
        raise NotPermitted("Only somebody whose role reaches every site can read the log.")


def without_own_complaints(entries: Iterable[Opened], actor: Actor) -> list[Opened]:
    """A complaint is hidden from the person it names, here too; an auditor reads all of it."""
    found = list(entries)
    named = {one.entry.request for one in found if one.entry.request}
    hidden = routing.hidden_references(named, actor)
    return [one for one in found if one.entry.request not in hidden]
