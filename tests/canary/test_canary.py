"""What people type is nowhere in the clear: not in the database, its log or WAL, a backup, the tiles and
bundles of the log, nor in any other log, the broker, a message or a traceback.
"""

from pathlib import Path
from typing import Any

import pytest

from audit import clock
from tests.canary import columns, faults, pages, standing
from tests.canary.people import everybody
from tests.canary.stage import Stage, Surfaces, make_talkative, make_usual, surfaces
from tests.canary.walk import Walk, operations
from tests.canary.web import Web
from tests.support import homes, sealed_values
from tests.support.canary import LITERALS, Cage, Mark, hits
from tests.support.database import OwnDatabase
from tests.support.office import NOON

#: Where words about the practice and its staff may be: in their columns, and so in what PostgreSQL
#: writes of them when told to write everything; and in messages, which say who writes.
OPEN_IN = {"dump", "a backup", "WAL", "PostgreSQL's log", "mail"}
#: Sealed texts that come from no person's words, and why.
WORDLESS = {
    "accounts.factor_secret text": "made at random",
    "accounts.mailed_code code": "made at random",
    "accounts.mailed_code password": "an Argon2 hash",
    "accounts.mailed_code reference": "made at random by the service",
    "accounts.mailed_code birth_date": "read as a date: no other words fit in",
    "documents.content_facts sha256": "a digest of the file",
    "drafts.draft seen": "names of pages",
    "kinds.decision grounds.code": "a code of the closed list",
    "letters.letter subject": "a fixed sentence for each template",
    "api.given_answer headers": "ETag and Location",
    "people.representative email": "not asked for yet: contact is one text",
    "people.representative telephone": "not asked for yet: contact is one text",
    "people.representative refusal.why": "a choice of the rule",
    "subscriptions.target secret": "made at random",
    "subscriptions.target former": "made at random",
    "standing.authorization combined_with": "a choice",
    "standing.authorization depends_on_it": "a choice",
    "standing.authorization duties": "codes of the examination",
    "standing.authorization limit": "a choice",
    "standing.restriction limit": "a choice",
    "standing.restriction recipients": "choices",
    "stops.stop_list key": "random",
}


@pytest.fixture
def cage() -> Cage:
    return Cage()


@pytest.fixture
def theatre(
    own_database: OwnDatabase, valkey: str, tmp_path: Path, cage: Cage, settings: Any
) -> Stage:
    mail, now = tmp_path / "mail", tmp_path / "clock"
    mail.mkdir()
    now.write_text(NOON.isoformat(), encoding="ascii")
    settings.DOCUMENTS_URL = f"file:{tmp_path / 'documents'}"
    environ = own_database.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.canary.settings",
        "REDIS_URL": valkey,
        "PRIVACY_CLOCK_FILE": str(now),
        "CANARY_MAIL": str(mail),
        "DOCUMENTS_URL": settings.DOCUMENTS_URL,
        "CANARY_TASK": cage.canary("a failing task"),
        "CANARY_CONTROL": cage.canary("the worker", Mark.CONTROL),
    }
    return Stage(own_database, valkey, tmp_path, homes.free_port(), environ)


def test_no_canary_is_found_in_the_clear(theatre: Stage, cage: Cage) -> None:
    """PostgreSQL writes down all it is told, except while statements fail on purpose."""
    make_talkative(theatre.own)
    web = Web(theatre.port, cage)
    with clock.frozen(NOON), theatre.kept_wal() as first_wal:
        with theatre.web(), theatre.worker():
            theatre.write_down(web, cage)
            assert_found_everywhere(surfaces(theatre, first_wal))
            walk = everything_typed(theatre, web, cage)
            make_usual(theatre.own)
            faults.in_the_web_process(web, cage)
            faults.in_the_worker(theatre, cage)
        found = surfaces(theatre, first_wal)
        planted = columns.planted_texts()

    told = leaks(found, cage)
    assert not told, "In the clear:\n" + "\n".join(told)
    assert not walk.unwalked(operations())
    assert columns.sealed_texts() - planted == WORDLESS.keys()
    assert columns.open_columns(found["dump"]) <= columns.office_columns()
    # No other test has every column filled: whatever there is can be sealed anew.
    sealed_values.assert_all_sealed_anew(theatre.own)


def everything_typed(theatre: Stage, web: Web, cage: Cage) -> Walk:
    """A canary in each column, field, header and address there is."""
    people = everybody(cage)
    standing.stand(cage, str(people.clinic.site.pk))
    pages.walk(web, cage, people)
    walk = Walk(web, cage, people, theatre.own)
    walk.everywhere()
    faults.tasks_that_work(theatre)
    assert not web.failures
    return walk


def assert_found_everywhere(found: Surfaces) -> None:
    """What was planted in the clear on purpose; a search that misses it vouches for nothing."""
    blind = [name for name, content in found.items() if not any(hits(content, of=Mark.CONTROL))]
    assert not blind


def leaks(found: Surfaces, cage: Cage) -> list[str]:
    """Every place, encoding and canary, so that whoever reads it knows where to look."""
    shut = {
        f"{name}, {hit.encoding}: {cage.place(hit.word) if hit.word else of} {hit}"
        for name, content in found.items()
        for of in (Mark.SHUT, *LITERALS)
        for hit in hits(content, of=of)
    }
    strays = {
        f"{name}, {hit.encoding}: {cage.place(hit.word)} (open)"
        for name in found.keys() - OPEN_IN
        for hit in hits(found[name], of=Mark.OPEN)
    }
    return sorted(shut | strays)
