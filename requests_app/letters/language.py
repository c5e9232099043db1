"""In which language somebody asked to be answered.

They say it in their own words; what is read as a language we write in is followed, and anything else
is answered in English, which the office can have explained by an interpreter.
"""

from requests_app.kinds.models import Request
from requests_app.people.folding import fold_words

ENGLISH, SPANISH = "en", "es"
#: How people write it, folded: lower case, without accents and blanks.
_SPANISH = frozenset(
    {"spanish", "espanol", "castellano", "castilian", "spa", "es", "esp", "hispano"}
)


def asked_for(request: Request) -> str:
    """The code of the language in which this request's letters and messages are written."""
    named = _SPANISH & set(fold_words(request.filed.wishes.language))
    return SPANISH if named else ENGLISH
