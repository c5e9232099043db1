"""A sealed record on a model: seen through its own row, and through nothing else."""

import json
import pickle
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest
from django.apps.registry import Apps
from django.core.exceptions import FieldError
from django.db import IntegrityError, connection, models
from django.db.models import Value

from audit import keys
from audit.crypto import envelope
from audit.crypto.envelope import Place
from audit.errors import SealBroken
from audit.fields import SealedRecord
from audit.held import Sealed
from tests.support.database import OwnDatabase
from tests.support.statements import statements


@dataclass(frozen=True, slots=True)
class Address:
    city: str


@dataclass(frozen=True, slots=True)
class Identity:
    name: str
    tags: frozenset[str] = frozenset()
    address: Address | None = None

    def brought_up(self) -> "Later":
        return Later(self.name, tags=tuple(sorted(self.tags)))


@dataclass(frozen=True, slots=True)
class Later:
    """The shape that another version gives it."""

    full_name: str
    tags: tuple[str, ...] = ()


class Person(models.Model):
    """Lives in a registry of its own, so that no other test meets it."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    # A class that the service has already: keys of a new one would be missed by /health.
    identity = SealedRecord(Identity, name="people.trial", version=1)
    note = SealedRecord(Identity, name="people.trial_note", version=1, null=True)
    label = models.TextField(default="")

    class Meta:
        apps = Apps()
        app_label = "trial"
        db_table = "trial_person"


class PersonLater(models.Model):
    """The same table, once its record has another shape."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    identity = SealedRecord(Later, name="people.trial", version=2, earlier={1: Identity})
    label = models.TextField(default="")

    class Meta:
        apps = Apps()
        app_label = "trial"
        db_table = "trial_person"


ADA = Identity("Ada Example", frozenset({"b", "a"}), Address("Springfield"))
TABLE = """
    CREATE TABLE trial_person (
        id uuid PRIMARY KEY, identity bytea NOT NULL, note bytea, label text NOT NULL
    )
"""


@pytest.fixture(autouse=True)
def table(keyed_database: OwnDatabase) -> None:
    with psycopg.connect(keyed_database.url("portal_migrator")) as migrator:
        migrator.execute(TABLE)


def made(**facts: Any) -> Person:
    return Person.objects.create(**{"identity": ADA} | facts)


def stored(person: Person, column: str = "identity") -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM trial_person WHERE id = %s", [person.pk])
        return bytes(cursor.fetchone()[0])


def test_a_record_comes_back_as_it_was_saved() -> None:
    assert Person.objects.get(pk=made().pk).identity == ADA


def test_the_column_holds_nothing_readable() -> None:
    blob = stored(made())
    assert blob[0] == envelope.FORM
    assert b"Ada" not in blob


def test_an_assigned_record_is_seen_before_and_after_saving() -> None:
    person = made()
    person.identity = replace(ADA, name="Demo Patient")
    assert person.identity.name == "Demo Patient"
    person.save()
    assert Person.objects.get(pk=person.pk).identity.name == "Demo Patient"


def test_saving_a_row_whose_record_did_not_change_keeps_its_bytes() -> None:
    person = Person.objects.get(pk=made().pk)
    before = stored(person)
    person.label = "changed"
    person.save()
    assert stored(person) == before


def test_null_and_an_empty_record_are_two_things() -> None:
    without, empty = made(), made(note=Identity(""))
    assert Person.objects.get(pk=without.pk).note is None
    assert Person.objects.get(pk=empty.pk).note == Identity("")
    assert list(Person.objects.filter(note__isnull=True)) == [without]


def test_a_row_without_its_record_is_refused() -> None:
    with pytest.raises(IntegrityError):
        Person.objects.create()


def test_a_deferred_record_is_fetched_when_looked_at() -> None:
    made()
    person = Person.objects.defer("identity").get()
    with statements() as asked:
        assert person.identity == ADA
    assert len(asked) == 1, asked
    person = Person.objects.only("label").get()
    person.label = "changed"
    person.save()
    assert Person.objects.get().identity == ADA


