"""What the health pages say, and what they never say."""

from typing import Any

import pytest
from django.test import Client

from privacy_portal import health


def test_alive_asks_nothing_of_the_database(client: Client) -> None:
    assert client.get("/health/live").json() == {"status": "ok"}


def test_ready_when_every_part_holds(client: Client, db: None, valkey: str, settings: Any) -> None:
    settings.REDIS_URL = valkey

    answer = client.get("/health/ready")

    assert answer.json()["status"] == "ok", answer.json()
    assert answer.status_code == 200
    assert set(answer.json()["parts"]) == {"database", "migrations", "key", "broker"}


def test_not_ready_without_a_broker(client: Client, db: None, settings: Any) -> None:
    settings.REDIS_URL = "redis+socket:///nonexistent/broker.sock"

    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json()["parts"]["broker"]["ok"] is False
    assert "nonexistent" not in answer.content.decode()


def test_not_ready_without_its_key(client: Client, db: None, settings: Any, tmp_path: Any) -> None:
    settings.KEY_FOLDER = str(tmp_path)

    answer = client.get("/health/ready")

    assert answer.json()["parts"]["key"]["ok"] is False
    assert str(tmp_path) not in answer.content.decode()


def test_not_ready_with_a_migration_waiting(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Loader:
        disk_migrations = {("accounts", "0001_accounts"): None, ("accounts", "9999_new"): None}
        applied_migrations = {("accounts", "0001_accounts"): None}

        def __init__(self, connection: object) -> None: ...

    monkeypatch.setattr(health, "MigrationLoader", Loader)

    says = client.get("/health/ready").json()["parts"]["migrations"]
    assert says == {
        "ok": False,
        "says": "1 migration waits: run `manage.py migrate --database migrate`.",
    }
