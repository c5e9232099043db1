"""The Spanish catalogue: whole for patients and visitors, true to the source, and plainly worded."""

import re
from gettext import GNUTranslations

import pytest
from babel.messages.catalog import Catalog

from privacy_portal.language import extract, messages

HOW = "Run `make messages`, write the Spanish text into locale/es/LC_MESSAGES/django.po, run it again."
#: Where everything stands that a patient or visitor can meet.
PATIENTS = (
    "privacy_portal/templates/patient/",
    "privacy_portal/templates/account/",
    "privacy_portal/templates/parts/",
    "privacy_portal/pages/patient/",
    "privacy_portal/accounts/",
    "privacy_portal/mail/",
    "privacy_portal/web/",
    "requests_app/deadlines/",
    "requests_app/documents/",
    "requests_app/drafts/",
    "requests_app/kinds/",
    "requests_app/letters/",
    "requests_app/messages/",
    "requests_app/people/",
    "requests_app/questions/",
    "requests_app/standing/",
)
ALSO = {
    "privacy_portal/uploads.py",
    "requests_app/actions/documents.py",
    "requests_app/actions/door.py",
    "requests_app/actions/drafts.py",
    "requests_app/actions/file.py",
    "requests_app/actions/links.py",
    "requests_app/actions/messages.py",
    "requests_app/looked_up.py",
    "requests_app/permissions.py",
    "requests_app/reminders/late.py",
    "requests_app/rules.py",
    "requests_app/selectors.py",
}
_PLACES = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
#: What plain Spanish does not say: it blames, begs, or says "tú".
NEVER = re.compile(
    r"inválid|no (es )?válid|por favor|lo sentimos|lo siento|disculp|obligatori|\b(tú|tus|tu|te|ti)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def found() -> list[extract.Found]:
    return extract.everything()


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return messages.read()


def _pairs(catalogue: Catalog) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Every sentence with its translation, both as their forms."""
    return [(_forms(one.id), _forms(one.string)) for one in catalogue if one.id and any(one.string)]


def _forms(text: object) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, list | tuple) else (str(text),)


def for_patients(file: str) -> bool:
    top = re.fullmatch(r"privacy_portal/(templates|pages)/[^/]+", file)
    return file.startswith(PATIENTS) or file in ALSO or top is not None


def test_every_sentence_a_patient_can_meet_is_in_spanish(
    found: list[extract.Found], catalogue: Catalog
) -> None:
    spoken = {english[0] for english, spanish in _pairs(catalogue) if all(spanish)}

    left = sorted({one.words for one in found if for_patients(one.file)} - spoken)

    assert left == [], HOW


def test_the_catalogue_is_what_the_source_says(
    found: list[extract.Found], catalogue: Catalog
) -> None:
    known = {_forms(one.id)[0] for one in catalogue if one.id}

    assert sorted(known - {one.words for one in found}) == [], HOW
    assert sorted({one.words for one in found if for_patients(one.file)} - known) == [], HOW


def test_what_is_compiled_is_what_is_written(catalogue: Catalog) -> None:
    """Read back by Python's own reader, which is what the service uses."""
    with (messages.folder() / "django.mo").open("rb") as file:
        compiled = GNUTranslations(file)

    for english, spanish in _pairs(catalogue):
        if len(english) > 1:
            said = tuple(compiled.ngettext(*english, count) for count in (1, 2))
        else:
            said = (compiled.gettext(english[0]),)
        assert said == spanish, HOW


def test_nothing_in_it_is_a_guess_or_names_a_machine(catalogue: Catalog) -> None:
    text = (messages.folder() / "django.po").read_text(encoding="utf-8")

    assert [one.id for one in catalogue if one.id and one.fuzzy] == []
    assert "POT-Creation-Date" not in text
    assert not re.search(r"^#: (/|.*:\d)", text, re.MULTILINE)


def test_places_to_fill_are_the_same_and_every_plural_is_whole(catalogue: Catalog) -> None:
    for english, spanish in _pairs(catalogue):
        assert len(english) == len(spanish)
        for words, said in zip(english, spanish, strict=True):
            assert said, words
            assert sorted(_PLACES.findall(words)) == sorted(_PLACES.findall(said)), (words, said)
            assert words.endswith("\n") == said.endswith("\n"), words


def test_it_speaks_plainly_and_with_respect(catalogue: Catalog) -> None:
    for english, spanish in _pairs(catalogue):
        for said in spanish:
            assert not NEVER.search(said), (english[0], said)


@pytest.mark.parametrize(
    ("source", "sentences"),
    [
        pytest.param('_("One.")', ["One."], id="gettext"),
        pytest.param('ngettext("one", "many", n)', ["one"], id="a plural, by its first form"),
        pytest.param('x: str = text(question="Why?", hint="Or not.")', ["Or not.", "Why?", "x"],
                     id="a question, and the name of its field"),
        pytest.param('raise NotNow("Not yet.", citation="1")', ["Not yet."], id="a refusal"),
        pytest.param('BadInput.one("/a", "Enter it.")', ["Enter it."], id="what to put right"),
        pytest.param('Problem("/a", "A." if b else "B.")', ["A.", "B."], id="one of two"),
        pytest.param('@move({})\ndef f(self):\n    """Done. More."""', ["Done"], id="a move's line"),
        pytest.param('SENTENCES = {1: "Only one."}', ["Only one."], id="a table of sentences"),
        pytest.param('NotNow(f"{day}.")', [], id="what is known only when it runs"),
    ],
)  # fmt: skip
def test_sentences_are_found_where_they_are_written(source: str, sentences: list[str]) -> None:
    assert sorted(one.words for one in extract.of_python(source, "a.py")) == sentences
