"""A model field that holds one sealed record.

    class Patient(models.Model):
        id = models.UUIDField(primary_key=True, default=uuid4)
        identity = SealedRecord(PatientIdentity, name="people.patient", version=1)

`patient.identity` is a frozen dataclass; the column holds the bytes of `audit.crypto.envelope`,
bound to the logical name, the row's primary key and the record version.  The name is written
once and outlives renames of model, table and column.

Django hands a field's converters no instance, so the bytes travel unopened and a descriptor
opens them with the row's key when somebody looks.  Only `pre_save` seals, and only what it has
sealed reaches a statement: `update`, `bulk_update` and every lookup but `isnull` raise.

A record that is given another shape is given another version.  What was sealed in an earlier one stays
as it is, still opens if the field names that shape, and is shown in today's; what is saved is today's.

When a data key is changed, what it sealed is sealed anew under the next: with the row, the next time
it is saved, where the field says `renews`; and all the rest by `audit.resealing`.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast, overload

import msgspec
from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import IsNull

from audit import keys
from audit.crypto import envelope
from audit.crypto.envelope import Place
from audit.crypto.keyring import Span
from audit.errors import SealBroken
from audit.held import Held, Ready, Sealed, hide

R = TypeVar("R")
S = TypeVar("S", covariant=True)
if TYPE_CHECKING:
    _Field = models.Field[Any, Any]
else:
    _Field = models.Field


class Earlier(Protocol[S]):
    """A frozen dataclass in the shape of an earlier version, in which nothing is sealed any more."""

    def brought_up(self) -> S:
        """What it says, in today's shape."""
        ...


class SealedAttribute(Generic[R]):
    """Opens the record when it is looked at, and remembers it for this instance."""

    def __init__(self, field: "SealedRecord[R]") -> None:
        self.field = field

    @overload
    def __get__(self, instance: None, owner: type) -> "SealedAttribute[R]": ...
    @overload
    def __get__(self, instance: models.Model, owner: type) -> R | None: ...
    def __get__(self, instance: models.Model | None, owner: type) -> Any:
        if instance is None:
            return self
        attribute = self.field.attname
        if attribute not in instance.__dict__:
            self.__set__(instance, self._deferred(instance))
        held = instance.__dict__[attribute]
        return None if held is None else self.field.opened(instance, held)

    def __set__(self, instance: models.Model, value: object) -> None:
        instance.__dict__[self.field.attname] = self.field.held(value)

    def _deferred(self, instance: models.Model) -> object:
        """Only this column is fetched: refresh_from_db would hand over the opened record."""
        manager = type(instance)._base_manager.db_manager(instance._state.db)
        return manager.filter(pk=instance.pk).values_list(self.field.attname, flat=True).get()


