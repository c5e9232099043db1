"""A browser session, kept under the digest of its key: a stolen database opens no session."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from audit import clock


class Session(AbstractBaseSession):
    """`session_key` holds 160 bits of the key's SHA-256 digest; only the browser holds the key.

    `account_id` and `last_seen` stand beside the data so that a person's sessions can be ended at
    once and idle ones found without opening any.
    """

    account_id = models.UUIDField(null=True, db_index=True)
    opened_at = models.DateTimeField(default=clock.now)
    last_seen = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        db_table = "account_session"

    @classmethod
    def get_session_store_class(cls) -> type:
        from privacy_portal.accounts.sessions import SessionStore

        return SessionStore
