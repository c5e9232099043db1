"""Settings: one file, read once, loud when something is missing.

`PRIVACY_CHECK_ONLY=1` (set by `make check`) needs no server and no secret: a database that
cannot be reached, and throw-away keys.
"""

import gc
import os
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.urls import reverse_lazy

from privacy_portal import env
from privacy_portal import logging as portal_logging

# What is loaded stays. Looked through for garbage at every 700 new objects, as Python does unless told
# otherwise, it would take a quarter of each process's start.
gc.set_threshold(50_000, 20, 20)

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
#: Folder of the log's tiles and signed heads, written by the sealer. Without it receipts wait.
LOG_FOLDER = env.text("PRIVACY_LOG_FOLDER", "")

#: A timestamp authority that stamps the newest head each day, and the certificate its own leads to.
STAMP_URL = env.text("PRIVACY_STAMP_URL", "")
STAMP_CA = env.text("PRIVACY_STAMP_CA", "")
if bool(STAMP_URL) != bool(STAMP_CA):
    raise env.Misconfigured("Set PRIVACY_STAMP_URL and PRIVACY_STAMP_CA, or neither of them.")
#: Whether the privacy official is sent a head to print, once a week.
PRINT_HEADS = env.flag("PRIVACY_PRINT_HEADS")

# --- where it is reached ---------------------------------------------------------------------
ALLOWED_HOSTS = env.names("PRIVACY_HOSTS", "127.0.0.1,localhost,[::1]")
_ORIGIN = "https://portal.example.org" if CHECK_ONLY else "http://127.0.0.1:8000"
PUBLIC_ORIGIN = env.text("PRIVACY_ORIGIN", _ORIGIN)
CSRF_TRUSTED_ORIGINS = [PUBLIC_ORIGIN]
TLS = PUBLIC_ORIGIN.startswith("https://")
#: How many proxies of ours stand in front; 0 means that nothing they would say is believed.
TRUSTED_PROXIES = env.number("PRIVACY_TRUSTED_PROXIES", 0)
DEMO = env.flag("PRIVACY_DEMO")
#: The broker. Losing it loses nothing: it holds no fact that PostgreSQL does not.
REDIS_URL = env.text("REDIS_URL", "")

#: What a scraper brings as a bearer token; without one `/metrics` is not there.
METRICS_TOKEN = env.text("PRIVACY_METRICS_TOKEN", "")
if METRICS_TOKEN and len(METRICS_TOKEN) < 32:
    raise env.Misconfigured("PRIVACY_METRICS_TOKEN must be 32 characters or more, made at random.")

# --- databases -------------------------------------------------------------------------------
_APP_URL = (
    ""
    if CHECK_ONLY
    else env.text("DATABASE_URL", how="It names the application's role, portal_app.")
)
_MIGRATE_URL = env.text("DATABASE_MIGRATE_URL", "")


def _connection(url: str) -> dict[str, Any]:
    if CHECK_ONLY:
        return {"ENGINE": "django.db.backends.postgresql", "NAME": "none", "HOST": "/nonexistent"}
    parts = env.database(url)
    return parts | {
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        # Statements are bound by the server and prepared after a few uses: PostgreSQL plans them once.
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 5} | parts["OPTIONS"],
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
    "django.contrib.staticfiles",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "audit",
    "requests_app",
    "privacy_portal.accounts",
    "privacy_portal.api",
    "privacy_portal.pages.officer",
    "privacy_portal",
]
MIDDLEWARE = [
    "privacy_portal.middleware.RequestIdentity",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "privacy_portal.language.middleware.Language",
    "privacy_portal.middleware.Headers",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "privacy_portal.accounts.middleware.SessionClock",
    "privacy_portal.accounts.middleware.ClosedByDefault",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "privacy_portal.urls"
WSGI_APPLICATION = "privacy_portal.wsgi.application"
_SETTLED = "privacy_portal.templatetags.settled"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "privacy_portal" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            # Django's own tags, but what the template alone settles is worked out once.
            "builtins": [_SETTLED],
            "libraries": {"i18n": _SETTLED, "static": _SETTLED},
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "csp.context_processors.nonce",
                "privacy_portal.pages.context.portal",
            ],
        },
    },
]
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "privacy_portal" / "static"]
# The service serves its few static files itself, from where they lie.
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- time and language -----------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", "English"), ("es", "Español")]
USE_I18N = True
#: One catalogue for all three floors (docs/adr/0024); `make messages` refreshes it.
LOCALE_PATHS = [BASE_DIR / "locale"]
#: Numbers and times as the United States write them, in Spanish too.
FORMAT_MODULE_PATH = ["privacy_portal.language.formats"]

#: What error pages show when the database, which knows the office's telephone, does not answer.
OFFICE_TELEPHONE = env.text("PRIVACY_TELEPHONE", "")

# --- accounts --------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["privacy_portal.accounts.sign_in.AddressBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name")},
    },
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = reverse_lazy("landing")
# Allauth serves the sign-in, sign-out and password pages; what it would store in the clear it
# does not get (docs/adr/0004).
ACCOUNT_ADAPTER = "privacy_portal.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "privacy_portal.accounts.forms.SignInForm",
    "change_password": "privacy_portal.accounts.forms.PasswordForm",
}
MFA_ADAPTER = "privacy_portal.accounts.factor_adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # Addresses lie outside allauth (docs/adr/0004).
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_LOGOUT_REDIRECT_URL = reverse_lazy("signed_out")
ACCOUNT_SESSION_REMEMBER = False
# Refused sign-ins are counted by us, in PostgreSQL, for pages and API alike; allauth would count
# every visit to the page, in each process, against a whole office behind one address.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}

