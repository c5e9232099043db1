"""Errors, sorted by what the caller can do next. HTTP codes exist only in the shell.

Every error carries a sentence that a patient could read. None carries protected information.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from requests_app.words import said


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right: `field` is a JSON pointer ("/details/date_from"), `sentence` says how."""

    field: str
    sentence: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "sentence", said(self.sentence))


class RequestError(Exception):
    """Base of all that the second floor refuses. Its sentence is in the language of who is refused."""

    def __init__(self, sentence: str, *, citation: str = "") -> None:
        super().__init__(sentence)
        self.sentence = said(sentence)
        self.citation = citation
        #: What the shell adds so that the caller can decide anew; never anything protected.
        self.extra: dict[str, object] = {}


class BadInput(RequestError):
    """Put the named fields right and send again."""

    def __init__(self, problems: "list[Problem] | tuple[Problem, ...]") -> None:
        super().__init__("There is a problem with what was sent.")
        self.problems = tuple(problems)

    @classmethod
    def one(cls, field: str, sentence: str) -> "BadInput":
        return cls((Problem(field, sentence),))


class NotFound(RequestError):
    """Nothing here that the caller may see. The same words whether or not it exists."""

    def __init__(self) -> None:
        super().__init__("There is nothing here under that reference.")


class NotTheirs(NotFound):
    """What stood among the caller's requests was about somebody else, and is gone from there.

    Only they are told, who knew its reference; nothing is said of whom it is about.
    """

    def __init__(self) -> None:
        RequestError.__init__(
            self, _("This request was not about you. The privacy office has moved it away.")
        )


class NotPermitted(RequestError):
    """The caller's role does not allow this; somebody else can do it."""


class NotNow(RequestError):
    """The request's state, or the law at this moment, does not allow this move.

    `state` is the request's present state, so that the caller can decide anew.
    """

    def __init__(self, sentence: str, *, citation: str = "", state: str = "") -> None:
        super().__init__(sentence, citation=citation)
        self.state = state


class Stale(RequestError):
    """The caller decided on an older version; look again and decide anew."""

    def __init__(self, *, state: str, version: int) -> None:
        super().__init__("This request has changed since you looked at it. Look at it again.")
        self.state = state
        self.version = version


class TryLater(RequestError):
    """Nothing is wrong with what was asked; something the service needs does not answer now."""
