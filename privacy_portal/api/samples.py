"""Worked answers for the OpenAPI document, made from the shapes themselves."""

from http import HTTPStatus
from typing import Any

from privacy_portal.api.problems import problem
from privacy_portal.api.schemas import Schema
from requests_app.people.references import EXAMPLE
from requests_app.questions import EXAMPLE_ID

#: What stands in an example under a name, wherever that name is used.
_SHOWN: dict[str, Any] = {
    "id": EXAMPLE_ID,
    "patient": EXAMPLE_ID,
    "site": EXAMPLE_ID,
    "account": EXAMPLE_ID,
    "representative": EXAMPLE_ID,
    "assigned_to": EXAMPLE_ID,
    "reference": EXAMPLE,
    "kind": "access",
    "title": "A copy of my records",
    "state": "in_review",
    "state_label": "In progress",
    "channel": "portal",
    "citation": "45 CFR 164.524",
    "etag": '"3"',
    "url": f"/api/v1/requests/{EXAMPLE}",
    "next": "WyIyMDI2LTAzLTAyIl0:1abcde:example",
    "method": "POST",
    "name": "grant",
    "move": "grant",
    "by": "Olive Officer",
    "fee_cents": 650,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "due_on": "2026-04-01",
    "answered_on": None,
    "answered_at": None,
    "reason": None,
    "late": False,
}
_BY_FORMAT = {"date-time": "2026-03-02T17:00:00+00:00", "date": "2026-03-02"}


def sample(schema: Schema, name: str = "") -> Any:
    """An answer of this shape: examples of its own, else by name, else by kind."""
    if schema.get("examples"):
        return schema["examples"][0]
    kinds = schema.get("type", "object")
    kind = kinds[0] if isinstance(kinds, list) else kinds
    if kind == "object":
        inside: dict[str, Schema] = schema.get("properties", {})
        return {key: sample(shape, key) for key, shape in inside.items()}
    if kind == "array":
        return [sample(schema["items"], name)]
    if name in _SHOWN:
        return _SHOWN[name]
    if kind == "string":
        return _BY_FORMAT.get(schema.get("format", ""), f"The {name.replace('_', ' ')}".strip())
    return {"integer": 1, "boolean": True}[kind]


def problem_sample(status: int) -> dict[str, Any]:
    """A problem document of this status."""
    more: dict[str, Any] = {}
    if status == 422:
        more["errors"] = [{"pointer": "/details/records", "detail": "Enter the records you want"}]
    if status in {409, 412}:
        more = {"state": "in_review", "etag": '"3"', "actions": ["grant", "deny"]}
    return problem(status, _PROBLEMS[status], title=HTTPStatus(status).phrase, **more)


_PROBLEMS = {
    401: "Sign in first: send a token in the Authorization header, as `Bearer` and the token.",
    403: "Only the privacy office can do this.",
    404: "There is nothing here under that reference.",
    409: "This is not possible while the request is “In progress”.",
    412: "This request has changed since you looked at it. Look at it again.",
    422: "There is a problem with what was sent.",
    428: "Send an If-Match header with the ETag of the version you looked at.",
    429: "There were too many attempts. Wait five minutes, then try again.",
    503: "Documents cannot be reached at the moment. Try again in a few minutes.",
}
