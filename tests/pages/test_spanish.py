"""The pages of patients and visitors, walked in both languages: Spanish leaves no English behind."""

import re
from collections.abc import Callable, Iterator
from gettext import GNUTranslations
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from privacy_portal.pages.patient import collects
from requests_app.kinds.models import Request
from tests.pages.test_asking import KINDS, written
from tests.support import office
from tests.support.accounts import NOON, PASSWORD
from tests.support.pages import Page, Visitor, get
from tests.support.patients import patient_account

#: The same in both languages, or not ours to translate.
SAME = {
    "Cookies",
    "Error:",
    "Fax",
    "No",
    "www.hhs.gov/ocr/complaints",
    # What stands in the service's own log lines is called there by these names.
    *(one.name for one in (*collects.LOGGED, *collects.cookies())),
}
#: What the walk itself typed, and what the invented practice is called.
_DATA = re.compile(
    r"Ada Example|3 Example Street|example\.org|Dora Demo|All visit notes|Visit of March 2|The (left|right) knee"
    r"|The dry needling of March 2|My name was called out|For the insurer|Spanish"
)
_REFERENCE = re.compile(r"[A-Z0-9]{4}(?:-[A-Z0-9]{4}){3}")
#: Every sentence that the catalogue has in English.
with (settings.LOCALE_PATHS[0] / "es" / "LC_MESSAGES" / "django.mo").open("rb") as _file:
    ENGLISH = frozenset(key for key in GNUTranslations(_file)._catalog if isinstance(key, str))  # type: ignore[attr-defined]
_SAID_BY = ("aria-label", "alt", "title", "placeholder")


@pytest.fixture(autouse=True)
def clinic(_noon: None, db: None) -> office.Office:
    found = office.set_up(now=NOON)
    office.publish("2026-01-01", now=NOON)
    return found


def browser(language: str) -> Client:
    found = Client()
    found.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return found


def texts(page: Page) -> Iterator[str]:
    """Every piece of text that a person reads or hears, without the words in another language."""
    for node in page.root.iter():
        tag = str(node.tag).rpartition("}")[2]
        if tag in {"script", "style"} or callable(node.tag):
            continue
        if tag == "a" and node.get("hreflang"):
            yield from _words(node.tail)
            continue
        yield from _words(node.text)
        yield from _words(node.tail)
        for name in _SAID_BY:
            yield from _words(node.get(name))


def _words(text: str | None) -> Iterator[str]:
    line = re.sub(r"\s+", " ", text or "").strip()
    if re.search(r"[^\W\d_]{2}", line):
        yield line


def left_in_english(english: list[Page], spanish: list[Page]) -> set[str]:
    """What stands in the same words on the same page in both."""
    assert len(english) == len(spanish)
    assert {page.all("html")[0]["lang"] for page in spanish} == {"es"}
    assert {page.all("html")[0]["lang"] for page in english} == {"en"}
    both = set[str]()
    for one, other in zip(english, spanish, strict=True):
        both |= set(texts(one)) & set(texts(other))
    return {line for line in both if ours(line)}


def ours(line: str) -> bool:
    """Whether more is left of it than what was typed and what things are called."""
    rest = _DATA.sub("", _REFERENCE.sub("", line))
    return line not in SAME and re.search(r"[^\W\d_]{2}", rest) is not None


def walked(walk: Callable[[Visitor], Any]) -> set[str]:
    visitors = [Visitor(browser(language)) for language in ("en", "es")]
    for visitor in visitors:
        walk(visitor)
    return left_in_english(*(visitor.seen for visitor in visitors))


def asking(visitor: Visitor, kind: str) -> None:
    """One request from the front page to where it stands, with what is said about wrong answers."""
    visitor.open("/ask/")
    visitor.send()
    visitor.send(kind=kind)
    visitor.send()
    visitor.send(whom="myself")
    visitor.send(name="x" * 300, birth_date__month="2")
    written(visitor, kind)
    (reference,) = set(_REFERENCE.findall(visitor.send().main))
    visitor.open(f"/my/requests/{reference}")
    visitor.open(f"/my/requests/{reference}/looked")


@pytest.mark.parametrize("kind", ["access", "restriction"])
def test_asking_says_nothing_in_the_same_words_in_both_languages(kind: str) -> None:
    assert walked(lambda visitor: asking(visitor, kind)) == set()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {"access", "restriction"}])
def test_asking_for_every_other_kind_shows_no_english_sentence(kind: str) -> None:
    visitor = Visitor(browser("es"))

    asking(visitor, kind)

    shown = {line for page in visitor.seen for line in texts(page)}
    assert {line for line in shown & ENGLISH if ours(line)} == set()


