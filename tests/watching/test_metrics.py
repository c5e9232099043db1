"""`/metrics`: closed until opened, right by hand count, about nobody, and cheap to ask."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from audit import clock
from privacy_portal import metrics
from requests_app import measures
from requests_app.actions import outbox
from requests_app.actions.outbox import Outcome
from requests_app.kinds import registry
from tests.support import office
from tests.support.office import NOON

pytestmark = pytest.mark.django_db
TOKEN = "t" * 32
#: The text format, as Prometheus documents it: comments, and samples with labels and a number.
LINE = re.compile(
    r"# (?:HELP|TYPE) [a-z_]+ .+"
    r"|(?P<name>[a-z_]+)(?:\{(?P<label>[a-z]+)=\"(?P<value>[a-z_]+)\"\})? (?P<number>[0-9.]+)"
)


@pytest.fixture(autouse=True)
def clinic(db: None, settings: Any) -> Iterator[office.Office]:
    settings.METRICS_TOKEN = TOKEN
    metrics.forget()
    with clock.frozen(NOON):
        yield office.set_up()
    metrics.forget()


def scrape(token: str = TOKEN, *, fresh: bool = True) -> Any:
    if fresh:
        metrics.forget()
    return Client().get("/metrics", headers={"Authorization": f"Bearer {token}"})


def numbers(*, fresh: bool = True) -> dict[str, float]:
    """Every sample, by name and label."""
    answer = scrape(fresh=fresh)
    assert answer.status_code == 200
    found = {}
    for line in answer.content.decode().splitlines():
        match = LINE.fullmatch(line)
        assert match, line
        if match["name"]:
            key = match["name"].removeprefix("privacy_")
            found[f"{key} {match['value']}" if match["label"] else key] = float(match["number"])
    return found


# --- closed ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("set_to", "brought"),
    [
        pytest.param("", "Bearer ", id="nothing set, nothing brought"),
        pytest.param("", "Bearer x", id="nothing set"),
        pytest.param(TOKEN, "", id="nothing brought"),
        pytest.param(TOKEN, f"Bearer {TOKEN}x", id="another token"),
        pytest.param(TOKEN, f"Basic {TOKEN}", id="another scheme"),
        pytest.param(TOKEN, "Bearer é", id="not ASCII"),
    ],
)
def test_it_is_not_there_for_whoever_does_not_bring_the_token(
    settings: Any, set_to: str, brought: str
) -> None:
    settings.METRICS_TOKEN = set_to
    answer = Client().get("/metrics", headers={"Authorization": brought})
    assert (answer.status_code, answer.content) == (404, b"")


# --- right -----------------------------------------------------------------------------------------
def test_due_soon_and_overdue_are_counted_by_kind() -> None:
    """Received on March 2, access is due at the end of April 1 and accounting at that of May 1."""
    office.filed()
    office.filed()
    office.filed("accounting")
    due_at = office.filed().due_at
    assert due_at is not None

    found = []
    for now in (due_at - timedelta(days=7), due_at, due_at + timedelta(seconds=1)):
        with clock.frozen(now):
            one = numbers()
        found.append((one["requests_due_soon access"], one["requests_overdue access"]))
        assert (one["requests_due_soon accounting"], one["requests_overdue accounting"]) == (0, 0)
    assert found == [(0, 0), (3, 0), (0, 3)]


def test_what_was_answered_is_neither() -> None:
    office.do(office.filed(), "grant", "deliver")
    with clock.frozen(office.day("2026-12-01")):
        found = numbers()
    assert (found["requests_due_soon access"], found["requests_overdue access"]) == (0, 0)


def test_the_outbox_is_counted_by_the_way_things_go() -> None:
    office.listening()
    office.filed()
    (row,) = outbox.claim(now=NOON, most=1)
    outbox.end(row, Outcome.DEAD, now=NOON)

    with clock.frozen(NOON + timedelta(minutes=5)):
        found = numbers()

    assert (found["outbox_open mail"], found["outbox_open webhook"]) == (1, 1)
    assert (found["outbox_dead mail"], found["outbox_dead webhook"]) == (1, 0)
    assert (found["outbox_age_seconds mail"], found["outbox_age_seconds webhook"]) == (300, 300)


def test_the_sweep_is_behind_by_the_age_of_what_it_has_not_acted_on() -> None:
    office.filed()
    first = office.day("2026-03-25").replace(hour=8) - timedelta(hours=1)  # 8:00 in summer time

    lags = []
    for after in (timedelta(0), timedelta(minutes=10)):
        with clock.frozen(first + after):
            lags.append(numbers()["sweep_lag_seconds"])
    assert lags == [0, 600]


# --- about nobody, and cheap -------------------------------------------------------------------------
def test_names_and_labels_are_words_of_closed_sets() -> None:
    office.filed()
    kinds = {kind.name for kind in registry.all_kinds()}
    found = {key.partition(" ") for key in numbers()}
    assert {name for name, _, _ in found} == {
        gauge.name.removeprefix("privacy_") for gauge in metrics.GAUGES
    }
    assert {label for _, _, label in found} == kinds | set(measures.WAYS) | {""}


def test_prometheus_own_parser_reads_it_the_same() -> None:
    office.filed()
    families = list(text_string_to_metric_families(scrape().content.decode()))
    read = {
        f"{one.name.removeprefix('privacy_')} {''.join(one.labels.values())}".strip(): one.value
        for family in families
        for one in family.samples
    }
    assert {family.type for family in families} == {"gauge"}
    assert read == numbers(fresh=False)


def test_asked_again_within_seconds_nothing_is_asked_of_the_database() -> None:
    scrape()
    with CaptureQueriesContext(connection) as seen:
        scrape(fresh=False)
    assert not [one for one in seen.captured_queries if "requests_app" in one["sql"]]


def test_a_count_stops_where_it_says_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "MOST", 2)
    for _ in range(3):
        office.filed()
    found = numbers()
    assert (found["outbox_open mail"], found["requests_due_soon access"]) == (2, 0)
    with clock.frozen(office.day("2026-12-01")):
        assert numbers()["requests_overdue access"] == 2


def test_statements_that_take_long_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "PATIENCE", "20ms")
    monkeypatch.setattr(measures, "_BY_KIND", "SELECT 'access', %s, %s, %s, pg_sleep(1)")
    with pytest.raises(OperationalError):
        measures.measures(now=NOON)


def test_while_the_database_does_not_answer_there_are_no_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(**_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(metrics, "measures", fail)
    assert scrape().status_code == 503
