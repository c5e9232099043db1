"""A worker killed twice and a broker emptied twice in the middle of a thousand reminders.

Real processes: PostgreSQL, the broker, Celery's worker, a mail server.  What may come twice is a
message, under the same Message-ID; what may not is its record.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db.models import QuerySet

from audit import keys, log
from audit.log import Facet, Opened
from privacy_portal.mail.messages import message_id
from requests_app import events
from requests_app.actions.outbox import LEASE, Outcome
from requests_app.kinds.models import DueInstant, Request
from requests_app.outbox import OutboxRow, Topic
from tests.support import office, smtp
from tests.support.database import OwnDatabase
from tests.support.shop import Shop, until
from tests.support.smtp import Mood, PostOffice

HOW_MANY, INTAKE = 1000, 100
#: Seven days before the due day of what came in on 2 March 2026, at eight in the morning.
DUE = datetime.fromisoformat("2026-03-25T08:00:00-04:00")


@pytest.fixture
def shop(own_database: OwnDatabase, valkey: str, post: PostOffice, tmp_path: Path) -> Shop:
    """A thousand requests, all due to be reminded of at the instant DUE."""
    keys.ensure_periods(DUE)
    office.set_up()
    for _ in range(HOW_MANY):
        office.taken_down()
    tell_most_of_the_intake()
    made = Shop(own_database, valkey, post, tmp_path)
    made.set_clock(DUE)
    return made


def tell_most_of_the_intake() -> None:
    """Of what was told when each request came in, a hundred messages are left to tell."""
    left = list(OutboxRow.objects.filter(audience="office").values_list("pk", flat=True)[:INTAKE])
    OutboxRow.objects.exclude(pk__in=left).update(done_at=DUE, outcome="told_before")


@pytest.fixture
def post() -> Iterator[PostOffice]:
    with smtp.post_office() as taking:
        yield taking


def acted() -> int:
    return DueInstant.objects.filter(acted_at__isnull=False).count()


def reminders() -> QuerySet[OutboxRow]:
    return OutboxRow.objects.filter(topic=Topic.DUE_SOON)


def entries(name: str) -> list[Opened]:
    return list(log.find(Facet.NAME, name, limit=3 * HOW_MANY).entries)


def test_each_reminder_is_recorded_once_and_handed_over_at_least_once(
    shop: Shop, post: PostOffice
) -> None:
    kill_in_the_middle_of_the_sweep_and_before_a_handing_over(shop, post)
    twice = kill_between_a_handing_over_and_its_record(shop, post)
    let_the_rest_be_done(shop, post)

    everybody = sorted(Request.objects.values_list("reference", flat=True))
    assert len(everybody) == HOW_MANY
    assert sorted(str(one.entry.request) for one in entries(events.REMINDED_DUE_SOON)) == everybody
    assert sorted(reminders().values_list("request__reference", flat=True)) == everybody
    assert set(reminders().values_list("outcome", flat=True)) == {Outcome.HANDED_OVER}
    told = OutboxRow.objects.filter(outcome=Outcome.HANDED_OVER).values_list("pk", flat=True)
    assert set(post.ids) == {message_id(pk) for pk in told}
    assert len(entries(events.TOLD)) == len(told) == HOW_MANY + INTAKE
    copies = [one for one in post.messages if one["Message-ID"] == twice]
    assert len(copies) == 2
    assert len({(one["To"], one["Subject"], one.get_payload()) for one in copies}) == 1


def kill_in_the_middle_of_the_sweep_and_before_a_handing_over(shop: Shop, post: PostOffice) -> None:
    """One process holds instants in an open transaction, the other a claimed row not yet told."""
    with shop.worker():
        shop.send("sweep_due", "drain_outbox")
        until(lambda: acted() > 0 and len(post.taken) > 0, "sweep and drain have begun")
        post.mood = Mood.SILENT_BEFORE
        until(post.stuck.is_set, "a message is about to be handed over")
        with psycopg.connect(shop.own.admin_url) as admin:
            admin.execute("LOCK TABLE audit.event_index IN SHARE MODE")
            until(lambda: waits_for_a_lock(admin), "the sweep waits in its transaction")
            assert 0 < acted() < HOW_MANY
            shop.kill()
    shop.empty_broker()


def kill_between_a_handing_over_and_its_record(shop: Shop, post: PostOffice) -> str:
    """The Message-ID of what was handed over and not recorded."""
    post.stuck.clear()
    post.mood = Mood.SILENT_AFTER
    with shop.worker():
        shop.send("drain_outbox")
        until(post.stuck.is_set, "a message was handed over")
        shop.kill()
    shop.empty_broker()
    return post.ids[-1]


def let_the_rest_be_done(shop: Shop, post: PostOffice) -> None:
    """What the dead held is free once their leases are over."""
    post.mood = Mood.TAKES
    shop.set_clock(DUE + LEASE)
    with shop.worker():
        shop.send("sweep_due", "drain_outbox")
        until(lambda: acted() == HOW_MANY, "every instant was acted on")
        shop.send("drain_outbox", "drain_outbox")
        rows = OutboxRow.objects.filter(done_at__isnull=True)
        until(lambda: not rows.exists(), "every row was ended")


def waits_for_a_lock(admin: "psycopg.Connection[Any]") -> bool:
    found = admin.execute(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    ).fetchone()
    return bool(found and found[0])
