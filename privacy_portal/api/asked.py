"""What a query parameter may say. None says anything about a person."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from requests_app import selectors
from requests_app.errors import BadInput


def day(query: Mapping[str, str], name: str) -> date | None:
    """A calendar day, or None when it is not asked."""
    text = query.get(name)
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise BadInput.one(f"/query/{name}", "Write the day as year-month-day.") from None


def instant(query: Mapping[str, str], name: str) -> datetime | None:
    """A point in time with its offset, or None when it is not asked."""
    text = query.get(name)
    try:
        found = None if text is None else datetime.fromisoformat(text)
        if found is None or found.tzinfo is not None:
            return found
    except ValueError:
        pass
    example = "2026-03-27T14:05:00-04:00"
    raise BadInput.one(f"/query/{name}", f"Write the instant with its offset, like {example}.")


def one_of(query: Mapping[str, str], name: str, known: Collection[str]) -> str | None:
    """One of the values known under that name: no other reaches the database."""
    text = query.get(name)
    if text is None or text in known:
        return text
    raise BadInput.one(f"/query/{name}", "Use the value as this service gives it.")


def identifier(query: Mapping[str, str], name: str) -> str | None:
    """An id in its usual form."""
    text = query.get(name)
    return None if text is None else str(selectors.uuid_at(text, at=f"/query/{name}"))
