"""Faults of our own while something protected is held: 500s, and tasks that fail."""

import base64
import json

from requests_app.actions.outbox import Outcome
from requests_app.outbox import BY_MAIL, OutboxRow
from tests.canary.failing import FAILURES
from tests.canary.stage import PATIENCE, Stage, until
from tests.canary.web import Web
from tests.support.canary import Cage

TASKS = ("sweep_due", "sweep_documents", "drain_outbox", "drain_webhooks")


def in_the_web_process(web: Web, cage: Cage) -> None:
    """Each answers 500, and says nothing of what it held."""
    before = len(web.failures)
    for how in FAILURES:
        word = cage.canary(f"500: {how}")
        assert web.call("POST", f"/canary/fail/{how}?q={word}", {"word": word}).status == 500
    assert all(b"cnry" not in said.lower() for _, said in web.failures[before:])


def in_the_worker(stage: Stage, cage: Cage) -> None:
    for how in FAILURES:
        stage.send("tests.canary.tasks.fail", how)
    for number in range(2):
        stage.send(cage.canary(f"unknown task {number}"), cage.canary("argument of a task"))
    with stage.broker_client() as client:
        client.lpush("celery", _unreadable(cage.canary("unreadable message")))
    until(stage.broker_is_empty, "the worker has looked at every task")


def tasks_that_work(stage: Stage) -> None:
    for name in TASKS:
        stage.send(f"privacy_portal.tasks.{name}")
    rows = OutboxRow.objects.filter(BY_MAIL, done_at__isnull=True).exclude(outcome=Outcome.DEAD)

    def told() -> bool:
        # One run leaves to the next what it cannot do in its time.
        if stage.broker_is_empty():
            stage.send("privacy_portal.tasks.drain_outbox")
        return not rows.exists()

    until(told, "every message was handed over", patience=3 * PATIENCE)
    stage.send("privacy_portal.tasks.drain_webhooks")
    until(stage.broker_is_empty, "the worker has done every task")


def _unreadable(word: str) -> str:
    """An envelope whose content no worker of ours takes."""
    return json.dumps(
        {
            "body": base64.b64encode(word.encode()).decode(),
            "content-type": f"application/{word}",
            "content-encoding": "utf-8",
            "headers": {"task": word, "id": word, "lang": "py", "argsrepr": word},
            "properties": {
                "delivery_tag": word,
                "delivery_mode": 2,
                "delivery_info": {"exchange": "", "routing_key": "celery"},
                "body_encoding": "base64",
                "priority": 0,
            },
        }
    )
