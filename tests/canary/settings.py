"""The service's own settings, with mail into a folder and a few routes that fail on purpose."""

import os

from privacy_portal.settings import *  # noqa: F403

ROOT_URLCONF = "tests.canary.failing"
MAIL_SET = True
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = os.environ.get("CANARY_MAIL", "")
