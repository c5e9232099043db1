"""Parts that are drawn once with examples, and written out for every row."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import override_settings
from django.utils import translation

from privacy_portal.pages.officer.queue_rows import Row
from privacy_portal.templatetags import each

TABLE = Template('{% load each %}{% each "officer/parts/queue_row.html" rows may_assign=may %}')
ROW = Row(
    "PR-1", "/office/requests/PR-1", "AE", "Olive Officer", "A copy of my records", "In review",
    "open", "Oct 2, 2026", "in 6 days", "Due soon", "waiting",
)  # fmt: skip
#: One of every sort of row: texts that are there, texts that are not, and what HTML means something by.
ROWS = {
    "all that a row can say": ROW,
    "nobody works on it": ROW._replace(assigned=""),
    "nothing presses": ROW._replace(urgency="", urgency_tone=""),
    "no due date": ROW._replace(due="No legal due date", distance="", urgency="", urgency_tone=""),
    "a name of signs": ROW._replace(assigned="""O'Hara <b>&amp; {0} %s "Sons\""""),
}


class Two(NamedTuple):
    """A row of a part that a test makes up."""

    first: str
    second: str


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Path]:
    """A folder of templates in which a test puts its own."""
    from django.conf import settings

    (engine,) = settings.TEMPLATES
    with override_settings(TEMPLATES=[engine | {"DIRS": [tmp_path, *engine["DIRS"]]}]):
        yield tmp_path


def _drawn(row: NamedTuple, part: str = "part.html") -> str:
    page = Template(f'{{% load each %}}{{% filled "{part}" row %}}')
    return page.render(Context({"row": row}))


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
@pytest.mark.parametrize("may", [True, False])
def test_a_row_is_what_the_template_makes_of_it(row: Row, may: bool) -> None:
    wanted = render_to_string("officer/parts/queue_row.html", {**row._asdict(), "may_assign": may})

    assert TABLE.render(Context({"rows": [row], "may": may})) == wanted


def test_rows_of_one_sort_are_drawn_once_and_stand_in_their_order() -> None:
    rows = [ROW._replace(reference=f"PR-{n}") for n in range(30)]
    with patch.object(each, "render_to_string", side_effect=each.render_to_string) as drawn:
        page = TABLE.render(Context({"rows": rows, "may": "drawn nowhere else"}))

    assert drawn.call_count == 2
    assert [page.index(f">PR-{n}<") for n in range(30)] == sorted(
        page.index(f">PR-{n}<") for n in range(30)
    )


def test_a_part_is_written_in_the_language_that_is_spoken() -> None:
    pages = {}
    for language in ("en", "es", "en"):
        with translation.override(language):
            pages[language] = TABLE.render(Context({"rows": [ROW], "may": True}))

    assert "Choose" in pages["en"]
    assert "Choose" not in pages["es"]


#: What a part may not do: it would be done to the examples, and not to what is shown.
REFUSED = {
    "other letters": "{{ first|upper }}",
    "cut off": "{{ first|truncatechars:4 }}",
    "lines": "{{ first|linebreaksbr }}",
    "not escaped": "{{ first|safe }}",
    "one by one": "{% for letter in first %}<b>{{ letter }}</b>{% endfor %}",
    "how long": "{{ first|length }}",
    "in an address": "{{ first|urlencode }}",
}


@pytest.mark.parametrize("part", REFUSED.values(), ids=REFUSED)
def test_a_part_that_changes_a_text_is_refused(part: str, made: Path) -> None:
    name = f"{abs(hash(part))}.html"
    (made / name).write_text(part)

    with pytest.raises(TypeError):
        _drawn(Two("one", "two"), name)


def test_a_text_that_was_made_safe_is_not_escaped_again(made: Path) -> None:
    from django.utils.safestring import mark_safe

    (made / "part.html").write_text("{{ first }}, {{ second }}: { }")

    assert _drawn(Two(mark_safe("<br>"), "<br>")) == "<br>, &lt;br&gt;: { }"


_TEMPLATES = Path(each.__file__).parents[1] / "templates"
_DRAWN = re.compile(r'\{% (?:each|filled) "([^"]+)"')
_CONDITION = re.compile(r"\{% (?:el)?if (.+?) %\}")


def test_no_part_compares_a_text_which_the_examples_would_not_show() -> None:
    pages = [one.read_text(encoding="utf-8") for one in _TEMPLATES.rglob("*.html")]
    drawn = {name for page in pages for name in _DRAWN.findall(page)}
    asked = {
        name: _CONDITION.findall((_TEMPLATES / name).read_text(encoding="utf-8")) for name in drawn
    }

    assert any(asked.values())
    for name, conditions in asked.items():
        assert all(one.isidentifier() for one in conditions), f"{name} asks more: {conditions}"
