"""What the tests of the tasks share. Models are imported inside: Django is not ready yet."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _no_key_outlives_its_test() -> Iterator[None]:
    """A sweep makes keys. Made in a test's transaction they are gone with it, and remembered."""
    yield
    from audit import keys

    keys.forget()
