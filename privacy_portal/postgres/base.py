"""The database engine named in the settings: Django looks for `base.DatabaseWrapper`."""

import select
from datetime import UTC
from typing import Any

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from privacy_portal.postgres import loaders


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's, but a kept connection with nothing to say is taken as alive.

    A server that stopped, restarted or ended this session has closed its side, and that can be
    read.  Only then, when anything else waits to be read, or after an error is a statement spent
    on asking.
    """

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        made = super().get_new_connection(conn_params)
        if self.timezone is UTC:
            loaders.register(made.adapters)
        return made

    def is_usable(self) -> bool:
        return self._quiet() or bool(super().is_usable())

    def _quiet(self) -> bool:
        known = self.connection is not None and not self.connection.closed
        if not known or self.errors_occurred:
            return False
        # In a transaction that has failed every statement would be refused.
        failed = self.connection.info.transaction_status is TransactionStatus.INERROR
        return not failed and _silent(self.connection.pgconn.socket)


def _silent(socket: int) -> bool:
    watch = select.poll()
    watch.register(socket, select.POLLIN | select.POLLERR | select.POLLHUP)
    return not watch.poll(0)
