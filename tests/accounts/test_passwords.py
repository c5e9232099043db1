"""What it costs to try a password: Argon2id at no less than OWASP's Password Storage Cheat Sheet asks."""

from typing import Any

from argon2 import Type, extract_parameters
from django.contrib.auth.hashers import check_password, make_password

from tests.support import passwords
from tests.support.accounts import PASSWORD


def test_a_password_is_hashed_with_argon2id_at_its_full_cost(settings: Any) -> None:
    settings.PASSWORD_HASHERS = passwords.IN_EARNEST

    kept = make_password(PASSWORD)

    used = extract_parameters(kept.removeprefix("argon2"))
    assert used.type is Type.ID
    assert used.memory_cost >= 19 * 1024  # KiB
    assert used.time_cost >= 2
    assert check_password(PASSWORD, kept)
    assert not check_password(f"{PASSWORD}.", kept)
