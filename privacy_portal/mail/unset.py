"""Where mail goes while EMAIL_URL is not set: nowhere, and whoever tries is told."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Raises OSError, as a mail server that cannot be reached would."""

    def open(self) -> None:
        raise ConnectionError("EMAIL_URL is not set")

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise ConnectionError("EMAIL_URL is not set")
