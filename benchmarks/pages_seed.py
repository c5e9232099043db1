"""Run inside the service's environment: a practice with very many requests, and officers signed in.

prepare         three sites, eight officers, one request of each sort to copy
grow COUNT      as many requests in all; a tenth of them open, three late among a hundred of those
enter COUNT     references of so many requests, of every sort, and each officer signed in

One of each sort is made by the real actions.  The others are its row, its moves and its clock at
other instants, of another patient, with what was asked sealed anew for each; a sample is opened.
"""

import json
import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import django

OFFICERS = 8
PATIENTS_EACH = 10  # requests of one patient
AT_ONCE = 50_000
#: The acts of every pattern were so long ago; nothing is moved beyond now.
SINCE = timedelta(days=20)
#: Sort → kind, moves, its share among a thousand, days it may be moved by (into the past; forward).
SORTS: dict[str, tuple[str, tuple[str, ...], int, tuple[int, int]]] = {
    "received": ("access", (), 20, (-5, 19)),
    "in review": ("access", ("confirm_identity",), 30, (-9, 19)),
    "late": ("access", ("confirm_identity",), 3, (-40, -11)),
    "waiting": ("access", ("confirm_identity", "ask"), 10, (-5, 19)),
    "extended": ("access", ("confirm_identity", "extend"), 7, (-30, 0)),
    "accounting": ("accounting", ("confirm_identity",), 10, (-20, 19)),
    "amendment": ("amendment", ("confirm_identity",), 10, (-20, 19)),
    "complaint": ("complaint", ("acknowledge",), 10, (-60, 19)),
    "granted": ("access", ("confirm_identity", "grant"), 10, (-30, 0)),
    "delivered": ("access", ("confirm_identity", "grant", "deliver"), 90, (-90, 0)),
    "denied": ("amendment", ("confirm_identity", "deny"), 50, (-2000, 0)),
    "restricted": ("restriction", ("confirm_identity", "agree_out_of_pocket"), 50, (-2000, 0)),
    "closed": ("access", ("confirm_identity", "grant", "deliver", "close"), 700, (-2000, 0)),
}
_MOVED = ("received_at", "entered_at", "due_at", "identity_confirmed_at", "answered_at")
_DAYS = ("received_on", "due_on", "answered_on")


def prepare() -> dict[str, Any]:
    from audit import clock
    from requests_app.actions import sites
    from requests_app.practice.models import Site
    from tests.support import office

    now = clock.now()
    here = office.set_up(now=now - timedelta(days=30))
    for name in ("Second Street", "Third Street"):
        raw = {
            "name": name,
            "address": f"1 {name}",
            "state": "NC",
            "time_zone": here.site.time_zone,
        }
        sites.add_site(raw, actor=office.OFFICER, now=now)
    patterns = {sort: str(_pattern(sort, now - SINCE, here.patient).pk) for sort in SORTS}
    return {
        "patterns": patterns,
        "sites": [str(pk) for pk in Site.objects.values_list("pk", flat=True)],
        "accounts": [_officer(number) for number in range(OFFICERS)],
    }


def _pattern(sort: str, at: datetime, patient: Any) -> Any:
    from tests.support import office

    kind, moves, _, _ = SORTS[sort]
    more = {"patient": str(patient.pk)} if moves else {"site": str(patient.site_id)}
    made = office.taken_down(kind, received=at, **more)
    for number, name in enumerate(moves, start=1):
        made = office.act(made, name, _input(made, name, at), now=at + timedelta(minutes=number))
    return made


def _input(made: Any, name: str, at: datetime) -> dict[str, Any]:
    """The usual input, with the days in it counted from the pattern's own."""
    from tests.support import office

    told = dict(office.usual(made.kind, name))
    if name == "extend":
        told["completion_date"] = (at + timedelta(days=50)).date().isoformat()
    if name == "agree_out_of_pocket":
        told["service_from"] = at.date().isoformat()
    return told


def _officer(number: int) -> str:
    from requests_app.permissions import Role
    from tests.support import accounts

    return str(accounts.staff(Role.PRIVACY_OFFICER, name=f"Olive Officer {number}").user.pk)


