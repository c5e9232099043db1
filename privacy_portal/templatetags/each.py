"""Parts of a page that show a few texts: drawn once with examples, then written out for every row."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from html import escape
from typing import NamedTuple

from django import template
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from privacy_portal.language.remembered import by_language

register = template.Library()
#: A NamedTuple of texts.
Texts = tuple[str, ...]
#: Characters that nobody types.  What is left of the mark in a part was changed by it.
_MARK, _BETWEEN = "\ue000", "\ue001"


@register.simple_tag
def each(part: str, rows: Iterable[Texts], **given: Hashable) -> SafeString:
    """The part for each of the rows, one after the other, in the reader's language.

        {% each "officer/parts/queue_row.html" rows may_assign=may_assign %}

    rows   NamedTuples of texts; the part knows each text by its name
    given  what is the same for all of them, and says nothing about a patient, as in `fixed`

    With a text a part can do two things: show it as it is, and ask whether there is one.  One that
    shows something else that is made of it raises TypeError.
    """
    written = _part(part, *given.items())
    return mark_safe("".join([written.out(row) for row in rows]))  # noqa: S308 - escaped there


@register.simple_tag
def filled(part: str, row: Texts | str, **given: Hashable) -> SafeString:
    """The same for one row: {% filled "officer/parts/bar.html" bar %}

    A page that has no such row shows the part as it is without texts.
    """
    return mark_safe(_part(part, *given.items()).out(row or _Nothing()))  # noqa: S308 - escaped there


class _Nothing(NamedTuple):
    """A row without texts."""


class _Part:
    """One part as text with places, for every set of texts of a row that are there and are not."""

    def __init__(self, name: str, given: Mapping[str, Hashable]) -> None:
        self._name, self._given = name, given
        self._texts: dict[tuple[type[Texts], tuple[bool, ...]], str] = {}

    def out(self, row: Texts) -> str:
        shape = (type(row), tuple(map(bool, row)))
        if shape not in self._texts:
            self._texts[shape] = self._drawn(*shape)
        return self._texts[shape].format(*_escaped(row))

    def _drawn(self, row: type[Texts], there: tuple[bool, ...]) -> str:
        """With two sets of examples: what differs are the places, and nothing else may."""
        names: Sequence[str] = row._fields  # type: ignore[attr-defined]
        text, again = (self._with(names, there, example) for example in ("A<b\n", "Cc>d\n"))
        if text != again or _MARK in text:
            raise TypeError(f"{self._name} does more with a text than show it")
        return text

    def _with(self, names: Iterable[str], there: tuple[bool, ...], example: str) -> str:
        places = {name: f"{_MARK}{n} {example}" for n, name in enumerate(names)}
        shown = {
            name: text if is_there else ""
            for (name, text), is_there in zip(places.items(), there, strict=True)
        }
        drawn: str = render_to_string(self._name, {**self._given, **shown})
        drawn = drawn.replace("{", "{{").replace("}", "}}")
        for n, text in enumerate(places.values()):
            drawn = drawn.replace(escape(text), f"{{{n}}}")
        return drawn


def _escaped(row: Texts) -> Sequence[str]:
    """The texts as HTML writes them; all at once, which costs a good deal less, where that is possible."""
    if not any(isinstance(one, SafeString) for one in row):
        together = escape(_BETWEEN.join(row)).split(_BETWEEN)
        if len(together) == len(row):
            return together
    return [conditional_escape(one) for one in row]


@by_language
def _part(name: str, *given: tuple[str, Hashable]) -> _Part:
    return _Part(name, dict(given))
