"""What a text may hold, and how it is tidied before it is kept."""

import re
import unicodedata

from requests_app.questions.wording import Fault

_NULL = re.compile("\x00")
#: Everything that controls a terminal or a page and not the text, except tab and line ends.
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_HALF = re.compile("[\ud800-\udfff]")
#: Embeddings, overrides and isolates: they can make a text read differently from what it says.
#: The marks U+200E and U+200F stay; Arabic and Hebrew are written with them.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")

_REFUSED = (
    (_NULL, Fault.NULL_CHARACTER),
    (_CONTROL, Fault.CONTROL_CHARACTER),
    (_HALF, Fault.HALF_CHARACTER),
    (_DIRECTION, Fault.DIRECTION_CHARACTER),
)
_LINE_END = re.compile("\r\n?")


def plain(text: str) -> bool:
    """Whether a text is as most are: nothing in it to refuse, to compose or to look for."""
    return text.isascii() and text.isprintable()


def fault_in(text: str) -> Fault | None:
    """The first kind of character that is refused anywhere; None when the text may be kept."""
    if text.isprintable():  # Nothing that can be seen is refused, and that is told at once.
        return None
    return next((fault for pattern, fault in _REFUSED if pattern.search(text)), None)


def tidy(text: str) -> str:
    """The text composed (NFC), with plain line ends, without blanks around it.

    Empty when it holds nothing that could be seen, such as joiners and blanks alone.
    """
    if plain(text):  # Composed already, and one blank is all it may hold.
        return text.strip()
    composed = unicodedata.normalize("NFC", _LINE_END.sub("\n", text)).strip()
    return composed if any(_seen(sign) for sign in composed) else ""


def _seen(sign: str) -> bool:
    return unicodedata.category(sign) not in {"Cc", "Cf", "Zs", "Zl", "Zp"}
