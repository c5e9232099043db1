"""Where allauth's second factors meet ours: secrets sealed, the origin from the settings."""

from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.utils.translation import gettext as _

from privacy_portal.accounts import factors
from privacy_portal.accounts.model_users import User


class FactorAdapter(DefaultMFAAdapter):
    """Allauth's adapter with our sealing, and no name of a patient on anybody's device."""

    def encrypt(self, text: str) -> str:
        return factors.keep(text)

    def decrypt(self, encrypted_text: str) -> str:
        return factors.kept(encrypted_text)

    def get_totp_issuer(self) -> str:
        return _("Privacy office")

    def get_totp_label(self, user: User) -> str:
        """Shown in the app: a member of staff's name; a patient's account says only what it is."""
        return user.name or _("My account")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": host(), "name": _("Privacy office")}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, str | bytes]:
        label = self.get_totp_label(user)
        return {"id": str(user.pk).encode(), "display_name": label, "name": label}


def host() -> str:
    """The name that passkeys are bound to: that of the address people type, not of a header."""
    return urlsplit(settings.PUBLIC_ORIGIN).hostname or ""