def test_many_rows_are_sealed_at_once() -> None:
    Person.objects.bulk_create([Person(identity=Identity(str(n))) for n in range(3)])
    assert {person.identity.name for person in Person.objects.all()} == {"0", "1", "2"}


def test_a_row_can_be_refreshed_and_saved_again() -> None:
    person = made()
    person.refresh_from_db()
    assert person.identity == ADA
    person.save()
    assert Person.objects.get().identity == ADA


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda rows, one: rows.update(identity=ADA), id="update"),
        pytest.param(lambda rows, one: rows.update(note=None), id="update to NULL"),
        pytest.param(lambda rows, one: rows.update(identity=b"bytes"), id="update with bytes"),
        pytest.param(
            lambda rows, one: rows.update(identity=rows.values_list("identity", flat=True)[0]),
            id="update with sealed bytes of a row",
        ),
        pytest.param(lambda rows, one: rows.bulk_update([one], ["identity"]), id="bulk_update"),
        pytest.param(lambda rows, one: rows.filter(identity=ADA), id="filter"),
        pytest.param(lambda rows, one: rows.filter(identity=None), id="filter by None"),
        pytest.param(lambda rows, one: rows.filter(identity__in=[ADA]), id="filter in"),
        pytest.param(lambda rows, one: rows.exclude(identity__gt=ADA), id="exclude"),
        pytest.param(lambda rows, one: rows.filter(identity__name="Ada"), id="look inside"),
        pytest.param(lambda rows, one: rows.get(identity__contains="Ada"), id="contains"),
    ],
)
def test_what_cannot_be_sealed_for_a_row_raises(act: Any) -> None:
    one = made()
    with pytest.raises(FieldError):
        act(Person.objects.all(), one)
    assert Person.objects.get().identity == ADA


@pytest.mark.parametrize("value", [b"bytes", "text", {"name": "Ada"}, Address("Springfield"), 7])
def test_only_its_own_record_type_is_taken(value: object) -> None:
    with pytest.raises(TypeError):
        Person(identity=value)


@pytest.mark.parametrize(
    "put",
    [
        pytest.param("(SELECT identity FROM trial_person WHERE id = %(other)s)", id="another's"),
        pytest.param("note", id="another column's"),
        pytest.param("substring(identity FROM 1 FOR 90)", id="cut short"),
        pytest.param("''", id="empty"),
        pytest.param("'Ada Example'", id="in the clear"),
        pytest.param("set_byte(identity, 2, 2)", id="another version"),
    ],
)
def test_bytes_that_were_not_sealed_for_this_row_do_not_open(put: str) -> None:
    person, other = made(note=Identity("a note")), made()
    with connection.cursor() as cursor:
        statement = f"UPDATE trial_person SET identity = {put} WHERE id = %(own)s"
        cursor.execute(statement, {"own": person.pk, "other": other.pk})
    found = Person.objects.get(pk=person.pk)
    with pytest.raises(SealBroken):
        _ = found.identity
    with pytest.raises(SealBroken):
        found.save()


def test_a_copied_row_is_sealed_anew_for_its_own_key() -> None:
    person = Person.objects.get(pk=made().pk)
    assert person.identity == ADA
    person.pk, person._state.adding = uuid4(), True
    person.save()
    assert [one.identity for one in Person.objects.all()] == [ADA, ADA]


def test_the_primary_key_is_the_same_row_however_it_is_written() -> None:
    spelt = "8F14E45F-CEEA-467F-A8B1-000000000001"
    made(id=spelt)
    assert Person.objects.get(pk=UUID(spelt)).identity == ADA


