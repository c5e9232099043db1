"""The database engine named in the settings: Django looks for `base.DatabaseWrapper`."""

import select

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's, but a kept connection with nothing to say is taken as alive.

    A server that stopped, restarted or ended this session has closed its side, and that can be
    read.  Only then, when anything else waits to be read, or after an error is a statement spent
    on asking.
    """

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
