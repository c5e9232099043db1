"""The accounts' fixtures serve the pages too, and so does the invented practice."""

from tests.accounts.conftest import _noon, ada
from tests.api.conftest import clinic

__all__ = ["_noon", "ada", "clinic"]
