"""Many lines at once: NDJSON, CSV or a JSON object, with a report line by line."""

import csv
import io
import json
from typing import Any

from rest_framework.parsers import BaseParser
from rest_framework.request import Request as Call
from rest_framework.response import Response

from privacy_portal.api.base import Resource, body
from privacy_portal.api.described import described
from privacy_portal.api.parsers import StrictJSON
from privacy_portal.api.schemas import FLAG, TEXT, WHOLE, a_list, an_object
from privacy_portal.api.schemas import shaped as like
from requests_app.errors import BadInput
from requests_app.intake import taking
from requests_app.intake.lines import DISCLOSURE, SORTS
from requests_app.questions import EXAMPLE_ID

#: A call takes no more; what is left is sent in another, and what came twice is known again.
LARGEST = 16 << 20
_TRUTH = {"yes": True, "no": False, "true": True, "false": False}
_COUNTED = {"count", "individuals", "fee", "price", "paid"}


class Ndjson(BaseParser):
    """`application/x-ndjson`: one JSON object a line. A line that is none is reported as such."""

    media_type = "application/x-ndjson"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        return {"lines": [_object(line) for line in _text(stream).splitlines() if line.strip()]}


class Csv(BaseParser):
    """`text/csv` with a heading. `held.law` is the fact `law`, `series.count` a member of `series`."""

    media_type = "text/csv"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        reader = csv.DictReader(io.StringIO(_text(stream), newline=""))
        return {"lines": [_nested(row) for row in reader]}


def _text(stream: Any) -> str:
    raw = stream.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise BadInput.one("", "The body must be 16 megabytes or less. Send it in parts.")
    try:
        return str(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadInput.one("", "Send the lines in UTF-8.") from None


def _object(line: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _nested(row: dict[Any, Any]) -> object:
    """A row as an object: empty cells left out, dotted names taken apart."""
    if None in row:
        return None  # more cells than the heading names
    found: dict[str, Any] = {}
    for name, cell in row.items():
        if cell is None or not cell.strip():
            continue
        first, _, rest = name.partition(".")
        if first == "held" and rest:
            found.setdefault("held", []).append({"name": rest, "value": cell})
        elif rest:
            found.setdefault(first, {})[rest] = _value(rest, cell)
        else:
            found[first] = _value(first, cell)
    return found


def _value(name: str, cell: str) -> object:
    if name in _COUNTED and cell.strip().isdecimal():
        return int(cell)
    return _TRUTH.get(cell.strip().lower(), cell)


_LINE = {
    "key": "records-system:1001",
    "line": DISCLOSURE,
    "patient": EXAMPLE_ID,
    "basis": "PH",
    "disclosed_on": "2026-02-03",
    "recipient_name": "Example County Health Department",
    "description": "One test result",
    "purpose": "Reporting of a notifiable disease",
}
ASKS = {
    "application/json": an_object(
        lines=a_list(
            {
                "type": "object",
                "properties": {
                    "key": TEXT,
                    "line": {"enum": [DISCLOSURE, *SORTS]},
                },
                "additionalProperties": True,
            }
        )
    ),
    "application/x-ndjson": TEXT,
    "text/csv": TEXT,
}
_PROBLEM = an_object(pointer=like(TEXT, "/basis"), detail=TEXT)
REPORT = an_object(
    preview=FLAG,
    taken=like(WHOLE, 1),
    already=like(WHOLE, 0),
    sorts={"type": "object", "examples": [{"disclosure": 1}]},
    refused=a_list(an_object(line=WHOLE, key=TEXT, errors=a_list(_PROBLEM))),
)


class Intake(Resource):
    """Lines that are taken."""

    parser_classes = (StrictJSON, Ndjson, Csv)
    preview = False

    @described(
        tag="intake",
        asks=ASKS,
        asked={"One line": {"lines": [_LINE]}},
        gives=REPORT,
        name="intake_take",
    )
    def post(self, request: Call) -> Response:
        """Take many lines: disclosures, and what a practice already has on its first day.

        As NDJSON, CSV, or a JSON object of `lines`. Good lines are kept, bad lines returned with what
        to put right. Each has a `key` of the sender's own, so the whole may be sent twice. A patient
        may be named by `record_number`. A `request` has its true receipt and, in `moves`, what had been
        done on it, extensions among them; a restriction, preference or objection likewise.
        """
        return self.taken(request)

    def taken(self, request: Call) -> Response:
        """The report."""
        lines = body(request).get("lines")
        if not isinstance(lines, list):
            raise BadInput.one("/lines", "Send a list of lines.")
        return Response(_report(taking.take(lines, **self.who, preview=self.preview)))


class Preview(Intake):
    """Lines that are only tried."""

    preview = True

    @described(
        tag="intake",
        asks=ASKS,
        asked={"One line": {"lines": [_LINE]}},
        gives=REPORT,
        name="intake_preview",
    )
    def post(self, request: Call) -> Response:
        """Try the same lines and keep nothing: the report says what would be taken."""
        return self.taken(request)


def _report(report: taking.Report) -> dict[str, Any]:
    return {
        "preview": report.preview,
        "taken": report.taken,
        "already": report.already,
        "sorts": report.sorts,
        "refused": [
            {
                "line": one.line,
                "key": one.key,
                "errors": [{"pointer": p.field, "detail": p.sentence} for p in one.problems],
            }
            for one in report.refused
        ],
    }
