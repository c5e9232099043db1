"""A worker killed half-way through an export: another goes on, and the file is whole.

Real processes: PostgreSQL, the broker, Celery's worker.
"""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest
from django.db import transaction

from audit import clock
from privacy_portal.accounts import people, roles
from privacy_portal.accounts.actors import actor_for
from privacy_portal.api.models import Export, ExportPiece
from privacy_portal.exports import claims, pieces
from requests_app.disclosures.models import Disclosure, DisclosureFacts
from requests_app.disclosures.register import NewLine, enter_all
from requests_app.permissions import Role
from tests.support import exporting, office, smtp
from tests.support.accounts import COMMAND
from tests.support.database import OwnDatabase
from tests.support.office import NOON, OFFICER
from tests.tasks.test_killed import Shop, until, waits_for_a_lock

LINES, HALF = 400, 200


@pytest.fixture
def shop(own_database: OwnDatabase, valkey: str, tmp_path: Path) -> Shop:
    with smtp.post_office() as post:
        made = Shop(own_database, valkey, post, tmp_path)
    made.environ["DJANGO_SETTINGS_MODULE"] = "tests.tasks.export_settings"
    made.set_clock(NOON)
    return made


@pytest.fixture
def export(shop: Shop) -> Export:
    """Of a ledger of four hundred lines, asked for by an auditor with an account."""
    with clock.frozen(NOON):
        clinic = office.set_up()
        facts = DisclosureFacts(recipient_name="Example County", description="One result")
        line = NewLine(patient=clinic.patient, facts=facts, basis="PH", on=NOON.date())
        with transaction.atomic():
            enter_all([line] * LINES, actor=OFFICER, now=NOON)
        user = people.create_staff("audra@example.org", "Audra", people.random_password(),
                                   actor=COMMAND)  # fmt: skip
        until_ = NOON + timedelta(days=30)
        roles.record_grant(user, Role.AUDITOR, actor=COMMAND, since=NOON, until=until_)
        return exporting.asked("disclosures", actor_for(user, via="token"), "ndjson")


def written() -> int:
    return Export.objects.get().lines


def test_killed_at_half_and_begun_again_the_file_is_whole(shop: Shop, export: Export) -> None:
    with shop.worker(), psycopg.connect(shop.own.admin_url) as admin:
        shop.send("write_exports")
        until(lambda: written() > 0, "the first pieces are there")
        while written() < HALF:
            admin.execute("LOCK TABLE api_exportpiece IN SHARE MODE")
            until(lambda: waits_for_a_lock(admin), "the worker waits inside a piece")
            if written() < HALF:
                admin.rollback()
        assert len(shop.processes()) == 1 + 2 + 1, "the worker, its pool, and the one beside"
        shop.kill()
    before = written()
    assert HALF <= before < LINES

    shop.empty_broker()
    shop.set_clock(NOON + claims.LEASE)
    with shop.worker():
        shop.send("write_exports")
        until(lambda: Export.objects.get().stage == "ready", "another worker has ended it")

    export.refresh_from_db()
    content = b"".join(pieces.opened(export))
    *lines, end = content.splitlines()
    assert len(lines) == len(set(lines)) == export.lines == Disclosure.objects.count() == LINES
    assert export.sha256 == sha256(content).hexdigest()
    assert f'"count":{LINES}'.encode() in end
    assert ExportPiece.objects.count() == LINES // 20 + 1