class SealedRecord(_Field, Generic[R]):
    """One typed record, sealed as a whole.

    record_type  a frozen dataclass that msgspec can write as JSON.  Its repr, and that of the
                 dataclasses in it, is replaced by one that shows nothing.
    name         the logical record name, `room.record`; the part before the dot is the key class
    version      of the record's shape; another shape is another version
    earlier      the shapes of earlier versions that still open, by version
    renews       a row saved for another reason is sealed anew if the key it names seals no more.  Not
                 where PostgreSQL lets nobody change the column: there the save would be refused
    """

    descriptor_class = SealedAttribute
    empty_strings_allowed = False

    def __init__(
        self,
        record_type: type[R] | None = None,
        *,
        name: str,
        version: int = 1,
        earlier: Mapping[int, type[Earlier[R]]] | None = None,
        renews: bool = False,
        **options: Any,
    ) -> None:
        options["editable"] = False
        super().__init__(**options)
        self.renews = renews
        self.record_type, self.record_name, self.record_version = record_type, name, version
        self.key_class = f"field.{name.partition('.')[0]}"
        keys.add_class(self.key_class, Span.YEAR)
        self._decoders: dict[int, msgspec.json.Decoder[Any]] = {}
        if record_type is not None:
            shapes: dict[int, type[Any]] = {**(earlier or {}), version: record_type}
            for shape in shapes.values():
                hide(shape)
            self._decoders = {
                number: msgspec.json.Decoder(shape, strict=True) for number, shape in shapes.items()
            }
            self._encoder = msgspec.json.Encoder(order="deterministic")

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Migrations know the name and the version, not the type: types move, migrations stay."""
        name, path, args, options = super().deconstruct()
        options.pop("editable", None)
        return (
            name,
            path,
            args,
            options
            | {
                "name": self.record_name,
                "version": self.record_version,
            },
        )

    # --- between the instance and its bytes ---------------------------------------------------
    def held(self, value: object) -> Held | None:
        """What the instance keeps of a value assigned to it; TypeError for anything unexpected."""
        if value is None or isinstance(value, Held):
            return value
        if isinstance(value, Sealed):
            return Held(sealed=value.content)
        if self.record_type is not None and type(value) is self.record_type:
            return Held(sealed=None, record=value)
        raise TypeError(f"{self.record_name} takes its own record type and nothing else.")

    def opened(self, instance: models.Model, held: Held) -> R:
        """The record; SealBroken if the bytes were not sealed for this row."""
        if held.record is None:
            row = self._row(instance)
            held.record, held.row = self._open(cast(bytes, held.sealed), row), row
        return cast(R, held.record)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        if self.attname not in model_instance.__dict__:
            raise FieldError(f"{self.record_name} was deferred; nothing of it is written.")
        held: Held | None = model_instance.__dict__[self.attname]
        if held is None:
            return Ready(None)
        record, row = self.opened(model_instance, held), self._row(model_instance)
        if held.sealed is None or held.row != row or self._due(held.sealed):
            held.sealed, held.row = self._seal(record, row), row
        return Ready(held.sealed)

    def _due(self, sealed: bytes) -> bool:
        """Whether bytes that open are sealed under a key that seals no more, and may be renewed."""
        return self.renews and not keys.keyring().seals(envelope.dek_id_of(sealed))

    def _seal(self, record: R, row: str) -> bytes:
        return self.sealer()(record, row)

    def sealer(self) -> Callable[[R, str], bytes]:
        """What seals records, each for the row of that primary key: for many, one look for the key.

        Not to be kept: a key is replaced, or destroyed, between one piece of work and the next.
        """
        key = keys.keyring().active(self.key_class, keys.today())

        def seal(record: R, row: str) -> bytes:
            if type(record) is not self.record_type:
                raise TypeError(f"{self.record_name} takes its own record type and nothing else.")
            place = self._place(row, self.record_version)
            return envelope.seal(self._encoder.encode(record), key=key, place=place)

        return seal

    def _open(self, sealed: bytes, row: str) -> R:
        return self.opener()(Sealed(sealed), row)

    def opener(self) -> Callable[[Sealed, str], R]:
        """What opens values as a query gave them, each with its row's primary key: for many rows that
        need no instance. Not to be kept, as little as a sealer is.
        """
        read = self.reader()
        return lambda sealed, row: read(sealed.content, row)

    def reader(self) -> Callable[[bytes, str], R]:
        """As `opener`, of the bytes of the column where they were read past the ORM."""
        if self.record_type is None:
            raise SealBroken("a historical model opens nothing")
        named, name = cache(keys.keyring().named), self.record_name
        open_named, read = envelope.open_named, self._read

        def opened(sealed: bytes, row: str) -> R:
            return read(*open_named(sealed, named=named, name=name, row=row))

        return opened

    def renewer(self) -> Callable[[bytes, str], bytes]:
        """What seals values anew under the key of today, each for the row of that primary key.

        What comes out has been opened again and is, byte for byte, what went in, of the same version.
        SealBroken, UnknownKey or KeyDestroyed for a value that does not open. Not to be kept, as little
        as a sealer is.
        """
        ring = keys.keyring()
        key = ring.active(self.key_class, keys.today())

        def renewed(sealed: bytes, row: str) -> bytes:
            place = self._place(row, envelope.version_of(sealed))
            plain = envelope.open_sealed(
                sealed, key=ring.named(envelope.dek_id_of(sealed)), place=place
            )
            anew = envelope.seal(plain, key=key, place=place)
            if envelope.open_sealed(anew, key=ring.named(key.dek_id), place=place) != plain:
                raise SealBroken(f"{self.record_name} was not sealed as it was")
            return anew

        return renewed

    def _read(self, plain: bytes, version: int) -> R:
        """The record of these very bytes; SealBroken for any other spelling of it, or another version
        than the field names."""
        try:
            record = self._decoders[version].decode(plain)
        except (msgspec.DecodeError, ValueError, KeyError):
            raise SealBroken(f"{self.record_name} has another shape") from None
        if self._encoder.encode(record) != plain:
            raise SealBroken(f"{self.record_name} has another shape")
        told: R = record if version == self.record_version else record.brought_up()
        return told

    def _place(self, row: str, version: int) -> Place:
        """Where bytes of that version belong; SealBroken for a version that the field does not name."""
        if version not in self._decoders:
            raise SealBroken("does not open")
        return Place(self.record_name, row, version)

    def _row(self, instance: models.Model) -> str:
        """The primary key as the database will give it back; it must exist before the row does."""
        key = instance._meta.pk.to_python(instance.pk)
        if key is None:
            raise FieldError(f"{self.record_name} needs the row's primary key before it is saved.")
        return str(key)

    # --- between the bytes and the database ------------------------------------------------------
    def get_internal_type(self) -> str:
        return "BinaryField"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        if not isinstance(value, Ready):
            raise FieldError(
                f"{self.record_name} is sealed for one row: assign it and save the instance. "
                "update() and bulk_update() cannot seal."
            )
        return value.content

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return IsNull
        raise FieldError(
            f"{self.record_name} is sealed and cannot be compared; find rows by a blind index."
        )

    def get_transform(self, lookup_name: str) -> None:
        return None

    # --- doors that would show it ---------------------------------------------------------------
    def formfield(self, *args: Any, **options: Any) -> None:
        return None

    def value_to_string(self, obj: models.Model) -> str:
        raise FieldError(f"{self.record_name} is sealed and is not serialised.")

    def value_from_object(self, obj: models.Model) -> Any:
        raise FieldError(f"{self.record_name} is sealed and is not serialised.")
