"""Whatever fails meanwhile, each thing that falls due is done once and said at least once.

Real processes: PostgreSQL, the broker, workers, two beats, a mail server.  Workers are killed in the
middle of their work, at random; the broker is emptied and started anew, PostgreSQL restarted; the
mail server refuses, hangs up and heals; the clock jumps a day ahead and back.  What may come twice is
a message, under the same Message-ID; what may not is its record.  Nothing is missing.

The short form runs in `make test`, the whole in `make soak`.
"""

import contextlib
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from audit import clock, keys, log
from audit.log import Facet
from privacy_portal.mail.messages import message_id
from requests_app import events
from requests_app.actions import falling_due, outbox, representatives
from requests_app.falling_due.models import FallsDue, Outage
from requests_app.kinds.models import DueInstant
from requests_app.outbox import OutboxRow, Topic
from tests.support import many, office, smtp
from tests.support.database import ROOT
from tests.support.servers_apart import Apart, reached, servers
from tests.support.shop import Shop
from tests.support.smtp import Mood, PostOffice

A_DAY = 86_400  # seconds
#: Ahead of the jump by more than any lease and by the first waits after a failure.
AT_LAST = A_DAY + 6 * 3600
PATIENCE = 900  # seconds for everything between two kills, on a machine that is busy otherwise


@dataclass(frozen=True)
class Form:
    """How many reminders and ends of authority fall due, and how many workers are killed."""

    reminders: int
    authorities: int
    kills: int

    @property
    def effects(self) -> int:
        """Reminders acted on, messages taken, authorities ended."""
        return 2 * self.reminders + self.authorities


SHORT = Form(reminders=270, authorities=30, kills=4)
WHOLE = Form(reminders=9_000, authorities=1_000, kills=50)


@pytest.fixture
def apart(django_test_environment: None, django_db_blocker: Any) -> Iterator[Apart]:
    with servers() as made, reached(made), django_db_blocker.unblock():
        yield made


@pytest.fixture
def post() -> Iterator[PostOffice]:
    with smtp.post_office() as taking:
        yield taking


def test_each_effect_once_and_each_message_at_least_once(
    apart: Apart, post: PostOffice, tmp_path: Path
) -> None:
    everything_fails(SHORT, apart, post, tmp_path)


@pytest.mark.soak
def test_ten_thousand_of_them_and_fifty_kills(
    apart: Apart, post: PostOffice, tmp_path: Path
) -> None:
    everything_fails(WHOLE, apart, post, tmp_path)


def everything_fails(form: Form, apart: Apart, post: PostOffice, folder: Path) -> None:
    fall_due(form)
    shop = Shop(apart, apart.valkey.url(), post, folder)
    shop.set_clock(0)
    seen: list[int] = []
    with beats(shop), asking(shop):
        for number, fault in enumerate(schedule(form, apart, post, shop), start=1):
            with shop.worker():
                wait_for(form, number, post, shop)
                fault()
                shop.kill()
                seen.append(effects(post))
        heal(post)
        shop.set_clock(AT_LAST)
        with shop.worker():
            settle(form)
    assert len(set(seen)) > form.kills // 2, f"killed in the middle of nothing: {seen}"
    nothing_missing_and_nothing_twice(form, post)


# --- what falls due --------------------------------------------------------------------------------
def fall_due(form: Form) -> None:
    """Half of it now, half in the day by which the clock is going to jump."""
    now = clock.now()
    keys.ensure_periods(now)
    here = office.set_up(now=now - timedelta(days=30))
    who = representatives.recognise(
        {"patient": str(here.patient.pk), "kind": "health_care_agent", "name": "Dora Demo",
         "evidence": "Seen", "authority_from": "2026-01-01"},
        actor=office.OFFICER, now=now,
    )  # fmt: skip
    pattern = office.taken_down(now=now - timedelta(days=1))
    DueInstant.objects.filter(request_id=pattern.pk).update(acted_at=now, outcome="answered")
    many.copies(pattern, form.reminders, due_at=now + timedelta(days=7))
    many.remind("due_soon", "office", instants(form.reminders, now))
    many.authorities(who, instants(form.authorities, now))
    # What the intake itself told is no part of this.
    OutboxRow.objects.update(done_at=now, outcome="told_before")


