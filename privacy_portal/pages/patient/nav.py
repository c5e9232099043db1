"""The patient's links."""

from django.utils.translation import gettext_lazy as _

from privacy_portal.pages.links import Link
from requests_app.permissions import Permission

LINKS: tuple[Link, ...] = (
    Link("my_requests", _("My requests"), Permission.FILE_OWN),
    Link("my_standing", _("What stands for me"), Permission.FILE_OWN),
    Link("my_disclosures", _("Who got my information"), Permission.FILE_OWN),
    Link("ask", _("Ask for something"), Permission.FILE_OWN),
)
