"""The web process's way in."""

import atexit
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "privacy_portal.settings")
application = get_wsgi_application()

from privacy_portal import ending  # noqa: E402  needs the settings

atexit.register(ending.close_lane)
