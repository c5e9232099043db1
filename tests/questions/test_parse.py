"""Answers are read strictly, all problems at once, each with its own sentence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from typing import Any

import msgspec
import pytest
from django.utils.functional import lazystr
from hypothesis import given
from hypothesis import strategies as st

from requests_app.errors import BadInput, Problem
from requests_app.questions import (
    Fault,
    choice,
    choices,
    day,
    example,
    group,
    many,
    parse,
    questions_of,
    text,
    yes_no,
)
from tests.properties import calm

TODAY = date(2026, 3, 2)


class Form(StrEnum):
    PAPER = "paper"
    EMAIL = "email"


class Part(Enum):
    VISITS = "visits"
    BILLS = "bills"
    IMAGES = "images"


@dataclass(frozen=True)
class Person:
    name: str = text(question="Who?", name="the person’s name", max_length=10)
    phone: str | None = text(question="Telephone?", optional=True)


@dataclass(frozen=True, slots=True)
class Details:
    note: str | None = text(
        question="Anything else?", name="your note", max_length=2000, multiline=True, optional=True
    )
    records: str = text(
        question=lazystr("Which records?"), name=lazystr("the records you want"), max_length=20
    )
    form: Form = choice(Form, question="How?", name="how you want them")
    parts: tuple[Part, ...] = choices(Part, question="Which parts?", name="the parts")
    date_from: date | None = day(
        question="From?", not_future=True, not_before=date(2000, 1, 1), optional=True
    )
    date_to: date | None = day(question="To?", optional=True)
    summary: bool = yes_no(question="Summary?", name="you want a summary")
    sender: Person = group(Person, question="From whom?", name="the sender")
    tell: tuple[Person, ...] | None = many(
        Person, question="Whom to tell?", name="the people to tell", max_items=2, optional=True
    )

    def problems(self) -> Iterable[Problem]:
        if self.date_from and self.date_to and self.date_to < self.date_from:
            yield Problem("/date_to", "The last day must not be before the first day")


def body(**changes: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "records": "Visit notes",
        "form": "email",
        "parts": ["images", "visits"],
        "summary": False,
        "sender": {"name": "Ada"},
    }
    return {key: value for key, value in (whole | changes).items() if value is not ...}


def problems(raw: object, **options: Any) -> list[tuple[str, str]]:
    with pytest.raises(BadInput) as refused:
        parse(Details, raw, today=TODAY, **options)
    return [(problem.field, problem.sentence) for problem in refused.value.problems]


def test_a_right_body_becomes_the_dataclass() -> None:
    details = parse(
        Details,
        body(date_from="2026-03-02", tell=[{"name": "Bo", "phone": "555-0100"}]),
        today=TODAY,
    )

    assert details.records == "Visit notes"
    assert details.form is Form.EMAIL
    assert details.parts == (Part.VISITS, Part.IMAGES)
    assert details.date_from == TODAY
    assert details.summary is False
    assert details.sender == Person(name="Ada", phone=None)
    assert details.tell == (Person(name="Bo", phone="555-0100"),)


@pytest.mark.parametrize("blank", [..., None, "", "  ", " \n ", "\u200b\u200d"])
def test_an_optional_answer_that_is_absent_or_blank_is_none(blank: object) -> None:
    assert parse(Details, body(note=blank), today=TODAY).note is None


@pytest.mark.parametrize("blank", [..., None, ""])
def test_an_optional_date_or_list_that_is_absent_is_none(blank: object) -> None:
    details = parse(Details, body(date_to=blank, tell=[] if blank == "" else blank), today=TODAY)

    assert (details.date_to, details.tell) == (None, None)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        pytest.param({"records": ...}, "records", "Enter the records you want", id="absent"),
        pytest.param({"records": None}, "records", "Enter the records you want", id="null"),
        pytest.param({"records": " \t "}, "records", "Enter the records you want", id="blank"),
        pytest.param({"records": 7}, "records", "The records you want must be text", id="number"),
        pytest.param({"records": ["a"]}, "records", "The records you want must be text", id="list"),
        pytest.param({"records": "x" * 21}, "records",
                     "The records you want must be 20 characters or fewer", id="too long"),
        pytest.param({"note": "x" * 2001}, "note", "Your note must be 2,000 characters or fewer",
                     id="much too long"),
        pytest.param({"records": "a\nb"}, "records", "The records you want must be on one line",
                     id="two lines"),
        pytest.param({"form": ...}, "form", "Choose how you want them", id="nothing chosen"),
        pytest.param({"form": ""}, "form", "Choose how you want them", id="chosen blank"),
        pytest.param({"form": "Email"}, "form",
                     "How you want them must be one of: paper, email", id="another case"),
        pytest.param({"form": 1}, "form", "How you want them must be one of: paper, email",
                     id="choice as number"),
        pytest.param({"form": ["email"]}, "form",
                     "How you want them must be one of: paper, email", id="choice as list"),
        pytest.param({"parts": []}, "parts", "Choose the parts", id="no part"),
        pytest.param({"parts": "visits"}, "parts", "The parts must be a list", id="not a list"),
        pytest.param({"parts": ["visits", "x"]}, "parts/1",
                     "The parts must be one of: visits, bills, images", id="one wrong part"),
        pytest.param({"parts": ["visits", "visits"]}, "parts",
                     "The parts must name each choice once", id="twice"),
        pytest.param({"date_from": "2 March"}, "date_from",
                     "Date from must be a date written as year-month-day, like 2026-03-27",
                     id="not a date"),
        pytest.param({"date_from": 20260302}, "date_from",
                     "Date from must be a date written as year-month-day, like 2026-03-27",
                     id="date as number"),
        pytest.param({"date_from": "20260302"}, "date_from",
                     "Date from must be a date written as year-month-day, like 2026-03-27",
                     id="date without hyphens"),
        pytest.param({"date_from": "٢٠٢٦-٠٣-٠٢"}, "date_from",
                     "Date from must be a date written as year-month-day, like 2026-03-27",
                     id="other digits"),
        pytest.param({"date_from": "2026-02-29"}, "date_from",
                     "Date from must be a day that is in the calendar", id="no leap day"),
        pytest.param({"date_from": "2026-03-03"}, "date_from",
                     "Date from must be today or in the past", id="tomorrow"),
        pytest.param({"date_from": "1999-12-31"}, "date_from",
                     "Date from must be on or after Jan. 1, 2000", id="too early"),
        pytest.param({"summary": ...}, "summary",
                     "Answer yes or no: you want a summary (true or false)", id="not answered"),
        pytest.param({"summary": "true"}, "summary",
                     "Answer yes or no: you want a summary (true or false)", id="yes as text"),
        pytest.param({"summary": 1}, "summary",
                     "Answer yes or no: you want a summary (true or false)", id="yes as number"),
        pytest.param({"sender": "Ada"}, "sender",
                     "The sender must be a group of named answers", id="group as text"),
        pytest.param({"sender": {}}, "sender/name", "Enter the person’s name", id="inside a group"),
        pytest.param({"sender": {"name": "Ada", "age": 3}}, "sender/age",
                     "There is no question called “age” here. Leave it out.",
                     id="unknown in a group"),
        pytest.param({"tell": {"name": "Bo"}}, "tell", "The people to tell must be a list",
                     id="many as one"),
        pytest.param({"tell": [{"name": "Bo"}, {"name": ""}]}, "tell/1/name",
                     "Enter the person’s name", id="inside many"),
        pytest.param({"tell": [{"name": "B"}] * 3}, "tell",
                     "The people to tell must be 2 or fewer", id="too many"),
        pytest.param({"date_from": "2026-03-01", "date_to": "2026-02-01"}, "date_to",
                     "The last day must not be before the first day", id="impossible together"),
        pytest.param({"colour": "red"}, "colour",
                     "There is no question called “colour” here. Leave it out.", id="unknown"),
        pytest.param({"a/b~c": 1}, "a~1b~0c",
                     "There is no question called “a/b~c” here. Leave it out.", id="odd name"),
    ],
)  # fmt: skip
def test_each_problem_names_its_field_and_what_to_do(
    changes: dict[str, Any], field: str, sentence: str
) -> None:
    assert problems(body(**changes)) == [(f"/details/{field}", sentence)]


NULL = "contains a null character that cannot be kept. Remove it."
CONTROL = "contains an invisible control character. Remove it."
HALF = "contains half of a character. Remove it or type it again."
DIRECTION = "contains an invisible character that turns the direction of text. Remove it."


@pytest.mark.parametrize(
    ("sign", "words"),
    [
        pytest.param("\x00", NULL, id="null"),
        pytest.param("\x01", CONTROL, id="start of heading"),
        pytest.param("\x1b", CONTROL, id="escape"),
        pytest.param("\x7f", CONTROL, id="delete"),
        pytest.param("\x85", CONTROL, id="next line"),
        pytest.param("\x0b", CONTROL, id="vertical tab"),
        pytest.param("\u2028", CONTROL, id="line separator"),
        pytest.param("\ud800", HALF, id="half a pair"),
        pytest.param("\udfff", HALF, id="the other half"),
        pytest.param("\u202e", DIRECTION, id="right-to-left override"),
        pytest.param("\u2066", DIRECTION, id="isolate"),
    ],
)
@pytest.mark.parametrize("where", ["{}notes", "no{}tes", "notes{}"])
def test_characters_that_cannot_be_kept_are_refused_wherever_they_stand(
    sign: str, words: str, where: str
) -> None:
    found = problems(body(records=where.format(sign), note=where.format(sign)))

    assert found == [
        ("/details/note", f"Your note {words}"),
        ("/details/records", f"The records you want {words}"),
    ]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        pytest.param("  a b \n", "a b", id="trimmed"),
        pytest.param("one\r\ntwo\rthree", "one\ntwo\nthree", id="line ends"),
        pytest.param("a\tb", "a\tb", id="a tab"),
        pytest.param("Andre\u0301", "André", id="composed"),
        pytest.param("👩\u200d⚕️ שלום\u200f", "👩\u200d⚕️ שלום\u200f", id="joiners and marks"),
    ],
)
def test_text_is_tidied_and_otherwise_kept(typed: str, kept: str) -> None:
    assert parse(Details, body(note=typed), today=TODAY).note == kept


def test_length_counts_characters_after_composing() -> None:
    assert parse(Details, body(records="e\u0301" * 20), today=TODAY).records == "é" * 20


def test_all_problems_come_at_once_and_under_the_given_pointer() -> None:
    found = problems({"records": 1, "extra": 2, "sender": {"name": "x" * 11}}, at="")

    assert [field for field, _ in found] == [
        "/records",
        "/form",
        "/parts",
        "/summary",
        "/sender/name",
        "/extra",
    ]


@pytest.mark.parametrize("raw", [None, [], "text", 3, True])
def test_a_body_that_is_no_object_is_sent_back(raw: object) -> None:
    assert problems(raw) == [
        ("/details", "Send the answers as an object whose names are the questions")
    ]


def test_the_name_of_an_unknown_field_is_shown_short_and_visible() -> None:
    ((field, sentence),) = problems(body(**{"\ud800\x1b\u202e" + "x" * 1000: 1}))

    assert field == "/details/\ufffd\ufffd\ufffd" + "x" * 37
    sentence.encode("utf-8")


def test_a_question_may_bring_its_own_sentence() -> None:
    @dataclass(frozen=True)
    class Own:
        why: str = text(question="Why?", errors={Fault.EMPTY: "Tell us why, in a few words"})

    with pytest.raises(BadInput) as refused:
        parse(Own, {}, today=TODAY)
    assert refused.value.problems == (Problem("/details/why", "Tell us why, in a few words"),)


def test_no_sentence_blames_or_begs() -> None:
    from requests_app.questions.wording import SENTENCES, UNKNOWN

    said = " ".join(str(words) for words in [*SENTENCES.values(), UNKNOWN]).lower()
    assert set(SENTENCES) == set(Fault)
    assert not any(word in said for word in ("invalid", "please", "sorry", "required"))


def test_a_field_without_a_question_raises() -> None:
    @dataclass(frozen=True)
    class Silent:
        why: str = ""

    with pytest.raises(TypeError, match="asks no question"):
        questions_of(Silent)


def test_an_enum_of_numbers_is_no_choice() -> None:
    class Number(Enum):
        ONE = 1

    with pytest.raises(TypeError, match="Number must have texts"):
        choice(Number, question="How many?")


def test_answers_can_be_sealed_and_read_back() -> None:
    details = parse(Details, body(date_from="2026-03-02", tell=[{"name": "Bo"}]), today=TODAY)

    assert msgspec.json.decode(msgspec.json.encode(details), type=Details) == details


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@calm
@given(st.dictionaries(st.sampled_from([*example(Details), "other"]), json_values))
def test_whatever_is_sent_is_read_or_sent_back_with_pointers(raw: dict[str, Any]) -> None:
    found: tuple[Problem, ...] = ()
    try:
        parse(Details, raw, today=TODAY)
    except BadInput as refused:
        found = refused.problems

    missing = {"records", "form", "parts", "summary", "sender"} - set(raw)
    assert {f"/details/{name}" for name in missing} <= {problem.field for problem in found}
    assert all(problem.field.startswith("/details") and problem.sentence for problem in found)
