"""The service's own settings (server, middleware, database), with the bare application's routes."""

from privacy_portal.settings import *  # noqa: F403
from privacy_portal.settings import INSTALLED_APPS as OURS

INSTALLED_APPS = [*OURS, "benchmarks.bare"]
ROOT_URLCONF = "benchmarks.bare.urls"
WSGI_APPLICATION = "benchmarks.bare.wsgi.application"
