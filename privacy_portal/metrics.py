"""`/metrics` for Prometheus: closed until a token is set, and nothing in it about anybody.

Every number is asked of PostgreSQL when it is scraped, so that each process of the web server says
the same; asked at most once in REMEMBERED seconds by each.
"""

import hmac
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from audit import clock
from privacy_portal.accounts import refusals
from privacy_portal.network import client_address
from requests_app.measures import Measures, measures

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
REMEMBERED = 10.0  # seconds
#: Labels, by name, and the number they stand beside.
Sample = tuple[Mapping[str, str], float]


@dataclass(frozen=True, slots=True)
class Gauge:
    """One number that goes up and down, or one for each value of a label of a closed set."""

    name: str
    help: str
    read: Callable[[Measures], Iterable[Sample]]


def _kinds(found: Mapping[str, int]) -> list[Sample]:
    return [({"kind": kind}, count) for kind, count in found.items()]


#: What is measured. What somebody else measures joins here, as one line.
GAUGES: tuple[Gauge, ...] = (
    Gauge(
        "privacy_requests_due_soon",
        "Open requests due within seven days.",
        lambda found: _kinds(found.due_soon),
    ),
    Gauge(
        "privacy_requests_overdue",
        "Open requests past their due day.",
        lambda found: _kinds(found.overdue),
    ),
    Gauge(
        "privacy_outbox_open",
        "Rows of the outbox that wait to be told.",
        lambda found: [({"way": way}, one.open) for way, one in found.outbox.items()],
    ),
    Gauge(
        "privacy_outbox_age_seconds",
        "How long the oldest of them has waited.",
        lambda found: [({"way": way}, one.age) for way, one in found.outbox.items()],
    ),
    Gauge(
        "privacy_outbox_dead",
        "Rows given up after many tries.",
        lambda found: [({"way": way}, one.dead) for way, one in found.outbox.items()],
    ),
    Gauge(
        "privacy_sweep_lag_seconds",
        "How long the oldest due instant has waited for the sweep.",
        lambda found: [({}, found.sweep_lag)],
    ),
    Gauge(
        "privacy_pending_seals",
        "Log entries that wait for their place in the tree.",
        lambda found: [({}, found.pending_seals)],
    ),
    Gauge(
        "privacy_pending_seals_age_seconds",
        "How long the oldest of them has waited.",
        lambda found: [({}, found.pending_seals_age)],
    ),
)
_known: dict[str, tuple[float, Measures]] = {}


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The numbers, to whoever brings the token; the page is not there for anybody else."""
    if not _brings_the_token(request):
        refusals.note(client_address(request), what="token")
        return HttpResponse(status=404)
    try:
        found = _measured()
    except OperationalError:
        return HttpResponse(status=503)
    return HttpResponse(exposition(found), content_type=CONTENT_TYPE)


def exposition(found: Measures) -> str:
    """The text format of Prometheus. Labels are words of closed sets, so nothing needs escaping."""
    lines = []
    for gauge in GAUGES:
        lines += [f"# HELP {gauge.name} {gauge.help}", f"# TYPE {gauge.name} gauge"]
        lines += [f"{gauge.name}{_labels(labels)} {value}" for labels, value in gauge.read(found)]
    return "\n".join(lines) + "\n"


def _labels(labels: Mapping[str, str]) -> str:
    inside = ",".join(f'{name}="{value}"' for name, value in labels.items())
    return f"{{{inside}}}" if inside else ""


def _brings_the_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    expected: str = settings.METRICS_TOKEN
    right = hmac.compare_digest(token.strip().encode(), expected.encode())
    return bool(expected) and scheme.lower() == "bearer" and right


def _measured() -> Measures:
    """What this process knows of the database, asked again when it is old."""
    name = str(connection.settings_dict["NAME"])
    asked_at, found = _known.get(name, (0.0, None))
    if found is None or time.monotonic() - asked_at > REMEMBERED:
        found = measures(now=clock.now())
        _known[name] = (time.monotonic(), found)
    return found


def forget() -> None:
    """Ask the database again; for tests."""
    _known.clear()
