"""Questions that a check gives back, asked on the page that asked it."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest

from requests_app.disclosures.check.findings import Ask

_ANSWERS = "/answers/"


def answered(request: HttpRequest) -> list[dict[str, Any]]:
    """Yes and no to the questions that an earlier answer gave back."""
    sent = {name: request.POST[name] for name in request.POST if name.startswith("q.")}
    return [
        {"name": name.removeprefix("q."), "answer": value == "true"}
        for name, value in sent.items()
        if value in {"true", "false"}
    ]


def open_questions(found: Sequence[Ask], given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The open questions: those with yes or no are asked here, the others name their field.

    What was answered already goes along unseen, so that the next answer rests on it as well.
    """
    asked = [_question(one) for one in found]
    known = {one["name"] for one in asked}
    return asked + [
        {"name": f"q.{one['name']}", "kept": "true" if one["answer"] else "false"}
        for one in given
        if f"q.{one['name']}" not in known
    ]


def _question(one: Ask) -> dict[str, Any]:
    yes_no = one.field.startswith(_ANSWERS)
    return {
        "name": f"q.{one.field.removeprefix(_ANSWERS)}" if yes_no else "",
        "id": one.field.strip("/").replace("/", "-").replace("_", "-"),
        "question": str(one.question),
        "citation": one.citation,
    }
