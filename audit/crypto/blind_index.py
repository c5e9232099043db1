"""Equality search over sealed values: the first 16 bytes of a MAC under a key of its own.

    token = HMAC(index key of that name, value as UTF-8)[0:16]

One random key for each index name, never an encryption key: equal values in two columns give
unrelated tokens.  A token tells a thief only which rows hold the same value.  A hit is a
candidate: open the record and compare before using it.  How a value is folded (case, accents)
is the caller's rule; both sides must fold alike.
"""

from collections.abc import Callable
from datetime import date

from audit.crypto import keyring
from audit.crypto.keyring import Keyring
from audit.errors import UnknownKey

SIZE = 16
_PREFIX = "index."
_names: set[str] = set()


def register(*names: str) -> None:
    """Say that indexes of these names are used. Safe to repeat; called when a module is imported.

    A new way of folding is a new name (`people.family_name.2`) beside the old one.
    """
    _names.update(names)


def classes() -> tuple[str, ...]:
    """The key class of every registered index."""
    return tuple(_PREFIX + name for name in sorted(_names))


def token(index_name: str, value: str, *, ring: Keyring | None = None) -> bytes:
    """16 bytes, equal for equal values of this index only.

    UnknownKey for an index nobody registered or that has no key yet; ValueError for an empty
    value, which would make strangers equal.  `ring` saves looking for the process's keyring again.
    """
    return tokens(index_name, ring=ring)(value)


def tokens(index_name: str, *, ring: Keyring | None = None) -> Callable[[str], bytes]:
    """What makes tokens of an index, its key in hand. Not to be kept: keys are let go in time.

    For many at once, and where the database cannot be asked for a key meanwhile.  Raises as `token`.
    """
    if index_name not in _names:
        raise UnknownKey(f"no index is called {index_name}")
    mac = (ring or keyring.current()).active(_PREFIX + index_name, date.min).mac

    def made(value: str) -> bytes:
        if not value:
            raise ValueError("an empty value has no token")
        return mac(value.encode())[:SIZE]

    return made