def instants(count: int, now: datetime) -> list[datetime]:
    later = [now + timedelta(hours=random.uniform(1, 20)) for _ in range(count // 2)]
    return [now - timedelta(seconds=n % 60) for n in range(count - len(later))] + later


# --- what fails ------------------------------------------------------------------------------------
def schedule(
    form: Form, apart: Apart, post: PostOffice, shop: Shop
) -> Iterator[Callable[[], None]]:
    """Before each kill one thing more goes wrong, in turn; the clock goes ahead and comes back."""
    others = [
        apart.restart_valkey,
        lambda: restart(apart),
        lambda: sulk(post, Mood.REFUSES),
        lambda: sulk(post, Mood.HANGS_UP),
    ]
    for number in range(form.kills):
        shop.set_clock(A_DAY if form.kills // 3 <= number < 2 * form.kills // 3 + 1 else 0)
        yield others[number % len(others)]


def restart(apart: Apart) -> None:
    connections.close_all()
    apart.restart_postgres()


def sulk(post: PostOffice, mood: Mood) -> None:
    """A few messages fail, then the server is well again."""
    post.mood = mood
    time.sleep(0.3)
    heal(post)


def heal(post: PostOffice) -> None:
    post.mood = Mood.TAKES


@contextlib.contextmanager
def beats(shop: Shop) -> Iterator[None]:
    """Two schedulers by accident."""
    with contextlib.ExitStack() as stack:
        for number in range(2):
            said = stack.enter_context((shop.folder / f"beat{number}.log").open("ab"))
            beat = subprocess.Popen(
                [sys.executable, "-m", "privacy_portal.beat",
                 "--schedule", str(shop.folder / f"beat{number}")],
                cwd=ROOT, env=shop.environ, stdout=said, stderr=said,
            )  # fmt: skip
            stack.callback(beat.wait)
            stack.callback(beat.kill)
        yield


@contextlib.contextmanager
def asking(shop: Shop) -> Iterator[None]:
    """A third one, in a hurry: what beat asks for every few seconds, each second."""
    over = threading.Event()

    def ask() -> None:
        while not over.wait(1):
            with contextlib.suppress(OperationalError, RedisError, OSError):
                shop.send("sweep_due", "drain_outbox", "drain_outbox")

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


# --- how far it is ---------------------------------------------------------------------------------
def effects(post: PostOffice) -> int:
    acted = DueInstant.objects.filter(outcome__in=["said", "overtaken"]).count()
    ended = FallsDue.objects.filter(what="authority_ends", acted_at__isnull=False).count()
    return acted + ended + len(post.taken)


def wait_for(form: Form, number: int, post: PostOffice, shop: Shop) -> None:
    """Until the worker is somewhere in the middle of its share, at random.

    While the clock is back there may be nothing to do: then a worker is killed that does nothing.
    """
    before = effects(post)
    wanted = before + random.randint(1, form.effects // (form.kills + 1))
    end = time.monotonic() + PATIENCE
    while (found := effects(post)) < wanted and anything_to_do(shop):
        assert time.monotonic() < end, f"kill {number}: {found} of {wanted}"
        time.sleep(0.01)


def anything_to_do(shop: Shop) -> bool:
    """By the clock of the worker."""
    now = clock.now() + timedelta(seconds=shop.ahead)
    return (
        outbox.anything_waits(now=now)
        or DueInstant.objects.filter(acted_at__isnull=True, at__lte=now).exists()
        or falling_due.waiting(now).exists()
    )


def settle(form: Form) -> None:
    open_rows = OutboxRow.objects.filter(done_at__isnull=True)
    waiting = DueInstant.objects.filter(acted_at__isnull=True, what="due_soon")
    ends = FallsDue.objects.filter(acted_at__isnull=True, what="authority_ends")
    end = time.monotonic() + PATIENCE
    while waiting.exists() or ends.exists() or open_rows.exists():
        assert time.monotonic() < end, (waiting.count(), ends.count(), open_rows.count())
        time.sleep(0.1)


# --- what must be true afterwards ------------------------------------------------------------------
def entries(name: str) -> list[log.Opened]:
    found: list[log.Opened] = []
    before = None
    while True:
        page = log.find(Facet.NAME, name, limit=1000, before=before)
        found += page.entries
        if page.before is None:
            return found
        before = page.before


def nothing_missing_and_nothing_twice(form: Form, post: PostOffice) -> None:
    reminded = DueInstant.objects.filter(what="due_soon", outcome="said")
    references = sorted(reminded.values_list("request__reference", flat=True))
    assert len(references) == form.reminders
    said = entries(events.REMINDED_DUE_SOON)
    assert sorted(str(one.entry.request) for one in said) == references

    rows = OutboxRow.objects.filter(topic=Topic.DUE_SOON)
    assert sorted(rows.values_list("request__reference", flat=True)) == references
    told = OutboxRow.objects.filter(outcome="handed_over")
    assert not OutboxRow.objects.exclude(outcome__in=["handed_over", "told_before"]).exists()
    wanted = {message_id(pk) for pk in told.values_list("pk", flat=True)}
    assert set(post.ids) == wanted
    recorded = Counter(one.entry.object.id for one in entries(events.TOLD) if one.entry.object)
    assert recorded == Counter(str(pk) for pk in told.values_list("pk", flat=True))

    ended = entries(events.AUTHORITY_ENDED)
    assert len({one.entry.object.id for one in ended if one.entry.object}) == form.authorities
    assert len(ended) == form.authorities
    assert same_message_each_time(post)
    assert Outage.objects.count() <= 2  # the day the clock jumped over, and the six hours at last


def same_message_each_time(post: PostOffice) -> bool:
    """Whoever hears twice hears the same."""
    heard: dict[str, set[tuple[Any, ...]]] = {}
    for one in post.messages:
        said = (one["To"], one["Subject"], one.get_payload())
        heard.setdefault(one["Message-ID"], set()).add(said)
    return all(len(said) == 1 for said in heard.values())
