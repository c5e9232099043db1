"""What is written out in place of a library's own, held against the library's."""

import hmac
import os

import pytest

from audit.crypto import primitives


@pytest.mark.parametrize("length", [0, 1, 32, 63, 64, 65, 130])
def test_our_mac_is_the_librarys(length: int) -> None:
    key = os.urandom(length)
    for size in (0, 1, 55, 64, 119, 700):
        message = os.urandom(size)
        assert primitives.mac(key, message) == hmac.digest(key, message, "sha256")


def test_a_mac_is_that_of_the_standard() -> None:
    """RFC 4231, test case 2."""
    found = primitives.mac(b"Jefe", b"what do ya want for nothing?")
    assert found.hex() == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