def test_plain_and_error_pages_are_in_spanish() -> None:
    def walk(visitor: Visitor) -> None:
        for path in (
            "/",
            "/ask/not-sure",
            "/privacy",
            "/lookup",
            "/signed-out",
            "/password-changed",
        ):
            visitor.open(path)
        visitor.open("/lookup")
        visitor.send()
        visitor.send(reference="ABC")
        visitor.open("/sign-in")
        visitor.send()
        visitor.open("/sign-in/code")
        visitor.send()
        visitor.open("/sign-up")
        visitor.send()
        visitor.open("/no-such-page", status=404)

    assert walked(walk) == set()


def test_the_notice_stays_as_published_and_the_page_around_it_is_in_spanish() -> None:
    pages = [get(browser(language), "/notice") for language in ("en", "es")]

    same = left_in_english(pages[:1], pages[1:])
    document = {line for line in same if line in pages[0].main}
    assert same == document
    assert "Aviso de prácticas de privacidad" in pages[1].words["h1"]


def test_ones_own_pages_are_in_spanish(clinic: office.Office) -> None:
    account = patient_account(clinic.patient)
    for kind in ("access", "restriction"):
        office.filed(kind, actor=office.PATIENT, now=NOON)

    def walk(visitor: Visitor) -> None:
        visitor.open("/sign-in")
        visitor.send(login=account.address, password=PASSWORD)
        own = ("/my/requests", "/my/standing", "/my/disclosures", "/account", "/account/sessions",
               "/password", "/account/second-step", "/sign-out")  # fmt: skip
        for path in own:
            visitor.open(path)
        for request in Request.objects.order_by("kind"):
            page = visitor.open(f"/my/requests/{request.reference}")
            visitor.send(f"/my/requests/{request.reference}/messages", body="")
            for link in page.links(""):
                if "/act/" in link:
                    visitor.open(link)

    assert walked(walk) == set()


# --- the switch ---------------------------------------------------------------------------------
def test_the_link_sets_a_cookie_and_leads_back_to_the_page() -> None:
    visitor = Visitor(Client())
    page = visitor.open("/lookup")
    (link,) = [a for a in page.all("a") if a.get("hreflang")]
    assert (link["lang"], link["hreflang"]) == ("es", "es")

    page = visitor.open(link["href"])

    assert visitor.path == "/lookup"
    assert page.all("html")[0]["lang"] == "es"
    cookie = visitor.browser.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("es", True, "Lax")
    (link,) = [a for a in page.all("a") if a.get("hreflang")]
    assert (link["lang"], link["hreflang"]) == ("en", "en")
    assert visitor.open(link["href"]).all("html")[0]["lang"] == "en"


@pytest.mark.parametrize(
    "back",
    [
        pytest.param("https://example.org/", id="another host"),
        pytest.param("//example.org/", id="another host without a scheme"),
        pytest.param("/\\example.org", id="a backslash that browsers read as a slash"),
        pytest.param("javascript:alert(1)", id="a script"),
        pytest.param("", id="nothing"),
    ],
)
def test_the_switch_leads_to_no_other_host(back: str) -> None:
    answer = Client().get("/language/es", {"back": back})

    assert answer["Location"] == "/"


def test_a_language_that_is_not_there_is_not_found() -> None:
    assert Client().get("/language/fr").status_code == 404


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        pytest.param("", "en", id="no wish"),
        pytest.param("es-US,es;q=0.9,en;q=0.5", "es", id="Spanish first"),
        pytest.param("fr, es;q=0.2", "es", id="Spanish before nothing we speak"),
        pytest.param("fr", "en", id="a language we do not speak"),
    ],
)
def test_without_a_choice_the_browsers_wish_counts(asked: str, language: str) -> None:
    page = get(Client(headers={"Accept-Language": asked} if asked else {}), "/")

    assert page.all("html")[0]["lang"] == language


def test_the_api_speaks_english_to_everybody() -> None:
    found = browser("es")

    answer = found.get("/api/v1/requests", headers={"Accept-Language": "es"})

    assert answer["Content-Language"] == "en"
    assert "Sign in first" in answer.json()["detail"]


def test_the_next_answer_of_the_thread_is_not_in_spanish() -> None:
    before = translation.get_language()
    get(browser("es"), "/")

    assert translation.get_language() == before


def test_days_and_numbers_are_written_as_in_the_united_states() -> None:
    from datetime import date

    from privacy_portal.pages.parts import distance, long_day, short_day
    from requests_app.deadlines.wording import in_words

    day = date(2026, 3, 2)
    with translation.override("es"):
        assert short_day(day) == "2 de marzo de 2026"
        assert long_day(day) == "lunes, 2 de marzo de 2026"
        assert in_words(day) == "lunes, 2 de marzo de 2026"
        assert distance(date(2026, 3, 4), day) == "en 2 días"
        assert distance(date(2026, 3, 1), day) == "hace 1 día"
