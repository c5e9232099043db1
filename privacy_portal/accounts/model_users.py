"""The account: a sign-in name, a password, a switch. What a person may do stands in RoleGrant."""

import hashlib
import uuid
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef

from audit import clock
from privacy_portal.accounts.model_roles import GRANT, RoleGrant


class Digest(models.Func):
    """SHA-256 of a text, worked out by PostgreSQL."""

    template = "sha256(convert_to(%(expressions)s, 'UTF8'))"
    output_field = models.BinaryField()


class UserManager(BaseUserManager["User"]):
    def staff_called(self, username: str) -> "models.QuerySet[User]":
        """Staff of that sign-in name, asked for by its digest.

        Whatever is typed comes here, a patient's address too, and a database may write down what
        it is asked.  PostgreSQL hashes the names of staff only, who are few: no index is needed.
        """
        digest = hashlib.sha256(username.encode()).digest()
        return self.filter(name__gt="").alias(digest=Digest("username")).filter(digest=digest)

    def with_roles(self, now: datetime) -> "models.QuerySet[User]":
        """Accounts with the grants in force at `now`, in one query (`user.grants_in_force`).

        Each grant is {"role": str, "site": str | null, "licence": str}.
        """
        grants = RoleGrant.objects.in_force(now).filter(user=OuterRef("pk"))
        rows = grants.values(row=GRANT)
        return self.annotate(grants_in_force=ArraySubquery(rows))


class User(AbstractBaseUser):
    """One person or one machine client; never shared, never deleted, only switched off.

    Staff sign in with a work e-mail address, which is `username` (casefolded).  That somebody is a
    patient is itself protected, so a patient's account has a random `username`, no `name`, and its
    address lies sealed among the people of the second floor.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(max_length=254, unique=True)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    last_login = None  # Sign-ins are entries of the log, not a column that each one overwrites.

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()
    grants_in_force: list[dict[str, Any]]

    class Meta:
        db_table = "account"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(username__regex=r"^\S+$"), name="account_username_has_no_blanks"
            )
        ]

    def __repr__(self) -> str:
        return f"<User {self.pk}>"

    def __str__(self) -> str:
        return str(self.pk)

    @staticmethod
    def opaque_username() -> str:
        """A name that says nothing, for a patient's account."""
        return uuid.uuid4().hex


def account_id(value: "User | UUID | str") -> UUID:
    """The account's id, whatever form the caller holds it in."""
    if isinstance(value, User):
        return value.pk
    return value if isinstance(value, UUID) else UUID(value)
