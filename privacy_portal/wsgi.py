"""The web process's way in, loaded once (gunicorn's --preload) before its workers are forked."""

import atexit
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "privacy_portal.settings")
application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402  needs the settings

from privacy_portal import ending  # noqa: E402

get_resolver().url_patterns  # noqa: B018  every page now, or each worker would load them for itself
atexit.register(ending.close_lane)
