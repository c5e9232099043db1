"""`token__any_of=[…]`: is one of these, sent to the database as one value. `in` writes out each."""

from typing import Any

from django.db.models import BinaryField, Lookup


@BinaryField.register_lookup
class AnyOf(Lookup):
    """The column holds one of the values given."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        # Written out here: the driver asks of each value by itself how it is to be sent.
        written = ",".join([f'"\\\\x{one.hex()}"' for one in self.rhs])
        return f"{column} = ANY(%s::bytea[])", (*parameters, f"{{{written}}}")