def test_a_record_of_another_shape_does_not_open() -> None:
    person = made()
    plain = msgspec.json.encode({"name": "Ada", "more": 1})
    key = keys.keyring().active("field.people", keys.today())
    place = Place("people.trial", str(person.pk), 1)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE trial_person SET identity = %s", [envelope.seal(plain, key=key, place=place)]
        )
    with pytest.raises(SealBroken, match="shape"):
        _ = Person.objects.get().identity


def test_an_earlier_shape_opens_as_todays_and_is_saved_as_todays() -> None:
    person = PersonLater.objects.get(pk=made().pk)
    assert person.identity == Later("Ada Example", ("a", "b"))
    person.save()
    assert envelope.version_of(stored(person)) == 1, "nobody has said it anew"
    person.identity = replace(person.identity, full_name="Ada Sample")
    person.save()
    assert envelope.version_of(stored(person)) == 2
    assert PersonLater.objects.get().identity == Later("Ada Sample", ("a", "b"))
    with pytest.raises(SealBroken):
        _ = Person.objects.get().identity


def test_an_earlier_shape_is_sealed_anew_as_it_is() -> None:
    person = made()
    field = PersonLater._meta.get_field("identity")
    anew = field.renewer()(stored(person), str(person.pk))  # type: ignore[union-attr]
    assert anew != stored(person)
    assert envelope.version_of(anew) == 1
    assert PersonLater(id=person.pk, identity=Sealed(anew)).identity == Later(
        "Ada Example", ("a", "b")
    )


@pytest.mark.parametrize("version", [0, 2, 3], ids=["none", "one that says another shape", "new"])
def test_a_version_put_on_it_by_hand_does_not_open(version: int) -> None:
    person = made()
    forged = bytearray(stored(person))
    forged[1:3] = version.to_bytes(2)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE trial_person SET identity = %s", [bytes(forged)])
    with pytest.raises(SealBroken):
        _ = PersonLater.objects.get().identity
    with pytest.raises(SealBroken):
        PersonLater._meta.get_field("identity").renewer()(bytes(forged), str(person.pk))  # type: ignore[union-attr]


def test_nothing_prints_a_record() -> None:
    person = Person.objects.get(pk=made().pk)
    seen = [repr(person), repr(person.identity), str(person.identity), f"{person.identity}"]
    seen += [repr(person.__dict__), repr(ADA.address), str(Person.objects.values())]
    seen += [str(list(Person.objects.values_list("identity", flat=True)))]
    assert not any("Ada" in text or "Springfield" in text for text in seen)


def test_values_cannot_be_written_out() -> None:
    made()
    with pytest.raises(TypeError):
        json.dumps(list(Person.objects.values("identity")))


def test_a_pickle_holds_sealed_bytes_only() -> None:
    person = Person.objects.get(pk=made().pk)
    assert person.identity == ADA
    held = pickle.dumps(person.__dict__["identity"])
    assert b"Ada" not in held
    twin = Person(id=person.pk)
    twin.__dict__["identity"] = pickle.loads(held)
    assert twin.identity == ADA


def test_a_record_that_was_never_sealed_is_not_pickled() -> None:
    with pytest.raises(TypeError, match="not sealed"):
        pickle.dumps(Person(identity=ADA).__dict__["identity"])


def test_forms_and_serialisers_do_not_get_it() -> None:
    field = Person._meta.get_field("identity")
    assert field.formfield() is None  # type: ignore[union-attr]
    for show in (field.value_to_string, field.value_from_object):  # type: ignore[union-attr]
        with pytest.raises(FieldError):
            show(made())


def test_a_migration_names_the_record_and_not_its_type() -> None:
    _, path, args, options = SealedRecord(Identity, name="people.trial", version=3).deconstruct()
    assert (path, list(args)) == ("audit.fields.SealedRecord", [])
    assert options == {"name": "people.trial", "version": 3}


def test_an_expression_is_no_way_in() -> None:
    made()
    with pytest.raises(FieldError):
        Person.objects.update(identity=Value(ADA, output_field=Person._meta.get_field("identity")))
