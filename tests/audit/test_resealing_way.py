"""The way by which guarded values are sealed anew: who may go it, where it leads, and what renews itself."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection, connections, transaction
from psycopg import sql

from audit import attestation, clock, keys
from audit.actors import system
from audit.crypto import envelope
from requests_app.kinds.models import Request
from requests_app.people.models import Patient
from tests.support import office, sealed_values
from tests.support.database import OwnDatabase
from tests.support.office import NOON
from tests.support.sealed_values import attempted, change_keys, everything, guarded


@pytest.fixture
def clinic(own_database: OwnDatabase) -> Iterator[office.Office]:
    with clock.frozen(NOON):
        yield office.set_up()


_REQUEST = "UPDATE requests_app_request SET {}"
#: The bytes of `filed` as if sealed under another key; what the database can tell from outside.
_ANEW = "filed = overlay(filed PLACING '\\x00ffffff'::bytea FROM 4)"
#: What is tried, by whom, with or without the setting: whether PostgreSQL lets it pass.
WAYS = {
    "the owner, saying so": ("portal_migrator", True, _REQUEST.format(_ANEW), ""),
    "the owner, not saying so": ("portal_migrator", False, _REQUEST.format(_ANEW), "does not change"),
    "the application": ("portal_app", True, _REQUEST.format(_ANEW), "only the owner"),
    "the application, not saying so": ("portal_app", False, _REQUEST.format(_ANEW), "does not change"),
    "the application, what it may change": (
        "portal_app", True, _REQUEST.format("assigned_to = 'x'"), "only the owner",
    ),
    "another state with it": (
        "portal_migrator", True, _REQUEST.format(f"{_ANEW}, state = 'granted'"), "as it was otherwise",
    ),
    "another state alone": (
        "portal_migrator", True, _REQUEST.format("state = 'granted', version = version + 1"),
        "as it was otherwise",
    ),
    "another length": (
        "portal_migrator", True,
        _REQUEST.format("filed = overlay(filed PLACING '\\x00ffffff'::bytea FROM 4) || '\\x00'"),
        "as it was otherwise",
    ),
    "another version of the record": (
        "portal_migrator", True,
        _REQUEST.format("filed = overlay(filed PLACING '\\x000200ffffff'::bytea FROM 2)"),
        "as it was otherwise",
    ),
    "another form": (
        "portal_migrator", True,
        _REQUEST.format("filed = overlay(filed PLACING '\\x02000100ffffff'::bytea FROM 1)"),
        "as it was otherwise",
    ),
    "the same key": (
        "portal_migrator", True,
        _REQUEST.format("filed = set_byte(filed, 90, get_byte(filed, 90) # 1)"),
        "as it was otherwise",
    ),
    "a row gone": ("portal_migrator", True, "DELETE FROM requests_app_statusrow", "only grows"),
    "a table emptied": (
        "portal_migrator", True, "TRUNCATE requests_app_statusrow CASCADE", "only grows",
    ),
    "history rewritten": (
        "portal_migrator", True, "UPDATE requests_app_statusrow SET actor_name = 'Nobody'",
        "as it was otherwise",
    ),
}  # fmt: skip


def test_the_way_leads_nowhere_else(clinic: office.Office, own_database: OwnDatabase) -> None:
    office.filed()
    went = {name: attempted(own_database, *way[:3]) for name, way in WAYS.items()}
    wrong = [
        f"{name}: {went[name] or 'passed'}"
        for name, (*_, words) in WAYS.items()
        if (words not in went[name] if words else went[name])
    ]
    assert wrong == []


def test_a_field_renews_if_and_only_if_nothing_guards_its_column(own_database: OwnDatabase) -> None:
    """By PostgreSQL's own catalogue, lest a save be refused after a key was changed."""
    held = guarded(own_database)
    assert len(held) > 30
    for model, field in sealed_values.fields():
        place = model._meta.db_table, field.column
        assert field.renews is (place not in held), field.record_name


_GUARDS = """
    SELECT DISTINCT tgrelid::regclass::text, proname FROM pg_trigger JOIN pg_proc AS p ON p.oid = tgfoid
    WHERE NOT tgisinternal AND tgtype & 19 = 19 AND tgattr = ''
      AND prosrc NOT LIKE '%requests_app_only_sealed_anew%'
"""


def test_every_guard_of_a_sealed_column_knows_the_way(own_database: OwnDatabase) -> None:
    """A guard made later is told of it by `requests_app.sql.lets_seal_anew`, in its migration."""
    tables = {model._meta.db_table for model, _ in sealed_values.fields()}
    with psycopg.connect(own_database.url()) as somebody:
        found = somebody.execute(_GUARDS).fetchall()
    assert len(found) > 5  # guards over tables that hold nothing sealed
    assert [one for one in found if one[0] in tables] == []


def test_a_permanent_setting_is_seen_by_the_attestation(own_database: OwnDatabase) -> None:
    with psycopg.connect(own_database.admin_url, autocommit=True) as admin:
        here = sql.Identifier(own_database.name)
        admin.execute(sql.SQL("ALTER DATABASE {} SET privacy.sealing_anew = 'on'").format(here))
    connections.close_all()
    with transaction.atomic():
        found = attestation.attest(actor=system("test"))
    assert found.differs == 1


# --- with the next save ----------------------------------------------------------------------------
def test_a_row_is_renewed_when_it_is_saved_and_a_guarded_one_still_moves(
    clinic: office.Office, own_database: OwnDatabase
) -> None:
    request = office.filed()
    before = everything()
    old = change_keys(own_database)
    Patient.objects.get(pk=clinic.patient.pk).save()
    office.do(request, "ask")
    after = everything()
    place = ("requests_app_patient", "identity", str(clinic.patient.pk))
    filed = ("requests_app_request", "filed", str(request.pk))
    assert before[place].key in old
    assert after[place].key not in old
    assert after[place].says == before[place].says
    assert after[filed] == before[filed]
    assert Request.objects.get(pk=request.pk).state == "waiting"


def test_under_a_key_that_seals_a_save_asks_for_no_key_and_keeps_the_bytes(
    clinic: office.Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything()
    asked: list[int | str] = []
    select = keys.DatabaseStore._select

    def counted(store: Any, condition: str, value: int | str) -> Any:
        asked.append(value)
        return select(store, condition, value)

    monkeypatch.setattr(keys.DatabaseStore, "_select", counted)
    Patient.objects.get(pk=clinic.patient.pk).save()
    assert asked == []
    assert everything() == before


def test_what_is_sealed_anew_is_for_its_own_row(clinic: office.Office) -> None:
    other = office.add_patient(clinic.site, number="MR-0950")
    field = Patient._meta.get_field("identity")
    with connection.cursor() as cursor:
        cursor.execute("SELECT identity FROM requests_app_patient WHERE id = %s", [other.pk])
        sealed = bytes(cursor.fetchone()[0])
    renewed = field.renewer()  # type: ignore[attr-defined]
    assert envelope.dek_id_of(renewed(sealed, str(other.pk))) == envelope.dek_id_of(sealed)
    with pytest.raises(Exception, match="does not open"):
        renewed(sealed, str(clinic.patient.pk))
