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


def find(address: str) -> User | None:
    """The account that signs in with this address.

    Both look-ups are made whatever the first one finds, so that the time taken does not tell a
    patient's address from a member of staff's, or either from nobody's.
    """
    folded = fold(address)
    staff = User.objects.filter(username=folded, name__gt="").first()
    patient = User.objects.filter(pk=account_for_address(folded)).first()
    return staff or patient
