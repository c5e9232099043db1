"""Argon2 at its least cost, for tests in which a password is only a way in: for nearly all.

What a password costs in earnest is the claim of tests/accounts/test_passwords.py.
"""

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

#: As the service has it.
IN_EARNEST = settings.PASSWORD_HASHERS


class Quick(Argon2PasswordHasher):
    time_cost = 1
    memory_cost = 8
    parallelism = 1


def be_quick() -> None:
    """From now on, in this process."""
    settings.PASSWORD_HASHERS = [f"{Quick.__module__}.{Quick.__name__}"]
