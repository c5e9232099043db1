"""The sealed sign-in address of a patient's account."""

from uuid import UUID

from django.db import transaction

from audit import log
from audit.actors import Actor
from requests_app import events, selectors
from requests_app.errors import BadInput
from requests_app.people import folding, lookups
from requests_app.people.models import Address, SignInAddress


def set_sign_in_address(account_id: UUID, address: str, *, actor: Actor) -> SignInAddress:
    """Seal the address by which the account signs in; one account an address. BadInput if taken."""
    folded = folding.fold_email(address)
    holder = selectors.account_for_address(address)
    if holder not in {None, account_id}:
        raise BadInput.one("/address", "Use another address: this one cannot be used here.")
    with transaction.atomic():
        row = SignInAddress.objects.select_for_update().filter(pk=account_id).first()
        row = row or SignInAddress(pk=account_id)
        row.address = Address(address.strip())
        row.token = lookups.sign_in_token(folded)
        row.save()
        log.append(
            events.SIGN_IN_ADDRESS_SET,
            actor=actor,
            obj=log.Obj("account", str(account_id), None),
        )
    return row
