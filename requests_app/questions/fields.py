"""The helpers a dataclass of details is written with.

Each stands where a field's default would and is typed as the answer it gives, so that
`records: str = text(question=…)` is checked like any other field.  With `optional=True` the answer
may be left out and is then None.
"""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any, Literal, TypeVar, Unpack, overload

from requests_app.questions import kinds
from requests_app.questions.details import asked
from requests_app.questions.wording import Wording
from requests_app.words import Words

E = TypeVar("E", bound=Enum)
D = TypeVar("D")


@overload
def text(
    *,
    max_length: int = ...,
    multiline: bool = ...,
    example: str | None = ...,
    optional: Literal[False] = ...,
    **words: Unpack[Wording],
) -> str: ...
@overload
def text(
    *,
    max_length: int = ...,
    multiline: bool = ...,
    example: str | None = ...,
    optional: Literal[True],
    **words: Unpack[Wording],
) -> str | None: ...
def text(
    *,
    max_length: int = 200,
    multiline: bool = False,
    example: str | None = None,
    optional: bool = False,
    **words: Unpack[Wording],
) -> Any:
    """Words, kept in NFC without blanks around them; at most `max_length` characters."""
    return asked(
        kinds.Text(
            max_length=max_length, multiline=multiline, example=example, optional=optional, **words
        )
    )


@overload
def day(
    *,
    not_future: bool = ...,
    not_before: date | None = ...,
    example: date | None = ...,
    optional: Literal[False] = ...,
    **words: Unpack[Wording],
) -> date: ...
@overload
def day(
    *,
    not_future: bool = ...,
    not_before: date | None = ...,
    example: date | None = ...,
    optional: Literal[True],
    **words: Unpack[Wording],
) -> date | None: ...
def day(
    *,
    not_future: bool = False,
    not_before: date | None = None,
    example: date | None = None,
    optional: bool = False,
    **words: Unpack[Wording],
) -> Any:
    """A calendar day; `not_future` is judged by the local day the reading is given."""
    return asked(
        kinds.Day(
            not_future=not_future,
            not_before=not_before,
            example=example,
            optional=optional,
            **words,
        )
    )


@overload
def yes_no(
    *, example: bool = ..., optional: Literal[False] = ..., **words: Unpack[Wording]
) -> bool: ...
@overload
def yes_no(
    *, example: bool = ..., optional: Literal[True], **words: Unpack[Wording]
) -> bool | None: ...
def yes_no(*, example: bool = True, optional: bool = False, **words: Unpack[Wording]) -> Any:
    """True for yes, False for no."""
    return asked(kinds.YesNo(example=example, optional=optional, **words))


@overload
def choice(
    enum: type[E],
    *,
    labels: Mapping[E, Words] | None = ...,
    example: E | None = ...,
    optional: Literal[False] = ...,
    **words: Unpack[Wording],
) -> E: ...
@overload
def choice(
    enum: type[E],
    *,
    labels: Mapping[E, Words] | None = ...,
    example: E | None = ...,
    optional: Literal[True],
    **words: Unpack[Wording],
) -> E | None: ...
def choice(
    enum: type[E],
    *,
    labels: Mapping[E, Words] | None = None,
    example: E | None = None,
    optional: bool = False,
    **words: Unpack[Wording],
) -> Any:
    """One member of an enum of texts; `labels` are read in place of the member's own."""
    return asked(
        kinds.Choice(enum=enum, labels=labels or {}, example=example, optional=optional, **words)
    )


@overload
def choices(
    enum: type[E],
    *,
    labels: Mapping[E, Words] | None = ...,
    example: tuple[E, ...] | None = ...,
    optional: Literal[False] = ...,
    **words: Unpack[Wording],
) -> tuple[E, ...]: ...
@overload
def choices(
    enum: type[E],
    *,
    labels: Mapping[E, Words] | None = ...,
    example: tuple[E, ...] | None = ...,
    optional: Literal[True],
    **words: Unpack[Wording],
) -> tuple[E, ...] | None: ...
def choices(
    enum: type[E],
    *,
    labels: Mapping[E, Words] | None = None,
    example: tuple[E, ...] | None = None,
    optional: bool = False,
    **words: Unpack[Wording],
) -> Any:
    """Several members of an enum of texts, each once, in the enum's order."""
    return asked(
        kinds.Choices(enum=enum, labels=labels or {}, example=example, optional=optional, **words)
    )


@overload
def group(details: type[D], *, optional: Literal[False] = ..., **words: Unpack[Wording]) -> D: ...
@overload
def group(details: type[D], *, optional: Literal[True], **words: Unpack[Wording]) -> D | None: ...
def group(details: type[D], *, optional: bool = False, **words: Unpack[Wording]) -> Any:
    """The answers of another dataclass of questions."""
    return asked(kinds.Group(details=details, optional=optional, **words))


@overload
def many(
    details: type[D],
    *,
    max_items: int = ...,
    optional: Literal[False] = ...,
    **words: Unpack[Wording],
) -> tuple[D, ...]: ...
@overload
def many(
    details: type[D], *, max_items: int = ..., optional: Literal[True], **words: Unpack[Wording]
) -> tuple[D, ...] | None: ...
def many(
    details: type[D], *, max_items: int = 20, optional: bool = False, **words: Unpack[Wording]
) -> Any:
    """A list of such groups, in the order given."""
    return asked(kinds.Many(details=details, max_items=max_items, optional=optional, **words))
