"""The administrator's links."""

from django.utils.translation import gettext_lazy as _

from privacy_portal.pages.links import Link
from requests_app.permissions import Permission

LINKS: tuple[Link, ...] = (
    Link("admin_users", _("Users"), Permission.MANAGE_USERS),
    Link("admin_practice", _("Practice"), Permission.MANAGE_PRACTICE),
    Link("admin_policies", _("Time limits"), Permission.READ_PRACTICE),
    Link("admin_listeners", _("Systems"), Permission.MANAGE_WEBHOOKS),
    Link("admin_machines", _("Machine clients"), Permission.MANAGE_USERS),
    Link("admin_keeping", _("Retention"), Permission.MEND_SERVICE),
    Link("admin_keys", _("Keys"), Permission.MEND_SERVICE),
    Link("admin_health", _("Health"), Permission.MEND_SERVICE),
)
