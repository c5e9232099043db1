"""The accounts' fixtures serve the pages too."""

from tests.accounts.conftest import _noon, ada

__all__ = ["_noon", "ada"]
