"""A sentence in the reader's language, at the moment it is read.

Questions, refusals and the lines of moves are written down as plain English where they belong; what
shows them asks here. `privacy_portal/language/extract.py` knows those places and puts their sentences
into the catalogue.
"""

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext, gettext_lazy

from requests_app.days import in_form

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise
else:
    Words = object  # a sentence, translated now or when it is read


def said(words: Words) -> str:
    """The sentence in the language in force now; what the catalogue does not have stays as written."""
    text = str(words)
    return gettext(text) if text else ""  # gettext answers an empty text with the catalogue's head


def later(words: Words) -> Words:
    """The same, put into words each time it is read."""
    return gettext_lazy(words) if isinstance(words, str) and words else words


def written(day: date) -> str:
    """January 31, 2026, or as the reader's language writes it."""
    # Translators: how a day is written out, in Django's letters for dates.
    return in_form(day, gettext("F j, Y"))
