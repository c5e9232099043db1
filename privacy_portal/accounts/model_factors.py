"""What second factors and e-mailed codes keep: every secret sealed, in a row of its own."""

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from audit import clock
from audit.fields import SealedRecord


@dataclass(frozen=True)
class Secret:
    """The key of an authenticator app, or the seed of recovery codes."""

    text: str


@dataclass(frozen=True)
class Letter:
    """A code on its way: to which address, and for a new account the password's hash.

    To look a request up, what was typed stands here instead of an address: who may be written to is
    found when the code is sent.
    """

    address: str
    code: str
    password: str = ""
    reference: str = ""
    birth_date: str = ""


class FactorSecret(models.Model):
    """One secret. The row of allauth's that uses it holds this row's id and nothing else of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    secret = SealedRecord(Secret, name="accounts.factor_secret", renews=True)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "account_factor_secret"


class Purpose(models.TextChoices):
    """What a code is for."""

    SIGN_IN = "sign_in"
    SIGN_UP = "sign_up"
    LOOK_UP = "look_up"
    INVITE = "invite"


class MailedCode(models.Model):
    """One code sent to an address, or a row that only looks like one: see `accounts.mailed`.

    `account` is null for a new account and for an address that has none.  Rows are forgotten a day
    after they end.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    letter = SealedRecord(Letter, name="accounts.mailed_code", renews=True)
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    sendings = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "account_mailed_code"
        indexes = [
            models.Index(fields=["made_at"], name="mailed_code_unsent", condition=Q(sent_at=None))
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="mailed_code_expires_later"
            )
        ]