# --- sessions --------------------------------------------------------------------------------
SESSION_ENGINE = "privacy_portal.accounts.sessions"
#: A session ends this long after its last activity, and in any case this long after sign-in.
SESSION_IDLE_MINUTES = env.number("PRIVACY_SESSION_IDLE_MINUTES", 15)
SESSION_HOURS = env.number("PRIVACY_SESSION_HOURS", 12)
SESSION_COOKIE_NAME = "__Host-session" if TLS else "session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = None  # as long as the browser is open
# The language somebody chose; without the cookie the browser's own wish counts.
LANGUAGE_COOKIE_NAME = "__Host-language" if TLS else "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600  # seconds
LANGUAGE_COOKIE_PATH = "/"
LANGUAGE_COOKIE_SECURE = TLS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "privacy_portal.web.errors.csrf_failure"

# --- what the law leaves to the practice -------------------------------------------------------
#: Characters of a statement of disagreement, which may be limited "reasonably" (164.526(d)(2)).
STATEMENT_LIMIT = env.number("PRIVACY_STATEMENT_LIMIT", 20_000)

#: A letter by post is provided when it arrives: so many working days after it was sent.
POSTAL_DAYS = env.number("PRIVACY_POSTAL_DAYS", 3)
#: Days after which the key-encryption key is to be changed; 0: the service does not remind of it.
KEY_DAYS = env.number("PRIVACY_KEY_DAYS", 365)

# --- documents -----------------------------------------------------------------------------------
_HOW_DOCUMENTS = (
    "It says where sealed documents lie: file:/FOLDER, or s3://KEY:SECRET@HOST/BUCKET. "
    "`python -m privacy_portal up` keeps them beside the database."
)
#: Holds the storage's secret: never print it.
DOCUMENTS_URL = "file:/nonexistent" if CHECK_ONLY else env.text("DOCUMENTS_URL", how=_HOW_DOCUMENTS)
#: Of one file, and of one request: what is refused beyond says so in a sentence of its own.
DOCUMENT_BYTES = env.number("PRIVACY_DOCUMENT_MEGABYTES", 100) * 1_000_000
DOCUMENTS_EACH = env.number("PRIVACY_DOCUMENTS_PER_REQUEST", 100)
DOCUMENT_TYPES = env.names("PRIVACY_DOCUMENT_TYPES", "pdf,jpeg,png,tiff,heic,text")
DOWNLOAD_MINUTES = env.number("PRIVACY_DOWNLOAD_MINUTES", 10)
#: A form's file is sealed as it comes, where it is expected; of any other form it is kept nowhere.
FILE_UPLOAD_HANDLERS = ["privacy_portal.uploads.Nowhere"]
#: Images that showed who somebody is go once that is on record, unless the practice keeps them.
KEEP_IDENTITY_IMAGES = env.flag("PRIVACY_KEEP_IDENTITY_IMAGES")

# --- what a browser is told --------------------------------------------------------------------
SECURE_SSL_REDIRECT = TLS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# A clinic's domain holds more than this service: whether all of it is HTTPS is not ours to say.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
# Two libraries of tags stand in the place of Django's; a test holds that it is those two.
SILENCED_SYSTEM_CHECKS += ["templates.W003"]

# --- the API -----------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "privacy_portal.api.authentication.TokenAuthentication",
        "privacy_portal.api.authentication.PageSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["privacy_portal.api.parsers.StrictJSON"],
    "DEFAULT_SCHEMA_CLASS": "privacy_portal.api.described.FromTheView",
    "EXCEPTION_HANDLER": "privacy_portal.api.problems.handle",
    "URL_FORMAT_OVERRIDE": None,  # Answers are JSON; no parameter changes that.
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Privacy office API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "POSTPROCESSING_HOOKS": ["privacy_portal.api.described.add_components"],
}

# --- mail --------------------------------------------------------------------------------------
_MAIL = env.mail("EMAIL_URL", demo=DEMO)
#: Without a mail server nothing is claimed from the outbox, and nothing counts as sent.
MAIL_SET = _MAIL is not None
if _MAIL is None:
    EMAIL_BACKEND = "privacy_portal.mail.unset.EmailBackend"
else:
    EMAIL_BACKEND = _MAIL.backend
    EMAIL_HOST, EMAIL_PORT = _MAIL.host, _MAIL.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.user, _MAIL.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.starttls, _MAIL.tls
EMAIL_TIMEOUT = 20  # seconds
#: The address messages come from; without it the practice's own.
MAIL_FROM = env.text("EMAIL_FROM", "")

# --- logging -----------------------------------------------------------------------------------
LOGGING_CONFIG = "privacy_portal.logging.configure"
LOGGING = portal_logging.CONFIG

#: Lines an export writes in one transaction: what a worker that dies has to do again.
EXPORT_PIECE_LINES = 5_000
#: Whether a second process makes every other piece; of no use where there is one core.
EXPORT_BESIDE = env.number("PRIVACY_EXPORT_BESIDE", min((os.cpu_count() or 1) - 1, 1)) > 0
