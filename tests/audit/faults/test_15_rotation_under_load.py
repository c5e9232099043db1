"""15. Keys are changed while many write: each entry opens with the key it names, to the end."""

import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connections, transaction

from audit import entry, events, keys, log, rotation
from audit.errors import KeyDestroyed, UnknownKey
from tests.audit.conftest import EVENT
from tests.audit.faults.stage import Stage, on_its_own_connection
from tests.audit.support import OFFICER
from tests.support.database import migrating

WRITERS, EACH = 8, 25


@pytest.fixture
def folder(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The run's key folder, copied, so that this test may add a key to it."""
    kept = tmp_path / "kek"
    shutil.copytree(settings.KEY_FOLDER, kept)
    monkeypatch.setattr(settings, "KEY_FOLDER", str(kept))
    keys.forget()
    yield kept
    keys.forget()


def under_load(stage: Stage, writers: int, each: int) -> None:
    """So many write; a third and two thirds through, keys are changed."""
    third, two_thirds = threading.Event(), threading.Event()
    marks = {writers * each // 3: third, writers * each * 2 // 3: two_thirds}

    def write() -> None:
        with on_its_own_connection():
            for _ in range(each):
                with transaction.atomic():
                    made = log.append(EVENT, actor=OFFICER)
                stage.told.append(made)
                reached = len(stage.told)
                for mark, event in marks.items():
                    if reached >= mark:
                        event.set()

    threads = [threading.Thread(target=write) for _ in range(writers)]
    for thread in threads:
        thread.start()
    with migrating(stage.database):
        third.wait(60)
        rotation.change_data_key(keys.AUDIT, day=keys.today(), actor=OFFICER)
        two_thirds.wait(60)
        rotation.change_wrapping_key(actor=OFFICER)
    for thread in threads:
        thread.join()


def named(stage: Stage) -> Counter[int]:
    """How many entries name each data key; every one opens, and was acknowledged."""
    found = Counter[int]()
    with psycopg.connect(stage.database.url()) as application:
        for eid, raw in application.execute("SELECT eid, entry FROM audit.event").fetchall():
            told = log.opened(bytes(raw))
            assert told.name != EVENT or eid in stage.told
            found[entry.header(bytes(raw)).dek_id] += 1
    return found


@pytest.mark.parametrize(
    ("writers", "each"),
    [(WRITERS, EACH), pytest.param(40, 200, marks=pytest.mark.soak)],
)
def test_every_entry_opens_with_the_key_it_names(
    stage: Stage, folder: Path, writers: int, each: int
) -> None:
    old_kek = keys.provider().id
    under_load(stage, writers, each)
    keys.forget()
    assert len(stage.told) == writers * each
    used = named(stage)
    assert (sum(used.values()), len(used)) == (writers * each + 2, 2)
    assert rotation.wrapped_under(old_kek) == 0
    stage.told += [
        one.eid
        for name in (events.DATA_KEY_CHANGED, events.WRAPPING_KEY_CHANGED)
        for one in log.find(log.Facet.NAME, name).entries
    ]
    stage.seal()
    stage.all_is_well(size=writers * each + 2)
    # With the old wrapping key's file gone, everything still opens.
    (folder / f"kek-{old_kek.removeprefix('local:')}.key").unlink()
    keys.forget()
    assert named(stage) == used
    _destroying_is_refused(stage, used)


def _destroying_is_refused(stage: Stage, used: Counter[int]) -> None:
    (told,) = stage.told[:1]
    for key in used:
        with psycopg.connect(stage.database.admin_url) as admin:
            admin.execute("SET ROLE audit_owner")
            with pytest.raises(psycopg.errors.CheckViolation, match=r"in use|are sealed under"):
                admin.execute("SELECT audit.dek_destroy(%s, %s)", [key, told])


def test_a_key_destroyed_all_the_same_takes_its_entries_along(stage: Stage) -> None:
    """The control: nobody asks whether it is in use. Only what would be sealed now is refused."""
    (eid,) = stage.append()
    stage.force(
        f"UPDATE audit.dek SET state = 'destroyed', wrapped = NULL, destroyed_event = '{eid}' "
        "WHERE class = 'audit'"
    )
    with pytest.raises(Exception, match="no usable data key"):
        stage.append()  # with the key that this process remembers
    keys.forget()
    with pytest.raises(KeyDestroyed):
        log.read(eid)


def test_a_change_that_is_refused_or_breaks_off_leaves_every_key_as_it_was(
    stage: Stage, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (eid,) = stage.append()
    before = stage.ask("SELECT array_agg(wrapped ORDER BY dek_id)::text FROM audit.dek")

    def breaks(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with migrating(stage.database), pytest.raises(UnknownKey, match="tokens"):
        rotation.change_data_key("index.log.subject", day=keys.today(), actor=OFFICER)
    monkeypatch.setattr(rotation.log, "append", breaks)
    with migrating(stage.database), pytest.raises(KeyboardInterrupt):
        rotation.change_wrapping_key(actor=OFFICER)
    monkeypatch.undo()
    monkeypatch.setattr(settings, "KEY_FOLDER", str(folder))
    keys.forget()
    assert stage.ask("SELECT array_agg(wrapped ORDER BY dek_id)::text FROM audit.dek") == before
    connections.close_all()
    assert log.read(eid).entry.name == EVENT
