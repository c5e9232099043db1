"""What a template alone settles is worked out once, and is what Django makes of it each time."""

from unittest.mock import patch

import pytest
from django.template import Context, Engine, Template
from django.template.defaulttags import URLNode
from django.utils import translation

#: What stands in a template → whether Django is asked once, or each time the template is drawn.
TAGS = {
    "a sentence": ("{% translate 'Sign out' %}", 1),
    "a sentence of signs": ("{% translate 'What was done & 100%% “so”' %}", 1),
    "a sentence for later": ("{% translate 'Sign out' as words %}{{ words }}", 2),
    "a sentence with a filter": ("{% translate 'Sign out'|upper %}", 2),
    "a sentence that varies": ("{% translate words %}", 2),
    "a sentence in a context": ("{% translate 'May' context 'abbrev. month' %}", 2),
    "an address": ("{% url 'office_queue' %}", 1),
    "an address for later": ("{% url 'office_queue' as url %}{{ url }}", 2),
    "an address with a part": ("{% url 'office_request' 'PR-1' %}", 2),
    "an address that varies": ("{% url route %}", 2),
    "a file of ours": ("{% static 'portal.css' %}", 1),
    "a file for later": ("{% static 'portal.css' as file %}{{ file }}", 2),
    "a file that varies": ("{% static file %}", 2),
}
GIVEN = {"words": "Sign out", "route": "landing", "file": "office.css"}


@pytest.mark.parametrize("written", [tag for tag, _ in TAGS.values()], ids=TAGS)
def test_it_is_what_django_makes_of_it_in_each_language(written: str) -> None:
    whole = "{% load i18n static %}" + written
    ours, plain = Template(whole), Engine(libraries=LIBRARIES).from_string(whole)

    for language in ("en", "es", "en"):
        with translation.override(language):
            assert ours.render(Context(GIVEN)) == plain.render(Context(GIVEN))


LIBRARIES = {"i18n": "django.templatetags.i18n", "static": "django.templatetags.static"}


@pytest.mark.parametrize(("written", "times"), TAGS.values(), ids=TAGS)
def test_django_is_asked_once_where_nothing_varies(written: str, times: int) -> None:
    page = Template("{% load i18n static %}" + written)
    node = page.nodelist[1]  # after the load
    inner = getattr(node, "_node", node)
    with patch.object(
        type(inner), "render", autospec=True, side_effect=type(inner).render
    ) as asked:
        page.render(Context(GIVEN))
        page.render(Context(GIVEN))

    assert asked.call_count == times


def test_an_address_that_is_none_is_not_remembered() -> None:
    page = Template("{% url 'no_such_route' %}")
    with patch.object(URLNode, "render", side_effect=[LookupError, "/there"]):
        with pytest.raises(LookupError):
            page.render(Context())
        assert page.render(Context()) == "/there"
