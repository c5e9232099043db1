"""References that can be read aloud without doubt: `7KQW-3HTM-X9DP-2VRU`.

Four groups of four.  Fifteen symbols are random, from 23 that are not taken for one another (no
0 O, 1 I, 5 S and their like), which is 67 random bits: a reference says nothing about anybody and
cannot be guessed.  The last symbol is a check letter: 23 is a prime, so one wrong symbol, or
two neighbours changed over, never fit it.
"""

import re
import secrets
import unicodedata

from django.utils.translation import gettext as _

from requests_app.errors import BadInput

#: Digits without 0, 1 and 5; letters without vowels (so that no word appears) and look-alikes.
ALPHABET = "2346789CDFHJKMNPQRTVWXY"
#: One letter for each remainder; these stand in the last place only.
CHECK_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
EXAMPLE = "7KQW-3HTM-X9DP-2VRU"

_RANDOM = 15
_GROUP = 4
_MODULUS = len(ALPHABET)
_SEPARATORS = re.compile(r"[\s._/\-\u2010-\u2015\u2212]+")


def new_reference() -> str:
    """A fresh reference in its written form."""
    symbols = "".join(secrets.choice(ALPHABET) for _place in range(_RANDOM))
    return format_reference(symbols + _check_letter(symbols))


def format_reference(symbols: str) -> str:
    """Sixteen symbols in groups of four, as references are stored, shown and read aloud."""
    return "-".join(symbols[place : place + _GROUP] for place in range(0, len(symbols), _GROUP))


def parse_reference(text: str, *, at: str = "/reference") -> str:
    """The written form of what somebody typed: any case, with or without spaces and dashes.

    Raises BadInput at the pointer, with a sentence that says what to look at.
    """
    symbols = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()
    fault = _fault(symbols)
    if fault:
        raise BadInput.one(at, fault)
    return format_reference(symbols)


def _fault(symbols: str) -> str:
    """What is wrong, as a sentence; empty when nothing is."""
    if not symbols:
        return _("Enter your reference. It looks like %(example)s.") % {"example": EXAMPLE}
    strange = any(symbol not in ALPHABET for symbol in symbols[:_RANDOM])
    if strange or any(symbol not in CHECK_LETTERS for symbol in symbols[_RANDOM:]):
        return _(
            "Check the reference: it holds a letter or digit that references never have there. It"
            " looks like %(example)s."
        ) % {"example": EXAMPLE}
    if len(symbols) != _RANDOM + 1:
        return _("Check the reference: it has 16 letters and digits, like %(example)s.") % {
            "example": EXAMPLE
        }
    if symbols[-1] != _check_letter(symbols[:-1]):
        return _(
            "Check the reference: one of its letters or digits is different, or two changed places."
        )
    return ""


def _check_letter(symbols: str) -> str:
    """The letter for the weighted sum; weights 1 to 15 differ, so changed places show."""
    total = sum(weight * ALPHABET.index(symbol) for weight, symbol in enumerate(symbols, start=1))
    return CHECK_LETTERS[total % _MODULUS]
