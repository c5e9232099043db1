"""The schema says what the reader accepts."""

from datetime import date
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from requests_app.errors import BadInput
from requests_app.questions import example, json_schema, parse, questions_of
from tests.questions.test_parse import TODAY, Details, Form, body

SCHEMA = json_schema(Details)
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


def test_it_is_a_schema_and_closed() -> None:
    Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["additionalProperties"] is False
    assert SCHEMA["properties"]["sender"]["additionalProperties"] is False
    assert SCHEMA["required"] == ["records", "form", "parts", "summary", "sender"]


def test_question_and_hint_are_title_and_description_as_plain_text() -> None:
    records = SCHEMA["properties"]["records"]

    assert records["title"] == "Which records?"
    assert type(records["title"]) is str
    assert "description" not in records
    assert (records["minLength"], records["maxLength"]) == (1, 20)


def test_choices_carry_the_words_people_read() -> None:
    assert SCHEMA["properties"]["form"]["oneOf"] == [
        {"const": "paper", "title": "Paper"},
        {"const": "email", "title": "Email"},
    ]


def test_labels_come_in_place_of_the_members_own() -> None:
    from dataclasses import dataclass

    from requests_app.questions import choice

    @dataclass(frozen=True)
    class Labelled:
        form: Form = choice(Form, question="How?", labels={Form.PAPER: "On paper"}, hint="Either.")

    shown = json_schema(Labelled)["properties"]["form"]
    assert [one["title"] for one in shown["oneOf"]] == ["On paper", "Email"]
    assert shown["description"] == "Either."


def test_the_example_is_accepted_by_schema_and_reader() -> None:
    shown = example(Details)

    VALIDATOR.validate(shown)
    assert parse(Details, shown, today=TODAY).summary is True
    assert SCHEMA["examples"] == [shown]
    for name, question in questions_of(Details).items():
        assert question.schema(name)["examples"] == [shown[name]]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="right"),
        pytest.param({"note": None, "tell": None, "date_to": None}, id="nulls"),
        pytest.param({"records": None}, id="null"),
        pytest.param({"records": "x" * 21}, id="too long"),
        pytest.param({"form": "fax"}, id="not one of"),
        pytest.param({"parts": []}, id="nothing chosen"),
        pytest.param({"parts": ["visits", "visits"]}, id="twice"),
        pytest.param({"date_to": "2026-02-30"}, id="impossible date"),
        pytest.param({"summary": "yes"}, id="yes as text"),
        pytest.param({"tell": [{"name": "B"}] * 3}, id="too many"),
        pytest.param({"sender": {"name": "Ada", "age": 3}}, id="unknown inside"),
        pytest.param({"colour": "red"}, id="unknown"),
    ],
)
def test_schema_and_reader_agree(changes: dict[str, Any]) -> None:
    raw = body(**changes)
    try:
        parse(Details, raw, today=date(2026, 3, 2))
        read = True
    except BadInput:
        read = False

    assert VALIDATOR.is_valid(raw) is read
