"""Settings: one file, read once, loud when something is missing.

`PRIVACY_CHECK_ONLY=1` (set by `make check`) needs no server and no secret: a database engine that
refuses every query, and throw-away keys.
"""

from pathlib import Path
from typing import Any

from privacy_portal import env

BASE_DIR = Path(__file__).resolve().parent.parent
CHECK_ONLY = env.flag("PRIVACY_CHECK_ONLY")
DEBUG = False

# --- secrets -------------------------------------------------------------------------------
_HOW_KEYS = "`python -m privacy_portal up` makes one in the key folder."
SECRET_KEY = "check-only-" + "0" * 64 if CHECK_ONLY else env.text("SECRET_KEY", how=_HOW_KEYS)
#: Folder of the key-encryption keys; read by audit.crypto.providers only.
KEY_FOLDER = None if CHECK_ONLY else env.text("PRIVACY_KEY_FOLDER", how=_HOW_KEYS)
#: The log's own name; goes into every entry's associated data and never changes.
LOG_ORIGIN = env.text("PRIVACY_LOG_ORIGIN", "privacy-portal.local/log/1")

# --- where it is reached ---------------------------------------------------------------------
ALLOWED_HOSTS = env.names("PRIVACY_HOSTS", "127.0.0.1,localhost,[::1]")
PUBLIC_ORIGIN = env.text("PRIVACY_ORIGIN", "http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = [PUBLIC_ORIGIN]
TLS = PUBLIC_ORIGIN.startswith("https://")
DEMO = env.flag("PRIVACY_DEMO")

# --- databases -------------------------------------------------------------------------------
_APP_URL = "" if CHECK_ONLY else env.text("DATABASE_URL", how="It names the application's role, portal_app.")
_MIGRATE_URL = env.text("DATABASE_MIGRATE_URL", "")
_DUMMY: dict[str, Any] = {"ENGINE": "django.db.backends.dummy"}


def _connection(url: str) -> dict[str, Any]:
    if CHECK_ONLY:
        return {"ENGINE": "django.db.backends.postgresql", "NAME": "none", "HOST": "/nonexistent"}
    return env.database(url) | {
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }


DATABASES: dict[str, dict[str, Any]] = {
    "default": _connection(_APP_URL),
    # Refusals are written here, so that they outlive the transaction they refuse.
    "refusals": _connection(_APP_URL),
}
if _MIGRATE_URL or CHECK_ONLY:
    DATABASES["migrate"] = _connection(_MIGRATE_URL)
DATABASE_ROUTERS = ["privacy_portal.routers.MigrateOnItsOwnAlias"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- what is installed -----------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "audit",
    "requests_app",
    "privacy_portal.accounts",
    "privacy_portal.api",
    "privacy_portal",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "privacy_portal.urls"
WSGI_APPLICATION = "privacy_portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "privacy_portal" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "privacy_portal" / "static"]
STATIC_ROOT = env.text("PRIVACY_STATIC_ROOT", str(BASE_DIR / "var" / "static"))

# --- time and language -----------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", "English"), ("es", "Español")]
USE_I18N = True

# --- accounts --------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SESSION_IDLE_MINUTES = env.number("PRIVACY_SESSION_IDLE_MINUTES", 15)
