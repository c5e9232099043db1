"""How an instant is read back. The usual way took longer than finding the row it stands in."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import BaseTzLoader
from psycopg.adapt import AdaptersMap, Buffer

_ZERO = timedelta(0)


class InstantLoader(BaseTzLoader):  # type: ignore[misc]
    """An instant, from how a session in UTC writes it; the same as the usual loader gives."""

    timezone: Any = UTC

    def load(self, data: Buffer) -> datetime:
        try:
            read = datetime.fromisoformat(str(data, "ascii"))
        except ValueError:  # "infinity", a year of five digits: as ever.
            return super().load(data)  # type: ignore[no-any-return]
        if read.utcoffset() != _ZERO:
            return super().load(data)  # type: ignore[no-any-return]
        return read


def register(adapters: AdaptersMap) -> None:
    """Read with these on one connection. Its time zone has to be UTC."""
    adapters.register_loader("timestamptz", InstantLoader)
