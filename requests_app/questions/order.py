"""Two days that belong together, in their order."""

from datetime import date

from requests_app.errors import Problem


def in_order(first: date | None, last: date | None, *, at: str) -> list[Problem]:
    """What is wrong with the two, at the pointer `at` of the last; one that is left open is fine."""
    if first is None or last is None or first <= last:
        return []
    return [Problem(at, "The last day must be on or after the first day.")]