def grow(count: int, prepared: dict[str, Any]) -> dict[str, Any]:
    from django.db import connections

    from requests_app.kinds.models import Request

    there = Request.objects.count()
    connections["default"].close()
    chance = random.Random(there)
    with connections["migrate"].cursor() as cursor:
        cursor.execute("CREATE UNLOGGED TABLE IF NOT EXISTS bench_copy (id uuid, patient uuid, "
                       "site uuid, pattern uuid, reference text, assigned text, moved interval, "
                       "filed bytea)")  # fmt: skip
        with _bare(cursor):
            while there < count:
                some = min(AT_ONCE, count - there)
                _chunk(cursor, some, prepared, chance)
                there += some
    _vacuum()
    return {"requests": there}


@contextmanager
def _bare(cursor: Any) -> Iterator[None]:
    """As a restore loads: past the guards of states, which are the owner's; references and the indexes
    that hold nothing unique are made anew over all rows at the end, and checked then."""
    tables = [f"requests_app_{name}" for name in ("request", "statusrow", "clockrow", "dueinstant")]
    cursor.execute(_MADE_ANEW, [tables, tables])
    away, anew = zip(*cursor.fetchall(), strict=True)
    triggers = [f"ALTER TABLE {table} {{}} TRIGGER USER" for table in tables]
    for statement in [*(one.format("DISABLE") for one in triggers), *away]:
        cursor.execute(statement)
    yield
    for statement in [*anew, *(one.format("ENABLE") for one in triggers)]:
        cursor.execute(statement)


#: What takes away, and what makes again, each foreign key and each plain index of these tables.
_MADE_ANEW = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
           format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s',
                  conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])
    UNION ALL
    SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    FROM pg_index WHERE NOT indisunique AND indrelid = ANY(%s::regclass[])
