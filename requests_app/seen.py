"""Questions asked on every page of the requests an actor may see, written out once.

What `selectors.visible_requests` asks depends on the actor's roles, sites and channel, and in each of
those shapes only on who it is and when.  So a shape is written out when it is first met.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from audit.actors import Actor
from requests_app.compiled import Compiled
from requests_app.kinds.models import Request
from requests_app.selectors import visible_requests

Narrow = Callable[..., QuerySet[Request, Any]]
#: So many shapes of one question are remembered: sets of roles and sites that accounts have.
_SHAPES = 64


class Seen:
    """The requests that an account may see, narrowed.

    narrow  what is asked of them, for values named by keyword after the rows
    asks    of what type each of those is, as `Compiled` takes it
    """

    def __init__(self, narrow: Narrow, **asks: type) -> None:
        def written(like: Actor) -> Compiled[Request]:
            def build(who: UUID, now: datetime, **values: Any) -> QuerySet[Request, Any]:
                return narrow(visible_requests(replace(like, id=str(who)), now=now), **values)

            return Compiled(build, who=UUID, now=datetime, **asks)

        self._written = lru_cache(maxsize=_SHAPES)(written)

    def objects(self, actor: Actor, *, now: datetime, **values: Any) -> list[Request]:
        """The requests, with what the question selects beside them."""
        return self._for(actor).objects(who=UUID(actor.id), now=now, **values)

    def rows(self, actor: Actor, *, now: datetime, **values: Any) -> Any:
        """The rows of a question of values."""
        return self._for(actor).rows(who=UUID(actor.id), now=now, **values)

    def count(self, actor: Actor, *, now: datetime, **values: Any) -> int:
        """How many there are."""
        return self._for(actor).count(who=UUID(actor.id), now=now, **values)

    def _for(self, actor: Actor) -> Compiled[Request]:
        return self._written(replace(actor, id="", name="", licence="", acting_for=None))
