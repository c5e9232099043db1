"""Letters and messages in the language the person asked for, with the enforced English below."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from privacy_portal.mail import messages
from requests_app.kinds.models import Filed, Request, Wishes
from requests_app.letters import language
from requests_app.letters.letter import digest
from requests_app.outbox import Audience, OutboxRow, Topic
from tests.support import office
from tests.support.accounts import NOON

LETTERS = Path(language.__file__).parent / "templates" / "letters"
_TAGS = re.compile(r"\{[{%] .*? [%}]\}")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param("", "en", id="nothing said"),
        pytest.param("Spanish", "es", id="in English"),
        pytest.param("español, por teléfono también", "es", id="among other words"),
        pytest.param("Castellano", "es", id="by its other name"),
        pytest.param("Tiếng Việt", "en", id="a language we do not write in"),
        pytest.param("escuela", "en", id="a word that only begins alike"),
    ],
)
def test_the_language_is_read_from_what_was_said(words: str, code: str) -> None:
    assert language.asked_for(Request(filed=Filed(wishes=Wishes(language=words)))) == code


def test_every_letter_is_there_in_spanish_and_says_the_same_facts() -> None:
    for english in sorted(LETTERS.glob("*.txt")):
        spanish = LETTERS / "es" / english.name
        said = spanish.read_text(encoding="utf-8").replace("letters/es/", "letters/")
        assert set(_TAGS.findall(said)) == set(_TAGS.findall(english.read_text(encoding="utf-8")))


def _sent(wishes: dict[str, object]) -> str:
    """The letter that says more time is needed, sent by somebody who reads Spanish themself."""
    request = office.filed("access", actor=office.PATIENT, now=NOON, wishes=wishes)
    with translation.override("es"):
        office.act(request, "extend", office.INPUT["extend"], now=NOON)
    letter = request.letters.get()
    assert letter.sha256 == digest(letter.text)
    return f"{letter.text.subject}\n{letter.text.body}"


def test_a_letter_in_spanish_has_the_english_one_below(db: None) -> None:
    office.set_up(now=NOON)

    said = _sent({"language": "Spanish"})

    spanish, _, english = said.partition("\n* * *\n")
    assert spanish.startswith("Necesitamos más tiempo para responder a su solicitud\n")
    assert "de 2026" in spanish
    assert "March" not in spanish
    assert "We need more time to answer your request" in english
    assert "de marzo" not in english


def test_without_that_wish_it_is_in_english_alone_whoever_sends_it(db: None) -> None:
    office.set_up(now=NOON)

    said = _sent({})

    assert said.startswith("We need more time to answer your request\n")
    assert "* * *" not in said


@pytest.mark.parametrize(
    ("audience", "sentence"),
    [
        pytest.param(Audience.ASKER, "Recibimos lo que nos envió.", id="the person who asked"),
        pytest.param(Audience.OFFICE, "Something new has come in.", id="the office"),
    ],
)
def test_a_message_is_in_the_language_of_whom_it_goes_to(
    audience: Audience, sentence: str, db: None
) -> None:
    office.set_up(now=NOON)
    request = office.filed("access", actor=office.PATIENT, now=NOON, wishes={"language": "Spanish"})

    row = OutboxRow(request=request, audience=audience, topic=Topic.RECEIVED)
    said = messages.message(row, ["ada@example.org"]).body

    assert said.startswith(sentence)
