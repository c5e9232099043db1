"""Every scenario signs people in; none is about passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper


@pytest.fixture(autouse=True)
def _quick_passwords(settings: SettingsWrapper) -> None:
    settings.PASSWORD_HASHERS = ["tests.support.passwords.Quick"]
