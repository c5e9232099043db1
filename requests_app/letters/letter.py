"""Letters: text in plain language whose required elements are enforced.

A letter is a template, a small typed context, and the elements the law requires of it.  A required
element is a value that must not be empty and must stand in the text; a letter that lacks one is not
sent, and the refusal cites the rule.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.template import Context, Engine
from django.utils import translation

from requests_app.errors import NotNow
from requests_app.kinds.base import Move
from requests_app.letters import language
from requests_app.letters.models import Letter as SentLetter
from requests_app.letters.models import LetterText, Provided

#: Stands where a template names something its context lacks. No answer can hold a null character,
#: so nobody's words are ever taken for it.
_MISSING = "\0MISSING:"
_ENGINE = Engine(
    dirs=[str(Path(__file__).parent / "templates")],
    autoescape=False,  # plain text; pages escape it when they show it
    string_if_invalid=_MISSING + "%s",
)


@dataclass(frozen=True)
class Element:
    """One thing the law requires a letter to say."""

    name: str
    citation: str
    values: Callable[[Any], tuple[str, ...]]


@dataclass(frozen=True)
class Letter:
    """A kind of letter. `template` is also its name in the record."""

    template: str
    context: Callable[[Move[Any]], Any]
    elements: tuple[Element, ...] = ()


#: Every letter says whom to ask, by name or title and telephone.
OFFICE = Element(
    "the name or title and the telephone of the privacy official",
    "164.530(a)(1)(i)",
    lambda c: (c.common.official.named, c.common.official.telephone),
)


#: Stands between a letter in another language and the English one, which is the one enforced.
_ENGLISH_BELOW = {
    language.SPANISH: "Esta carta, en inglés. Lo que el consultorio escribió con sus propias palabras "
    "está como lo escribió.",
}


def compose(letter: Letter, move: Move[Any]) -> LetterText:
    """The letter's text for this move; NotNow, citing the rule, when a required element is missing.

    Whoever asked to be answered in Spanish gets it in Spanish, with the English text below: the
    elements are enforced on that, and the office can read what it sends.
    """
    english = _written(letter, move, language.ENGLISH)
    asked = language.asked_for(move.request)
    if asked == language.ENGLISH:
        return english
    other = _written(letter, move, asked)
    below = f"{_ENGLISH_BELOW[asked]}\n\n{english.subject}\n\n{english.body}"
    return LetterText(subject=other.subject, body=f"{other.body}\n* * *\n\n{below}")


def _written(letter: Letter, move: Move[Any], code: str) -> LetterText:
    """In one language, whatever the language of whoever sends it."""
    folder = "letters" if code == language.ENGLISH else f"letters/{code}"
    with translation.override(code):
        context = letter.context(move)
        rendered = _ENGINE.get_template(f"{folder}/{letter.template}.txt").render(
            Context({"c": context}, autoescape=False)
        )
    if _MISSING in rendered:
        raise LookupError(f"the template {letter.template} names something its context lacks")
    if code == language.ENGLISH:
        _enforce(letter, context, rendered)
    subject, _, body = rendered.strip().partition("\n")
    return LetterText(subject=subject.strip(), body=_tidy(body))


def send(letter: Letter, move: Move[Any], *, provided: Provided) -> SentLetter:
    """Freeze the letter with this move. What was sent is kept word for word."""
    text = compose(letter, move)
    return SentLetter.objects.create(
        request_id=move.request.pk,
        version=move.version,
        template=letter.template,
        text=text,
        sha256=digest(text),
        provided=provided,
        sent_at=move.now,
    )


def digest(text: LetterText) -> str:
    """SHA-256, in hex, of subject, newline and body in UTF-8."""
    return sha256(f"{text.subject}\n{text.body}".encode()).hexdigest()


def _enforce(letter: Letter, context: Any, rendered: str) -> None:
    for element in (*letter.elements, OFFICE):
        values = element.values(context)
        if not values or not all(value and value in rendered for value in values):
            raise NotNow(
                f"The letter cannot be sent: it lacks {element.name}.", citation=element.citation
            )


def _tidy(body: str) -> str:
    """One empty line between paragraphs, none at the ends."""
    paragraphs = [part.strip() for part in body.split("\n\n")]
    return "\n\n".join(part for part in paragraphs if part) + "\n"
