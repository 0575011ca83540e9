"""Django settings, read from the environment. Every name that an operator may set is in docs/operating/settings.md."""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF, UNSAFE_INLINE

from fleuve.config.database import database_settings, whole_number
from fleuve.config.home import Home
from fleuve.config.logs import logging_settings

_PACKAGE = Path(__file__).resolve().parent.parent
_DATA_FOLDER = Home.from_environment()

# --- What an operator may set -------------------------------------------------------------------------------------
HOME = _DATA_FOLDER.folder
FLEUVE_HOST = os.environ.get("FLEUVE_HOST", "127.0.0.1")
FLEUVE_PORT = whole_number("FLEUVE_PORT", os.environ.get("FLEUVE_PORT", "8000"))
FLEUVE_URL = os.environ.get("FLEUVE_URL", "").rstrip("/") or f"http://{FLEUVE_HOST}:{FLEUVE_PORT}"
FLEUVE_ALLOWED_HOSTS = [host for host in os.environ.get("FLEUVE_ALLOWED_HOSTS", "").split(",") if host]
# Two cores keep busy with four threads: a thread waits for the disk about half of its time.
FLEUVE_WEB_THREADS = whole_number("FLEUVE_WEB_THREADS", os.environ.get("FLEUVE_WEB_THREADS", "4"))
# Whoever has it may read /metrics from anywhere; without one, only programs of this machine may.
FLEUVE_METRICS_TOKEN = os.environ.get("FLEUVE_METRICS_TOKEN", "")
# Requests to addresses that people typed are encrypted, unless the operator says that plain HTTP will do.
FLEUVE_OUTBOUND_HTTP = os.environ.get("FLEUVE_OUTBOUND_HTTP", "").lower() == "on"
# Requests a second that one API key gets; a moment's worth more at once, 0 for no limit.
FLEUVE_API_RATE = whole_number("FLEUVE_API_RATE", os.environ.get("FLEUVE_API_RATE", "20"))
FLEUVE_LOG_LEVEL = os.environ.get("FLEUVE_LOG_LEVEL", "INFO").upper()
# Before first start there is no key: tools that only read the settings get one that dies with them.
SECRET_KEY = os.environ.get("FLEUVE_SECRET_KEY") or _DATA_FOLDER.read_secret_key() or secrets.token_urlsafe(50)
DATABASES = {"default": database_settings(os.environ.get("FLEUVE_DATABASE_URL", ""), _DATA_FOLDER)}

# --- The application ----------------------------------------------------------------------------------------------
DEBUG = False
ROOT_URLCONF = "fleuve.config.urls"
WSGI_APPLICATION = "fleuve.config.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "fleuve.attributes",
    "fleuve.jobs",
    "fleuve.search",
    "fleuve.events",
    "fleuve.changes",
    "fleuve.ui",
    "fleuve.api",
    "fleuve.accounts",
    "fleuve.parties",
    "fleuve.webhooks",
    "fleuve.touchpoints",
    "fleuve.imports",
    "fleuve.history",
    "fleuve.notes",
    "fleuve.tasks",
    "fleuve.value",
    "fleuve.budgets",
    "fleuve.alerts",
    "fleuve.lists",
    "fleuve.workspace",
]
MIDDLEWARE = [
    "fleuve.config.middleware.request_log.request_log",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "fleuve.config.static.FingerprintedFiles",
    "fleuve.api.middleware.programs_only",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "fleuve.config.middleware.session_limits.session_limits",
    "fleuve.accounts.middleware.PrincipalMiddleware",
    "fleuve.config.middleware.locale.language_and_time_zone",
    "fleuve.config.middleware.refusals.refusals",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_PACKAGE / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "fleuve.ui.context.shell",
            ],
        },
    }
]

# --- Words, days --------------------------------------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]
LOCALE_PATHS = [_PACKAGE / "locale"]

# --- Files --------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
# Files are served from the installed package itself: nothing to collect, nothing to forget after an upgrade.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "fleuve.config.static.FingerprintedStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
MEDIA_ROOT = _DATA_FOLDER.uploads
# A 200 MB file is streamed to disk; only form fields are held in memory.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = str(_DATA_FOLDER.temporary) if _DATA_FOLDER.temporary.is_dir() else None
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# --- Sessions, cookies, headers -----------------------------------------------------------------------------------
_IS_HTTPS = FLEUVE_URL.startswith("https://")
_PUBLIC_HOST = urlsplit(FLEUVE_URL).hostname or "127.0.0.1"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", _PUBLIC_HOST, *FLEUVE_ALLOWED_HOSTS]
CSRF_TRUSTED_ORIGINS = [FLEUVE_URL]
SESSION_IDLE_SECONDS = 30 * 60
SESSION_HARD_SECONDS = 12 * 60 * 60
SESSION_COOKIE_AGE = SESSION_HARD_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _IS_HTTPS
SESSION_COOKIE_NAME = "__Host-fleuve" if _IS_HTTPS else "fleuve"
CSRF_COOKIE_SECURE = _IS_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "fleuve.config.errors.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _IS_HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if _IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # A chart's bar carries its own width; no rule or script can be written in an attribute.
        "style-src-attr": [UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- Sign-in ------------------------------------------------------------------------------------------------------
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Counted by account and address together, and by account alone after more tries: guessing one password from many
# addresses is slowed, and a colleague behind the same router is not locked out by a stranger's typing.
AXES_FAILURE_LIMIT = 8
# Our users have an e-mail address and no user name; left to guess, axes counts every account as one without a name.
AXES_USERNAME_FORM_FIELD = "username"
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_CALLABLE = "fleuve.config.errors.locked_out"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "username"]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "email", "code", "answer"]
AXES_ENABLE_ADMIN = False

# --- Logs ---------------------------------------------------------------------------------------------------------
LOGGING_CONFIG = "fleuve.config.logs.configure"
LOGGING = logging_settings(FLEUVE_LOG_LEVEL)
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
SILENCED_SYSTEM_CHECKS = [
    "axes.W006",  # wants the address alone first; ours throttles the account from everywhere too, on purpose
    "security.W005",  # whether a neighbour host speaks https is not ours to decide…
    "security.W021",  # …nor to promise to every browser for years
    "security.W008",  # the web server in front redirects; a program that posts must not be redirected by us
]
