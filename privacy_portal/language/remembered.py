"""Words that follow from a few facts, put together once for each language."""

from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from typing import TypeVar

from django.utils.translation import get_language

Said = TypeVar("Said")
#: So many answers of one function are remembered, the last asked for.
_MOST = 1000


def by_language(put: Callable[..., Said]) -> Callable[..., Said]:
    """Decorator: what the function gives for the same arguments in the same language is remembered.

    So neither may hold anything about a patient.
    """

    @lru_cache(maxsize=_MOST)
    def remembered(_language: str | None, *given: Hashable) -> Said:
        return put(*given)

    @wraps(put)
    def asked(*given: Hashable) -> Said:
        return remembered(get_language(), *given)

    return asked
