"""A dataclass of questions as a form: what a browser sends becomes what `parse` takes, and back."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from privacy_portal.pages.forms import Form
from requests_app import questions
from requests_app.errors import BadInput
from requests_app.questions import choice, choices, day, group, many, text, yes_no
from requests_app.questions.amounts import instant, money, whole

TODAY = date(2026, 3, 2)


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Place:
    street: str = text(name="the street", question="Street")
    since: date | None = day(name="since when", question="Since when?", optional=True)


@dataclass(frozen=True)
class All:
    """One of everything."""

    line: str = text(name="the line", question="One line")
    lines: str | None = text(question="Many lines", multiline=True, max_length=40, optional=True)
    born: date = day(name="your date of birth", question="Born", not_future=True)
    sure: bool = yes_no(name="whether you are sure", question="Sure?")
    colour: Colour = choice(Colour, name="a colour", question="Which colour?")
    colours: tuple[Colour, ...] | None = choices(Colour, question="Which?", optional=True)
    paid: int | None = money(name="what you paid", question="Paid", optional=True)
    count: int | None = whole(least=1, most=9, question="How many?", optional=True)
    at: datetime | None = instant(name="the time", question="When?", optional=True)
    home: Place | None = group(Place, question="Home", optional=True)
    places: tuple[Place, ...] = many(Place, name="a place", question="Places", max_items=3)


GOOD = {
    "line": "Ada", "lines": "one\r\ntwo", "born.month": "2", "born.day": "29", "born.year": "1980",
    "sure": "false", "colour": "red", "colours": ["red", "blue"], "paid": "$1,035.50", "count": "3",
    "at.month": "3", "at.day": "1", "at.year": "2026", "at.time": "14:05",
    "places.0.street": "", "places.1.street": "1 Example Street", "places.1.since.month": "1",
    "places.1.since.day": "5", "places.1.since.year": "2020",
}  # fmt: skip


def sent(**changed: Any) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in (GOOD | {k.replace("__", "."): v for k, v in changed.items()}).items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def asked(**more: Any) -> Form:
    return Form(All, zone="America/New_York", **more)


def refused(data: QueryDict, **more: Any) -> Form:
    form = asked(**more).read(data)
    with pytest.raises(BadInput) as caught:
        questions.parse(All, form.raw(), at=form.at, today=TODAY)
    return form.refuse(caught.value)


def test_what_a_browser_sends_is_what_the_api_would_be_sent() -> None:
    answers = questions.parse(All, asked().read(sent()).raw(), today=TODAY)

    assert answers == All(
        line="Ada", lines="one\ntwo", born=date(1980, 2, 29), sure=False, colour=Colour.RED,
        colours=(Colour.RED, Colour.BLUE), paid=103550, count=3,
        at=datetime(2026, 3, 1, 19, 5, tzinfo=UTC), home=None,
        places=(Place(street="1 Example Street", since=date(2020, 1, 5)),),
    )  # fmt: skip


def test_a_body_fills_the_form_that_gives_it_back() -> None:
    raw = asked().read(sent()).raw()

    again = asked().fill(raw)

    assert again.raw() == raw
    assert again.typed["born"] == {"year": "1980", "month": "2", "day": "29"}


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        pytest.param({"line": ""}, "line", "Enter the line", id="empty"),
        pytest.param({"sure": ""}, "sure", "Choose yes or no: whether you are sure", id="no answer"),
        pytest.param({"colour": ""}, "colour", "Choose a colour", id="not chosen"),
        pytest.param({"born__year": ""}, "born-year",
                     "Your date of birth must include a year", id="no year"),
        pytest.param({"born__month": "", "born__day": ""}, "born-month",
                     "Your date of birth must include a month and a day", id="year only"),
        pytest.param({"born__day": "30"}, "born-month",
                     "Your date of birth must be a day that is in the calendar", id="30 February"),
        pytest.param({"born__day": "x"}, "born-month",
                     "Your date of birth must have a day that is a number, like 14", id="letters"),
        pytest.param({"born__year": "80"}, "born-month",
                     "Your date of birth must have a year of four digits, like 2026", id="1980?"),
        pytest.param({"born__year": "2026", "born__month": "4", "born__day": "1"}, "born-month",
                     "Your date of birth must be today or in the past", id="future"),
        pytest.param({"paid": "thirty"}, "paid",
                     "What you paid must be an amount in dollars, like 35 or 35.50", id="words"),
        pytest.param({"at__time": ""}, "at-time", "The time must include a time", id="no time"),
        pytest.param({"count": "77"}, "count", "Count must be a whole number from 1 to 9", id="77"),
        pytest.param({"places__1__street": ""}, "places-0-street", "Enter the street", id="inside"),
        pytest.param({"home__since__year": "2020"}, "home-street", "Enter the street", id="group"),
    ],
)  # fmt: skip
def test_each_state_of_each_field_has_its_own_sentence(
    changed: dict[str, str], field: str, sentence: str
) -> None:
    form = refused(sent(**changed))

    assert (f"#{field}", sentence) in [(line.href, line.sentence) for line in form.summary]
    shown = "".join(render_to_string(one.template, {"field": one}) for one in form.fields)
    assert f'id="{field}"' in shown
    assert sentence in shown.replace("&#x27;", "'")


def test_a_problem_without_a_field_stands_in_the_summary_alone() -> None:
    form = asked(only=("line",)).read(sent()).refuse(BadInput.one("/born", "Enter it."))

    assert [(line.href, line.sentence) for line in form.summary] == [("#main", "Enter it.")]


def test_answers_stay_as_they_were_typed() -> None:
    form = refused(sent(born__year="80", paid="thirty", places__1__street=""))

    shown = "".join(render_to_string(one.template, {"field": one}) for one in form.fields)
    for value in ('value="80"', 'value="thirty"', "one\ntwo</textarea>", 'value="false" checked'):
        assert value in shown


@pytest.mark.parametrize(
    ("data", "names"),
    [
        pytest.param(sent(add="places"), ["places.0.street", "places.1.street"], id="one more"),
        pytest.param(sent(remove="places.1"), ["places.0.street"], id="the last taken away"),
        pytest.param(
            sent(places__2__street="B", places__3__street="C", places__4__street="D", add="places"),
            [f"places.{at}.street" for at in range(3)],
            id="no more than allowed",
        ),
    ],
)
def test_rows_are_added_and_taken_away_without_a_script(data: QueryDict, names: list[str]) -> None:
    assert Form.changes_rows(data)

    (field,) = [one for one in asked().read(data).fields if one.name == "places"]

    assert [item.fields[0].name for item in field.items] == names


def test_a_form_with_a_prefix_keeps_to_its_own_names() -> None:
    data = QueryDict(mutable=True)
    data.update({f"b.{name}": value for name, value in GOOD.items() if isinstance(value, str)})
    data["line"] = "of another form"

    form = asked(prefix="b.").read(data)

    assert form.raw()["line"] == "Ada"
    assert form.fields[0].name == "b.line"
    assert form.refuse(BadInput.one("/line", "Enter it.")).summary[0].href == "#b-line"


def test_one_more_is_had_and_taken_away_in_a_form_with_a_prefix() -> None:
    """The page's other form does not grow with it."""
    data = QueryDict(mutable=True)
    data.update(
        {"details.places.0.street": "1 Example Street", "places.0.street": "2 Example Street"}
    )
    shown = asked(prefix="details.", only=("places",)).read(data)
    (before,) = shown.fields
    assert before.can_add
    assert len(before.items) == 1

    data["add"] = before.name  # what the button sends
    (more,) = asked(prefix="details.", only=("places",)).read(data).fields
    (other,) = asked(only=("places",)).read(data).fields
    assert [item.name for item in more.items] == ["details.places.0", "details.places.1"]
    assert [field.name for field in more.items[1].fields][:1] == ["details.places.1.street"]
    assert len(other.items) == 1

    del data["add"]
    data["details.places.1.street"] = "3 Example Street"
    data["remove"] = more.items[0].name
    (less,) = asked(prefix="details.", only=("places",)).read(data).fields
    assert [item.fields[0].value for item in less.items] == ["3 Example Street"]
