"""Log lines hold ids and event names. Whatever else is offered to them is left out."""

import json
import logging
from uuid import UUID

import pytest
from gunicorn.config import Config

from audit import context
from privacy_portal import logging as portal_logging
from privacy_portal.logging import CONFIG, JsonFormatter, log_event
from privacy_portal.web_log import Lines

CANARY = "Canary-Patient 1970-01-01"


def line(record: logging.LogRecord) -> dict[str, object]:
    parsed: dict[str, object] = json.loads(JsonFormatter().format(record))
    return parsed


def record(name: str, msg: object, *args: object, **more: object) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.ERROR, __file__, 7, msg, args, None)
    made.__dict__.update(more)
    return made


@pytest.mark.parametrize(
    "offered",
    [
        pytest.param(record("django.request", "Not found: %s", CANARY), id="a library's argument"),
        pytest.param(record("celery.worker", f"got {CANARY}"), id="a library's message"),
        pytest.param(record("privacy_portal.web", f"looked at {CANARY}"), id="our own message"),
        pytest.param(record("audit.log", "log.read", facts={"name": CANARY}), id="unknown fact"),
        pytest.param(record("audit.log", "log.read", facts={"actor": CANARY}), id="fact not an id"),
        pytest.param(record("audit.log", "log.read", request=CANARY), id="an attribute"),
    ],
)
def test_what_may_be_about_a_person_is_left_out(offered: logging.LogRecord) -> None:
    text = json.dumps(line(offered))

    assert "Canary" not in text
    assert "1970" not in text


def test_an_event_of_ours_keeps_its_name_facts_and_request_id() -> None:
    offered = record("privacy_portal.access", "http.answered", facts={"status": 200, "route": "a/"})

    with context.entered(context.RequestContext(request_id="abc")):
        kept = line(offered)

    assert kept["event"] == "http.answered"
    assert (kept["status"], kept["route"], kept["request_id"]) == (200, "a/", "abc")


def test_an_id_of_any_type_can_be_written() -> None:
    row = UUID("00000000-0000-4000-8000-000000000001")
    assert line(record("audit.log", "log.read", facts={"object_id": row}))["object_id"] == str(row)


def test_an_unknown_fact_is_refused_where_it_is_written() -> None:
    with pytest.raises(ValueError, match="FACTS"):
        log_event(logging.getLogger("privacy_portal"), "a.b", patient=CANARY)


def test_a_traceback_is_places_and_types_through_the_whole_chain() -> None:
    try:
        try:
            int(CANARY)
        except ValueError as first:
            raise RuntimeError(CANARY) from first
    except RuntimeError as failure:
        places = portal_logging.places(failure)

    assert [entry["type"] for entry in places] == ["builtins.RuntimeError", "builtins.ValueError"]
    assert "test_logging.py" in places[0]["at"][0]
    assert "Canary" not in json.dumps(places)


def test_a_warning_leaves_its_place_only(caplog: pytest.LogCaptureFixture) -> None:
    portal_logging.write_warning(UserWarning(f"odd: {CANARY}"), UserWarning, __file__, 7)
    written = line(caplog.records[-1])
    assert (written["logger"], written["place"]) == ("py.warnings", "tests/house/test_logging.py:7")
    assert "Canary" not in json.dumps(written)


@pytest.mark.parametrize("level", ["critical", "error", "warning", "info", "exception"])
def test_gunicorn_leaves_the_place_that_spoke_only(
    level: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its access log, asked for here, gets nothing at all."""
    cfg = Config()
    cfg.set("accesslog", "-")
    lines = Lines(cfg)
    getattr(lines, level)("Invalid request: %s", CANARY)
    lines.access(CANARY)
    said = capsys.readouterr()
    assert said.out == ""
    written = json.loads(said.err)
    assert "tests/house/test_logging.py" in written["place"]
    assert "Canary" not in said.err


def test_no_logger_writes_past_the_formatter() -> None:
    handlers = [
        name for logger in CONFIG["loggers"].values() for name in logger.get("handlers", [])
    ]

    assert handlers == []
    assert CONFIG["root"]["handlers"] == ["lines"]
