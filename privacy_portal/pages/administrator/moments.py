"""An instant on the clock of the practice, in words: a template would write it in UTC."""

from datetime import datetime

from django.utils import formats

from privacy_portal.pages.parts import local


def moment(instant: datetime, zone: str) -> str:
    """June 1, 2026, 17:00."""
    return str(formats.date_format(local(instant, zone), "F j, Y, H:i"))
