"""The demo's officer looks at the log every few weeks, and once found something."""

from datetime import datetime
from typing import Any

from audit import clock
from privacy_portal import log_reviews
from privacy_portal.demo.stage import Calendar, Stage, Step
from requests_app.actions import log_reviews as actions

_CLEAN: dict[str, Any] = {
    "something": False,
    "words": "Refused sign-ins, looks at records by person, everything that left: as expected.",
}
_FOUND: dict[str, Any] = {
    "something": True,
    "words": "The front desk looked for one patient five times in an hour.",
    "done": "Asked about it: the patient was at the counter, and the number was misheard.",
}
#: Days ago, from the first to the last; on one of them something was found.
_FIRST, _LAST, _EACH, _THEN = 380, 5, 25, 130


def reviewed(at: datetime, finding: dict[str, Any], *, by: str = "officer") -> Step:
    """The log is looked at, and what was found signed."""

    def act(stage: Stage) -> None:
        who: dict[str, Any] = {"actor": stage.actors[by], "now": clock.now()}
        actions.sign(str(log_reviews.begin(**who).pk), finding, **who)

    return Step(at, act)


def _reviews(when: Calendar) -> list[Step]:
    return [
        reviewed(when.at(ago, 16), _FOUND if ago == _THEN else _CLEAN)
        for ago in range(_FIRST, _LAST - 1, -_EACH)
    ]


STORIES = (_reviews,)
