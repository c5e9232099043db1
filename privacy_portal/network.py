"""Where a caller is, as far as the front that we trust tells."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "unknown"


def client_address(request: HttpRequest) -> str:
    """The caller's address: `X-Forwarded-For`, counted from the right by the proxies we declared.

    With no proxy declared the header is the caller's own claim and is not looked at.
    """
    if settings.TRUSTED_PROXIES == 0:
        return _address(request.META.get("REMOTE_ADDR", ""))
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    if len(hops) < settings.TRUSTED_PROXIES:
        return UNKNOWN
    return _address(hops[-settings.TRUSTED_PROXIES])


def _address(text: str) -> str:
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return UNKNOWN
