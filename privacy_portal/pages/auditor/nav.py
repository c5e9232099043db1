"""The auditor's links."""

from django.utils.translation import gettext_lazy as _

from privacy_portal.pages.links import Link
from requests_app.permissions import Permission

LINKS: tuple[Link, ...] = (
    Link("audit_log", _("Log"), Permission.READ_LOG),
    Link("audit_log_reviews", _("Reviews of the log"), Permission.READ_LOG),
    Link("audit_disclosures", _("Disclosure log"), Permission.READ_DISCLOSURES),
    Link("audit_populations", _("Populations"), Permission.EXPORT_DISCLOSURES),
    Link("audit_exports", _("Exports"), Permission.EXPORT_DISCLOSURES),
    Link("audit_verification", _("Verification"), Permission.READ_LOG),
)
