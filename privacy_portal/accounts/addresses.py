"""Sign-in addresses: staff's stand in the clear as sign-in name, patients' are sealed below.

The only place of this floor that asks the second floor whose address it is.
"""

import unicodedata
from uuid import UUID

from audit.actors import Actor
from privacy_portal.accounts.model_users import User


def fold(address: str) -> str:
    """One spelling for one address: trimmed, composed, case gone."""
    return unicodedata.normalize("NFC", address.strip()).casefold()


def account_for_address(address: str) -> UUID | None:
    """The patient's account with this sealed address, or None."""
    from requests_app import selectors

    return selectors.account_for_address(address)


def set_sign_in_address(account: UUID, address: str, *, actor: Actor) -> None:
    """Seal a patient's sign-in address; one address opens one account."""
    from requests_app.actions import accounts

    accounts.set_sign_in_address(account, address, actor=actor)


def sign_in_address(account: str) -> str | None:
    """A patient's address, opened; None for an account that has none, or for no account at all."""
    from requests_app import selectors

    held = _account(account)
    return selectors.sign_in_address(held) if held else None


def work_address(account: str) -> str | None:
    """The work address of a member of staff who still works here, or None."""
    row = User.objects.filter(pk=_account(account), is_active=True, name__gt="").first()
    return row.username if row and "@" in row.username else None


def _account(text: str) -> UUID | None:
    """Who acts may be the service itself, whose name is no account's id."""
    try:
        return UUID(text)
    except ValueError:
        return None


def find(address: str) -> User | None:
    """The account that signs in with this address.

    Both look-ups are made whatever the first one finds, so that the time taken does not tell a
    patient's address from a member of staff's, or either from nobody's.
    """
    folded = fold(address)
    staff = User.objects.staff_called(folded).first()
    patient = User.objects.filter(pk=account_for_address(folded)).first()
    return staff or patient
