"""Parts that are drawn once: for the values they were given, in the language that is spoken."""

from unittest.mock import patch

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import translation

from privacy_portal.templatetags import fixed
from tests.support.pages import get

PAGE = Template('{% load fixed %}{% fixed "parts/back.html" url=url %}')


def test_a_part_is_drawn_once_for_the_same_values_and_anew_for_others() -> None:
    with patch.object(fixed, "render_to_string", side_effect=fixed.render_to_string) as drawn:
        pages = [PAGE.render(Context({"url": url})) for url in ("/first", "/other", "/first")]

    assert pages[0] == pages[2] != pages[1]
    assert drawn.call_count == 2


def test_a_part_is_drawn_in_each_language() -> None:
    pages = {}
    for language in ("en", "es", "en"):
        with translation.override(language):
            pages[language] = PAGE.render(Context({"url": "/one"}))

    assert "Back" in pages["en"]
    assert "Back" not in pages["es"]


def test_nothing_of_the_page_but_what_is_given_gets_into_a_part() -> None:
    page = Template('{% load fixed %}{% fixed "parts/back.html" other=url %}')

    assert "/one" not in page.render(Context({"url": "/one", "user": "Ada Example"}))


def test_what_is_given_is_escaped() -> None:
    assert '"><script>' not in PAGE.render(Context({"url": '"><script>'}))


def test_what_can_change_is_refused() -> None:
    with pytest.raises(TypeError):
        PAGE.render(Context({"url": ["/one"]}))


def test_a_page_offers_the_languages_in_which_it_is_not_shown(db: None) -> None:
    browser, offered = Client(), {}
    for language in ("en", "es"):
        browser.cookies["language"] = language
        links = get(browser, "/").nodes("a")
        offered[language] = [href for one in links if "/language/" in (href := one.get("href", ""))]

    assert offered == {"en": ["/language/es?back=%2F"], "es": ["/language/en?back=%2F"]}
