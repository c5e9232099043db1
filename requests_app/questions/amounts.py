"""Questions answered with a number or an instant."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Unpack, overload

from django.utils.translation import gettext_lazy as _

from requests_app.questions.details import asked
from requests_app.questions.kinds import Question
from requests_app.questions.places import Place, Schema
from requests_app.questions.wording import Wording, capital

_NOT_CENTS = _("%(Name)s must be a whole number of cents, from 0 to 10,000,000")
_NOT_INSTANT = _("%(Name)s must be a date and time with its offset, like 2026-03-27T14:05:00-04:00")
_NOT_WHOLE = _("%(Name)s must be a whole number from %(least)s to %(most)s")
_MOST_CENTS = 10_000_000


@dataclass(frozen=True, kw_only=True)
class Money(Question):
    """An amount in US cents."""

    def value(self, raw: object, place: Place) -> object:
        if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= _MOST_CENTS:
            return place.fault(_NOT_CENTS % {"Name": capital(place.called)})
        return raw

    def described(self) -> Schema:
        return {"type": "integer", "minimum": 0, "maximum": _MOST_CENTS}

    def shown_example(self, field_name: str) -> object:
        return 650 if self.example is None else self.example


@dataclass(frozen=True, kw_only=True)
class Whole(Question):
    """A whole number between two bounds, both included."""

    least: int
    most: int

    def value(self, raw: object, place: Place) -> object:
        if isinstance(raw, bool) or not isinstance(raw, int) or not self.least <= raw <= self.most:
            words = {"Name": capital(place.called), "least": self.least, "most": self.most}
            return place.fault(_NOT_WHOLE % words)
        return raw

    def described(self) -> Schema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}

    def shown_example(self, field_name: str) -> object:
        return self.least if self.example is None else self.example


@dataclass(frozen=True, kw_only=True)
class Instant(Question):
    """A point in time with its offset (RFC 3339); kept in UTC."""

    def value(self, raw: object, place: Place) -> object:
        try:
            instant = datetime.fromisoformat(raw) if isinstance(raw, str) else None
        except ValueError:
            instant = None
        if instant is None or instant.tzinfo is None:
            return place.fault(_NOT_INSTANT % {"Name": capital(place.called)})
        return instant.astimezone(UTC)

    def described(self) -> Schema:
        return {"type": "string", "format": "date-time"}

    def shown_example(self, field_name: str) -> object:
        return self.example or "2026-03-27T14:05:00-04:00"


@overload
def money(
    *, example: int | None = ..., optional: Literal[False] = ..., **words: Unpack[Wording]
) -> int: ...
@overload
def money(
    *, example: int | None = ..., optional: Literal[True], **words: Unpack[Wording]
) -> int | None: ...
def money(*, example: int | None = None, optional: bool = False, **words: Unpack[Wording]) -> Any:
    """An amount in US cents, from nothing to 100,000 dollars."""
    return asked(Money(example=example, optional=optional, **words))


@overload
def instant(
    *, example: str | None = ..., optional: Literal[False] = ..., **words: Unpack[Wording]
) -> datetime: ...
@overload
def instant(
    *, example: str | None = ..., optional: Literal[True], **words: Unpack[Wording]
) -> datetime | None: ...
def instant(*, example: str | None = None, optional: bool = False, **words: Unpack[Wording]) -> Any:
    """A point in time, aware, in UTC."""
    return asked(Instant(example=example, optional=optional, **words))


@overload
def whole(
    *,
    least: int,
    most: int,
    example: int | None = ...,
    optional: Literal[False] = ...,
    **words: Unpack[Wording],
) -> int: ...
@overload
def whole(
    *,
    least: int,
    most: int,
    example: int | None = ...,
    optional: Literal[True],
    **words: Unpack[Wording],
) -> int | None: ...
def whole(
    *,
    least: int,
    most: int,
    example: int | None = None,
    optional: bool = False,
    **words: Unpack[Wording],
) -> Any:
    """A whole number from `least` to `most`."""
    return asked(Whole(least=least, most=most, example=example, optional=optional, **words))