"""


def _chunk(cursor: Any, count: int, prepared: dict[str, Any], chance: random.Random) -> None:
    patients = [uuid4() for _ in range(max(1, count // PATIENTS_EACH))]
    sites = prepared["sites"]
    homes = {pk: sites[number % len(sites)] for number, pk in enumerate(patients)}
    _copy(cursor, "requests_app_patient (id, site_id, created_at, identity)", _patients(homes))
    cursor.execute("TRUNCATE bench_copy")
    # Loaded before: while rows are copied in, the connection answers nothing else.
    patterns = {sort: _opened(pk) for sort, pk in prepared["patterns"].items()}
    workers = ["", *prepared["accounts"]]
    _copy(cursor, "bench_copy", _requests(count, homes, patterns, workers, chance))
    cursor.execute("ANALYZE bench_copy")
    for statement in _statements(cursor):
        cursor.execute(statement)


def _copy(cursor: Any, into: str, rows: Iterator[Sequence[Any]]) -> None:
    with cursor.connection.cursor() as plain, plain.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _patients(homes: dict[UUID, str]) -> Iterator[Sequence[Any]]:
    from audit import clock
    from requests_app.people.models import Patient, PatientIdentity

    seal, now = Patient._meta.get_field("identity").sealer(), clock.now()
    for number, (pk, site) in enumerate(homes.items()):
        identity = PatientIdentity(
            record_number=f"B-{pk.hex[:8]}-{number}", family_name="Demo",
            given_names="Ada", birth_date=date(1980, 1, 1),
        )  # fmt: skip
        yield pk, site, now, seal(identity, str(pk))


def _requests(
    count: int,
    homes: dict[UUID, str],
    patterns: dict[str, Any],
    workers: list[str],
    chance: random.Random,
) -> Iterator[Sequence[Any]]:
    from requests_app.kinds.models import Request
    from requests_app.people.references import new_reference

    seal = Request._meta.get_field("filed").sealer()
    sorts, shares = list(SORTS), [one[2] for one in SORTS.values()]
    patients = list(homes)
    for sort in chance.choices(sorts, shares, k=count):
        pk, pattern, (low, high) = uuid4(), patterns[sort], SORTS[sort][3]
        patient = chance.choice(patients)
        moved = timedelta(days=low + (high - low) * chance.random())
        yield (
            pk, None if pattern.patient_id is None else patient, homes[patient], pattern.pk,
            new_reference(), chance.choice(workers), moved, seal(pattern.filed, str(pk)),
        )  # fmt: skip


def _opened(pk: str) -> Any:
    from requests_app.kinds.models import Request

    return Request.objects.using("migrate").get(pk=pk)


def _statements(cursor: Any) -> list[str]:
    """The row, its moves, its clock and what is still to be reminded of, at other instants."""
    taken = {"id": "c.id", "patient_id": "c.patient", "site_id": "c.site", "filed": "c.filed",
             "reference": "c.reference", "assigned_to": "c.assigned"}  # fmt: skip
    return [
        _insert(cursor, "request", "p.id = c.pattern", taken, _MOVED, _DAYS),
        _insert(cursor, "statusrow", "p.request_id = c.pattern",
                {"request_id": "c.id", "audit_eid": "gen_random_uuid()"}, ("at",), ()),
        _insert(cursor, "clockrow", "p.request_id = c.pattern",
                {"request_id": "c.id"}, ("at",), ("due_on",)),
        _insert(cursor, "dueinstant", "p.request_id = c.pattern AND p.acted_at IS NULL",
                {"request_id": "c.id"}, ("at",), ()),
    ]  # fmt: skip


def _insert(
    cursor: Any,
    name: str,
    on: str,
    taken: dict[str, str],
    moved: Sequence[str],
    days: Sequence[str],
) -> str:
    from django.db import connections

    table = f"requests_app_{name}"
    described = connections["migrate"].introspection.get_table_description(cursor, table)
    given = {one.name: f"p.{one.name}" for one in described if one.name != "id" or "id" in taken}
    given |= {column: f"p.{column} + c.moved" for column in moved}
    given |= {column: f"(p.{column} + c.moved)::date" for column in days} | taken
    into, values = ", ".join(given), ", ".join(given.values())
    return f"INSERT INTO {table} ({into}) SELECT {values} FROM bench_copy c JOIN {table} p ON {on}"


def _vacuum() -> None:
    """What autovacuum would have done by the time a practice has as many."""
    from django.db import connections

    connection = connections["migrate"]
    connection.close()
    connection.set_autocommit(True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def enter(count: int, prepared: dict[str, Any]) -> dict[str, Any]:
    """References of every sort, what was asked in each opens; and cookies that are fresh."""
    from django.db import connection

    from requests_app.kinds.models import Request

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reference FROM requests_app_request ORDER BY md5(id::text) LIMIT %s", [count]
        )
        found = [row[0] for row in cursor.fetchall()]
    for row in Request.objects.filter(reference__in=found[:20]):
        assert row.filed.asker.name == "Patricia Demo"
    return {"references": found, "cookies": [_cookie(one) for one in prepared["accounts"]]}


def _cookie(account: str) -> str:
    """Of somebody who has just signed in and shown the second step."""
    from django.conf import settings
    from django.middleware.csrf import CSRF_SECRET_LENGTH
    from django.test import Client
    from django.utils.crypto import get_random_string

    from audit import clock
    from privacy_portal.accounts import sessions
    from privacy_portal.accounts.model_users import User

    browser = Client()
    browser.force_login(User.objects.get(pk=account))
    session = browser.session
    sessions.opened(session, clock.now())
    session[sessions.SECOND_STEP] = True
    session.save()
    # The second is the browser's since its first page: a page that has a form gives it.
    given = {
        settings.SESSION_COOKIE_NAME: session.session_key,
        settings.CSRF_COOKIE_NAME: get_random_string(CSRF_SECRET_LENGTH),
    }
    return "; ".join(f"{name}={value}" for name, value in given.items())


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "prepare":
        made = prepare()
    else:
        made = {"grow": grow, "enter": enter}[sys.argv[1]](
            int(sys.argv[2]), json.loads(sys.argv[3])
        )
    print(json.dumps(made))
