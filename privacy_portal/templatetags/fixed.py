"""Parts of a page that follow from a few values, drawn once for those and remembered."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language, get_language_info

from privacy_portal.language.remembered import by_language

register = template.Library()


@register.simple_tag
def fixed(part: str, **given: Hashable) -> SafeString:
    """The part as these values alone make it, in the reader's language.

        {% fixed "parts/footer.html" office=office %}

    Nothing else of the page is there for it.  What was drawn is shown to everybody for whom the values
    are the same, so none of them may say anything about a patient.
    """
    return _drawn(part, *given.items())


@by_language
def _drawn(part: str, *given: tuple[str, Hashable]) -> SafeString:
    return mark_safe(render_to_string(part, dict(given)))  # noqa: S308 - a template made it


@dataclass(frozen=True, slots=True)
class Other:
    """A language in which the page is not shown now, named in that language, and where it is chosen."""

    code: str
    name: str
    href: str


@register.simple_tag
def other_languages() -> Sequence[Other]:
    """The languages of the service but the one that is spoken."""
    return _others(get_language() or "")


@cache
def _others(spoken: str) -> Sequence[Other]:
    return tuple(
        Other(
            code=code,
            name=capfirst(get_language_info(code)["name_local"]),
            href=reverse("language", args=[code]),
        )
        for code, _name in settings.LANGUAGES
        if code != spoken
    )
