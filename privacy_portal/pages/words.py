"""Sentences that more than one page says."""

from django.utils.translation import gettext_lazy as _

UNKNOWN = _("The form was not as this service sends it. Go back, reload the page and try again.")
