"""An answer as it is stored with a request, and worked out again from what was stored."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from requests_app.deadlines.engine import (
    Answer,
    Asked,
    Extension,
    Holiday,
    Limit,
    Site,
    count_again,
)


class ReplayDiffers(Exception):
    """A stored answer does not follow from the facts stored beside it."""


class _Stored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The stored form, version 1: the answer's fields, and its due day to be read."""

    version: int
    due: date
    asked: Asked
    site: Site
    limits: tuple[Limit, ...]
    holidays: tuple[Holiday, ...]
    extension: Extension | None


def stored(answer: Answer) -> dict[str, Any]:
    """The answer as JSON values: the rows used with their whole content, and every date."""
    form = _Stored(
        1,
        answer.due,
        answer.asked,
        answer.site,
        answer.limits,
        answer.holidays,
        answer.extension,
    )
    values: dict[str, Any] = msgspec.to_builtins(form, order="deterministic")
    return values


def replay(values: Mapping[str, Any]) -> Answer:
    """Work a stored answer out again from its facts and rows.

    Raises ReplayDiffers when it is not of the form `stored` writes, or does not follow from them.
    """
    try:
        form = msgspec.convert(dict(values), _Stored, strict=True)
    except msgspec.ValidationError as fault:
        raise ReplayDiffers(f"not a stored answer: {fault}") from fault
    kept = Answer(
        asked=form.asked,
        site=form.site,
        limits=form.limits,
        holidays=form.holidays,
        extension=form.extension,
    )
    again = count_again(kept) if kept.limits and form.version == 1 else None
    if again is None or again != kept or again.due != form.due:
        raise ReplayDiffers("the stored due day does not follow from the facts stored with it")
    return again
