"""Codes by e-mail: to sign in without a password, and to show that an address is one's own.

Nothing here tells who has an account.  Whatever address is typed, a row is made, the same look-ups
and the same hashing are done, and the same page follows; the mail alone differs, and only the
address's owner reads it.  A code is for the browser that asked: its row's id lies in the session.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from audit import actors
from privacy_portal.accounts import addresses, people, refusals
from privacy_portal.accounts.model_factors import Letter, MailedCode, Purpose
from privacy_portal.accounts.model_users import User
from requests_app.errors import BadInput

#: How long a code opens, and how often it may be typed.
LIFETIME, TRIES = timedelta(minutes=15), 5
#: Codes asked for in a quarter of an hour, by one source and to one address.
PER_SOURCE, PER_ADDRESS, WINDOW = 10, 5, timedelta(minutes=15)
KEPT = timedelta(days=1)
#: Eight letters and digits that are not taken for one another: 39 bits.
_ALPHABET, _LENGTH = "ABCDEFGHJKLMNPQRTUVWXYZ2346789", 8
SIGN_UP = actors.system("sign-up")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What is typed to sign up."""

    address: str
    password: str


def ask_to_sign_in(address: str, *, source: str, now: datetime) -> UUID:
    """Have a code sent to whoever signs in with this address; the row, whoever that is.

    BadInput for what is no address, refusals.TooManyAttempts when too many were asked for.
    """
    folded = _address(address)
    limit(source, folded, now)
    user = addresses.find(folded)
    account = user if user is not None and user.is_active else None
    return store(Purpose.SIGN_IN, account, Letter(folded, make_code()), now)


def ask_to_sign_up(new: NewAccount, *, source: str, now: datetime) -> UUID:
    """Have a code sent to an address that is to become an account's; the row, taken or not.

    BadInput for what is no address and for a weak password, which is the asker's own; nothing else.
    """
    folded = _address(new.address)
    try:
        validate_password(new.password)
    except ValidationError as weak:
        raise BadInput.one("/password", " ".join(weak.messages)) from weak
    limit(source, folded, now)
    letter = Letter(folded, make_code(), make_password(new.password))
    return store(Purpose.SIGN_UP, addresses.find(folded), letter, now)


def enter(row_id: UUID, code: str, purpose: Purpose, *, source: str, now: datetime) -> User | None:
    """The account that this code opens, or the one just made with it; None, counted, for a wrong one.

    A code opens once, within a quarter of an hour, and after five wrong ones no more.
    """
    name = f"mailed code {row_id}"
    refusals.check(source, name, now=now)
    with transaction.atomic():
        row = taken(row_id, code, purpose, now)
        user = None if row is None else _opened(row, now)
    if user is None:
        refusals.note(source, what="mailed_code", name=name)
    return user


def forget(now: datetime) -> int:
    """Delete codes that ended a day ago; for a task, safe to repeat."""
    gone, _each = MailedCode.objects.filter(expires_at__lt=now - KEPT).delete()
    return gone


def _opened(row: MailedCode, now: datetime) -> User | None:
    if row.purpose == Purpose.SIGN_IN:
        return row.account if row.account and row.account.is_active else None
    letter = row.letter
    if row.account is not None or letter is None:
        return None
    try:
        with transaction.atomic():
            return people.create_signed_up(letter.address, letter.password, actor=SIGN_UP, now=now)
    except BadInput:  # somebody else was quicker; who, is not told
        return None


def taken(row_id: UUID, code: str, purpose: Purpose, now: datetime) -> MailedCode | None:
    """The row, used up, when the code is its own; a wrong code is counted on the row."""
    rows = MailedCode.objects.select_for_update(of=("self",)).select_related("account")
    row = rows.filter(pk=row_id, purpose=purpose, used_at=None, expires_at__gt=now).first()
    if row is None or row.letter is None or row.tries >= TRIES:
        return None
    typed = "".join(code.split()).replace("-", "").upper()
    if not constant_time_compare(typed, row.letter.code):
        MailedCode.objects.filter(pk=row.pk).update(tries=F("tries") + 1)
        return None
    MailedCode.objects.filter(pk=row.pk).update(used_at=now)
    return row


def store(purpose: Purpose, account: User | None, letter: Letter, now: datetime) -> UUID:
    row = MailedCode.objects.create(
        purpose=purpose, account=account, letter=letter, made_at=now, expires_at=now + LIFETIME
    )
    return row.pk


def limit(source: str, address: str, now: datetime) -> None:
    refusals.count("codes", source, most=PER_SOURCE, within=WINDOW, now=now)
    refusals.count("codes to", address, most=PER_ADDRESS, within=WINDOW, now=now)


def _address(address: str) -> str:
    folded = addresses.fold(address)
    try:
        validate_email(folded)
    except ValidationError as none:
        sentence = _("Enter an e-mail address, like name@example.org.")
        raise BadInput.one("/address", sentence) from none
    return folded


def make_code() -> str:
    return "".join(secrets.choice(_ALPHABET) for _each in range(_LENGTH))
