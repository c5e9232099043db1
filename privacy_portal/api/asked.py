"""What a query parameter may say. None says anything about a person."""

from collections.abc import Mapping
from datetime import date

from requests_app import selectors
from requests_app.errors import BadInput


def day(query: Mapping[str, str], name: str) -> date | None:
    """A calendar day, or None when it is not asked."""
    text = query.get(name)
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise BadInput.one(f"/query/{name}", "Write the day as year-month-day.") from None


def word(query: Mapping[str, str], name: str) -> str | None:
    """A value as this service gives it, such as the name of a state; ids in their usual form."""
    text = query.get(name)
    if text is None:
        return None
    if name == "site":
        return str(selectors.uuid_at(text, at="/query/site"))
    if len(text) > 64 or not text.isascii() or not text.isprintable():
        raise BadInput.one(f"/query/{name}", "Use the value as this service gives it.")
    return text
