"""Where mail goes, as the environment says it, and what beat asks for."""

import subprocess
import sys

import pytest
from celery import Celery

from audit import context
from privacy_portal import env, tasks
from privacy_portal.env import Mail, Misconfigured
from requests_app.actions.outbox import LEASE
from tests.support.database import ROOT

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param(
            "smtp://clinic%40example.org:p%2Fw@mail.example.org",
            Mail(SMTP, "mail.example.org", 587, "clinic@example.org", "p/w", starttls=True),
            id="STARTTLS, escaped user and password, usual port",
        ),
        pytest.param(
            "smtps://mail.example.org:4650",
            Mail(SMTP, "mail.example.org", 4650, tls=True),
            id="TLS on a port of its own",
        ),
        pytest.param("smtp://127.0.0.1:25", Mail(SMTP, "127.0.0.1", 25), id="on this machine"),
        pytest.param("", None, id="none"),
    ],
)
def test_a_mail_server_by_its_url(
    url: str, expected: Mail | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMAIL_URL", url)
    assert env.mail("EMAIL_URL", demo=False) == expected


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("console:", id="the console, which counts nothing as sent"),
        pytest.param("memory:", id="memory"),
        pytest.param("smtp:", id="no host"),
        pytest.param("smtp://mail.example.org:many", id="no port"),
        pytest.param("https://mail.example.org", id="another protocol"),
    ],
)
def test_what_sends_nothing_stops_the_start(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_URL", url)
    with pytest.raises(Misconfigured, match="EMAIL_URL"):
        env.mail("EMAIL_URL", demo=False)


def test_a_demo_shows_its_mail_on_the_console(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMAIL_URL", raising=False)
    found = env.mail("EMAIL_URL", demo=True)
    assert found is not None
    assert "console" in found.backend


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Celery:
    monkeypatch.setenv("REDIS_URL", "memory://")
    from privacy_portal.celery import app

    return app


def test_beat_asks_for_tasks_that_there_are(app: Celery) -> None:
    from privacy_portal import beat

    asked = {entry["task"] for entry in beat.app().conf.beat_schedule.values()}
    there = {task.name for task in vars(tasks).values() if hasattr(task, "apply_async")}
    assert asked == there & asked
    assert {name.rpartition(".")[2] for name in asked} == {
        "sweep_due", "sweep_documents", "drain_outbox", "drain_webhooks", "write_exports",
        "take_files",
    }  # fmt: skip


def test_beat_asks_for_everything_and_loads_nothing_that_does_it() -> None:
    asked = """
import sys
kept_out = ("django.apps", "django.db", "privacy_portal.settings", "privacy_portal.tasks")
sys.modules.update(dict.fromkeys(kept_out))
from celery.beat import Scheduler
from privacy_portal import beat
scheduler = Scheduler(beat.app())
for entry in scheduler.schedule.values():
    scheduler.apply_async(entry, advance=False)
with scheduler.app.connection_for_write() as link:
    print(link.default_channel.queue_declare("celery", passive=True).message_count)
"""
    environ = {"REDIS_URL": "memory://", "DJANGO_SETTINGS_MODULE": "privacy_portal.settings"}
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, env=environ, stdout=subprocess.PIPE, check=True
    )
    assert int(done.stdout) == 6


def test_a_lease_outlives_every_task(app: Celery) -> None:
    assert app.conf.task_time_limit < LEASE.total_seconds()
    assert app.conf.task_soft_time_limit > tasks.SECONDS


def test_a_task_works_under_the_id_of_the_page_that_asked(
    app: Celery, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[context.RequestContext] = []
    monkeypatch.setitem(app.conf, "task_always_eager", True)

    @app.task(base=tasks.Traced)
    def look() -> None:
        seen.append(context.current())

    with context.entered(context.RequestContext(request_id="page-1", app="web")):
        look.apply_async()
    look.apply_async(task_id="own")

    assert [(one.request_id, one.app) for one in seen] == [("page-1", "worker"), ("own", "worker")]
