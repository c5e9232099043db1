"""Folding: what two ways of writing the same name, address or number have in common.

A folded value goes into a keyed blind index and nowhere else.  Folding errs on the side of
finding: a hit is a candidate, to be opened and compared before it is used.  A value of which
nothing is left raises, so that no index ever holds the empty text for everybody.

| written | folded |
|---|---|
| `O'Brien`, `O’BRIEN`, `o brien` | `obrien` |
| `García-López`, `Garcia Lopez` | `garcialopez`, and `garcia` and `lopez` |
| `de la Cruz` | `delacruz`, and `cruz` |
| `Example, Jr.` | `example` |
| `(919) 555-0100 x 4`, `+1 919.555.0100` | `+19195550100` |
| `MR-00 12/b` | `MR0012B` |
"""

import re
import unicodedata
from datetime import date
from typing import TypeVar

from django.utils.translation import gettext as _

from requests_app.errors import BadInput

Folded = TypeVar("Folded", str, tuple[str, ...])

#: Letters that do not come apart into a base letter and an accent.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
_APOSTROPHES = re.compile(r"['`´‘’‛ʹʻʼʽ′＇]")
_ASCII_WORD = re.compile("[a-z0-9]+")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_EXTENSION = re.compile(r"\s*(?:ext\.?|extension|x|#|;ext=)\s*\d+\s*$", re.IGNORECASE)

#: Words inside family names that nobody searches by, and additions that are no part of the name.
_PARTICLES = re.compile(
    "al|ap|ben|bin|da|das|de|del|della|den|der|di|do|dos|du|el|ibn|la|las|le|los|san|santa|st|te|"
    "ten|ter|van|vande|vander|von|y|zu"
)
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv", "junior", "senior"))


def fold_words(text: str) -> tuple[str, ...]:
    """The words of a name without case, accents, apostrophes and punctuation."""
    if text.isascii():  # Nothing to compose, to take apart or to translate.
        return tuple(_ASCII_WORD.findall(text.replace("'", "").replace("`", "").casefold()))
    plain = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", text)).casefold()
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", plain.translate(_LETTERS))
        if not unicodedata.combining(letter)
    )
    return tuple(word for word in _NOT_ALPHANUMERIC.split(bare) if word)


def fold_family(family: str) -> str:
    """A whole family name as one key: what a search by the full name looks for."""
    return "".join(_family_words(family))


def family_keys(family: str) -> tuple[str, ...]:
    """Every key a family name is found by: the whole first, then each of two family names."""
    words = _family_words(family)
    parts = [word for word in words if len(word) > 1 and not _PARTICLES.fullmatch(word)]
    return tuple(dict.fromkeys(["".join(words), *parts]))


def family_and_birth_keys(family: str, born: date) -> tuple[str, ...]:
    """Keys for a family name together with a birth date, in the order of `family_keys`.

    The given name is left to the comparison: people write Liz and Elizabeth.
    """
    return tuple(f"{key}|{born.isoformat()}" for key in family_keys(family))


def fold_given(given: str) -> str:
    """The first given name, for comparing candidates: "Mary-Ann" and "Mary Ann" give "mary"."""
    return _something(fold_words(given))[0]


def fold_email(address: str) -> str:
    """An e-mail address without case; an international domain in its ASCII form.

    Dots and plus signs stay: to some mail servers they are different people.
    """
    whole = unicodedata.normalize("NFKC", address).strip().casefold()
    local, _at, domain = whole.rpartition("@")
    if not local or not domain:
        raise BadInput.one("", _("Enter a whole e-mail address, like name@example.org"))
    return f"{local}@{_ascii_domain(domain)}"


def fold_phone(number: str) -> str:
    """A telephone number as + and digits; ten digits are North American."""
    plain = _EXTENSION.sub("", unicodedata.normalize("NFKC", number).strip())
    digits = "".join(str(unicodedata.digit(sign)) for sign in plain if sign.isdigit())
    _something(digits)
    if plain.startswith("+"):
        return f"+{digits}"
    if digits.startswith("011"):
        return f"+{digits[3:]}"
    if len(digits) == 10:
        return f"+1{digits}"
    return f"+{digits}" if len(digits) == 11 and digits.startswith("1") else digits


def fold_record_number(number: str) -> str:
    """A record number in capitals without spaces and punctuation; leading zeros are kept."""
    folded = _NOT_ALPHANUMERIC.sub("", unicodedata.normalize("NFKC", number)).upper()
    _something(folded)
    return folded


def _family_words(family: str) -> tuple[str, ...]:
    words = fold_words(family)
    without = tuple(word for word in words[1:] if word not in _SUFFIXES)
    return _something(words[:1] + without)


def _something(folded: Folded) -> Folded:
    if not folded:
        raise BadInput.one("", _("Enter at least one letter or digit"))
    return folded


def _ascii_domain(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain
