"""An export on a database of its own: what stands in the log whatever becomes of the stream."""

from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection, connections

from audit import clock, log
from audit.log import Facet
from privacy_portal import exports
from requests_app import events
from requests_app.actions import disclosures as actions
from tests.api.test_disclosures import about
from tests.support import office
from tests.support.database import OwnDatabase
from tests.support.office import AUDITOR, NOON, OFFICER


@pytest.fixture
def stream(own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[exports.Stream]:
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    with clock.frozen(NOON):
        clinic = office.set_up()
        for _ in range(5):
            actions.record(about(clinic), actor=OFFICER, now=NOON)
        asked = exports.ExportDisclosures(format=exports.Format.NDJSON)
        yield exports.start(asked, actor=AUDITOR, now=NOON)


def outcomes(name: str) -> list[str]:
    """Read over the other connection, so only what was committed counts."""
    return [one.entry.outcome for one in log.find(Facet.NAME, name, using=log.REFUSALS).entries]


def test_the_start_is_committed_before_the_first_byte(stream: exports.Stream) -> None:
    assert outcomes(events.EXPORT_STARTED) == ["success"]
    assert outcomes(events.EXPORT_ENDED) == []
    assert len(list(stream)) == 5  # heading, three chunks of at most two lines, the end
    assert outcomes(events.EXPORT_ENDED) == ["success"]


def test_lines_come_through_one_cursor_of_the_server(stream: exports.Stream) -> None:
    next(stream), next(stream)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_cursors WHERE statement LIKE '%disclosure%'")
        assert cursor.fetchone() == (1,)
    stream.close()


def test_a_reader_who_goes_away_leaves_an_entry_that_says_so(stream: exports.Stream) -> None:
    next(stream), next(stream)
    stream.close()
    assert outcomes(events.EXPORT_ENDED) == ["failure"]
    assert not connection.in_atomic_block
    stream.export.refresh_from_db()
    assert (stream.export.whole, stream.export.lines) == (False, 2)


def test_a_database_connection_that_dies_leaves_an_entry_too(stream: exports.Stream) -> None:
    next(stream), next(stream)
    process = connection.connection.info.backend_pid
    with connections[log.REFUSALS].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [process])
    with pytest.raises(OperationalError):
        list(stream)
    stream.close()
    assert outcomes(events.EXPORT_ENDED) == ["failure"]
