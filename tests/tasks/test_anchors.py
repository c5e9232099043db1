"""Anchors that the service sees to by itself, on the health page with their age."""

import subprocess
from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from audit import clock, log
from audit.anchors import printed, rfc3161
from audit.log import Facet
from privacy_portal import anchors, events, metrics, tasks
from requests_app.falling_due.models import FallsDue
from requests_app.outbox import OutboxRow, Topic
from tests.audit.faults.stage import Stage
from tests.support import office
from tests.support.database import OwnDatabase
from tests.support.office import NOON
from tests.support.stamps import Authority, answering

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def stage(own_database: OwnDatabase, tmp_path: Path, settings: Any) -> Iterator[Stage]:
    made = Stage(own_database, tmp_path)
    settings.LOG_FOLDER, settings.MAIL_SET = str(made.folder), True
    with clock.frozen(NOON):
        office.set_up()
        made.seal()
        yield made


def health(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/health/ready").json()
    return found


def ages(client: Client) -> dict[str, int | None]:
    return {one["kind"]: one["seconds"] for one in health(client)["log"]["anchors"]}


def test_without_a_setting_nothing_is_asked_and_nothing_shown(stage: Stage, client: Client) -> None:
    tasks.sweep_due()
    assert set(ages(client)) == {"pin"}
    for name in (events.HEAD_STAMPED, events.HEAD_NOT_STAMPED, events.HEAD_PRINTED):
        assert not log.find(Facet.NAME, name).entries


def test_a_head_is_stamped_each_day_and_openssl_agrees(
    stage: Stage, authority: Authority, settings: Any, client: Client, tmp_path: Path
) -> None:
    settings.STAMP_CA = str(authority.folder / "ca.pem")
    with answering(authority.answer) as url:
        settings.STAMP_URL = url
        for _ in range(2):
            tasks.sweep_due()
        with clock.frozen(NOON + DAY):
            tasks.sweep_due()
    found = [one.entry for one in log.find(Facet.NAME, events.HEAD_STAMPED).entries]
    assert len(found) == 2
    assert found[0].extra is not None
    head, tsr = found[0].extra["head"].encode(), b64decode(found[0].extra["stamp"])
    assert rfc3161.verify(tsr, head, rfc3161.read_roots(authority.root))
    (tmp_path / "head").write_bytes(head)
    (tmp_path / "head.tsr").write_bytes(tsr)
    checked = ("-data", "head", "-in", "head.tsr", "-CAfile", settings.STAMP_CA)
    subprocess.run(["openssl", "ts", "-verify", *checked], cwd=tmp_path, check=True)
    with clock.frozen(NOON + DAY + timedelta(minutes=1)):
        assert ages(client)["stamp"] == 60


def test_a_stamp_that_fails_is_an_entry_an_alarm_and_tried_again(
    stage: Stage, authority: Authority, settings: Any, client: Client
) -> None:
    settings.STAMP_CA = str(authority.folder / "ca.pem")
    with answering(lambda question: b"no stamp") as url:
        settings.STAMP_URL = url
        tasks.sweep_due()
    [failed] = log.find(Facet.NAME, events.HEAD_NOT_STAMPED).entries
    assert failed.entry.extra is not None
    assert failed.entry.extra["why"] == "StampFailed"
    assert FallsDue.objects.get(what="stamp_head").tries == 1
    told = health(client)
    assert {one["kind"]: one["seconds"] for one in told["log"]["anchors"]}["stamp"] is None
    assert [one for one in told["alarms"] if "was stamped for too long" in one]

    with answering(authority.answer) as url, clock.frozen(NOON + timedelta(minutes=2)):
        settings.STAMP_URL = url
        tasks.sweep_due()
        assert len(log.find(Facet.NAME, events.HEAD_STAMPED).entries) == 1
        assert not anchors.late(clock.now())
    assert anchors.late(NOON + 3 * DAY)


def test_a_head_for_the_drawer_is_mailed_each_week(
    stage: Stage, settings: Any, client: Client
) -> None:
    settings.PRINT_HEADS = True
    for days in (0, 1, 7):
        with clock.frozen(NOON + days * DAY):
            tasks.sweep_due()
    rows = list(OutboxRow.objects.filter(topic=Topic.HEAD).order_by("made_at"))
    assert len(rows) == 2
    head = anchors.published.newest()
    assert head is not None
    lines = rows[0].said["head"].strip().splitlines()
    typed = printed.parse(f"{head.size} {lines[2]} {lines[3]}")
    assert printed.matches(typed, settings.LOG_ORIGIN, lambda size: head.root_at(size))
    with clock.frozen(NOON + 8 * DAY):
        assert ages(client)["printed"] == DAY.total_seconds()


def test_what_waits_to_be_sealed_is_on_the_health_page_and_in_the_metrics(
    stage: Stage, settings: Any, client: Client
) -> None:
    settings.METRICS_TOKEN = "t" * 32
    log.append(events.HEAD_PRINTED, actor=office.OFFICER, using=log.REFUSALS)
    told = health(client)["log"]
    assert told["pending_seals"] == 1
    assert 0 <= told["oldest_pending_seconds"] < 120
    metrics.forget()
    bearer = {"Authorization": f"Bearer {settings.METRICS_TOKEN}"}
    lines = client.get("/metrics", headers=bearer).content.decode().splitlines()
    assert "privacy_pending_seals 1" in lines
    [age] = [line for line in lines if line.startswith("privacy_pending_seals_age_seconds ")]
    assert 0 < float(age.split(" ")[1]) < 120
    stage.seal()
    assert health(client)["log"]["pending_seals"] == 0
