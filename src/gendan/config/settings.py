"""Settings of one installation, read from the environment only (see the table in the README)."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from gendan.config import addresses, oidc

PACKAGE_DIR = Path(__file__).resolve().parent.parent
BASE_DIR = PACKAGE_DIR.parent.parent
VAR_DIR = Path(os.environ.get("GENDAN_VAR", BASE_DIR / "var")).resolve()


def _flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").strip().lower() in {
        "1",
        "true",
        "yes",
        "on",
    }


def _listed(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def _secret_key() -> str:
    """The signing key: from the environment, else made once and kept in var/, private."""
    if given := os.environ.get("GENDAN_SECRET_KEY"):
        return given
    kept = VAR_DIR / "secret_key"
    if not kept.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(50))
        except FileExistsError:
            pass
    return kept.read_text().strip()


def database_from_url(url: str) -> dict[str, Any]:
    """Django's database settings for postgresql://user:password@host:port/name?option=value.

    A socket directory is given as ?host=/path. Raises ValueError for any other scheme.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL must begin with postgresql://")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    # "-c" settings hold for every statement of the product: waiting for a lock ends in a refusal.
    options.setdefault("options", "-c lock_timeout=3000 -c statement_timeout=60000")
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "gendan",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
        "TEST": {"NAME": f"test_gendan_{os.environ.get('GENDAN_TEST_TAG', os.getpid())}"},
    }


def mail_from_url(url: str) -> dict[str, Any]:
    """Django's mail settings for smtp://user:password@host:port or smtps://…; "" for no server.

    smtp:// uses STARTTLS on port 587 and with ?tls=1, plain text otherwise (a server on the same
    machine). Raises ValueError for any other scheme.
    """
    if not url:
        return {"EMAIL_HOST": ""}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("GENDAN_SMTP_URL must begin with smtp:// or smtps:// and name a host")
    port = parts.port or (465 if parts.scheme == "smtps" else 25)
    starts_tls = dict(parse_qsl(parts.query)).get("tls", "1" if port == 587 else "0") == "1"
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and starts_tls,
    }


def _embedded_url() -> str:
    from gendan.config import embedded_postgres

    return embedded_postgres.url(VAR_DIR)


SECRET_KEY = _secret_key()
# Former keys: what they encrypted and signed can still be read.
SECRET_KEY_FALLBACKS = _listed("GENDAN_OLD_SECRET_KEYS")
# Where people and programs outside find this installation: links in mails begin with it.
PUBLIC_URL = os.environ.get("GENDAN_URL", "http://localhost:8000").rstrip("/")
# Hosts inside private networks that webhooks may reach (none, unless named).
PRIVATE_TARGETS = frozenset(_listed("GENDAN_PRIVATE_TARGETS"))
DEBUG = _flag("GENDAN_DEBUG")
# Unless named, those of this machine itself: whatever --host says, no foreign name opens a page.
ALLOWED_HOSTS = _listed("GENDAN_HOSTS") or addresses.own_hosts(urlsplit(PUBLIC_URL).hostname or "")
CSRF_TRUSTED_ORIGINS = _listed("GENDAN_ORIGINS")
BEHIND_TLS = _flag("GENDAN_TLS")

DATABASES = {"default": database_from_url(os.environ.get("DATABASE_URL") or _embedded_url())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "kernel.User"

ROOMS = [
    "gendan.catalog",
    "gendan.partners",
    "gendan.workforce",
    "gendan.inventory",
    "gendan.orders",
    "gendan.contracts",
    "gendan.changes",
    "gendan.production",
    "gendan.sourcing",
    "gendan.stocking",
    "gendan.purchasing",
    "gendan.planning",
    "gendan.intake",
    "gendan.answers",
    "gendan.followup",
    "gendan.mailroom",
    "gendan.notices",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.admin",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
    "django_htmx",
    "template_partials",
    "procrastinate.contrib.django",
    "gendan.kernel",
    *ROOMS,
    "gendan.exchange",
    "gendan.web",
    "gendan.api",
    "gendan.testing",
]
MIDDLEWARE = [
    "gendan.web.middleware.ReadToEndMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "gendan.web.sign_in.middleware.HeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "gendan.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "gendan.web.sign_in.middleware.SessionMiddleware",
    "gendan.web.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# One mechanism counts what was wrong, in the database, so that all processes count together
# (docs/decisions/0006-sign-in.md); the library's own limits for the same are switched off.
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = "gendan.web.sign_in.locks.counted_by"
AXES_LOCKOUT_CALLABLE = "gendan.web.sign_in.locks.locked_page"
AXES_CLIENT_IP_CALLABLE = "gendan.web.sign_in.places.address_of"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the page says until when: it stays true
AXES_DISABLE_ACCESS_LOG = True  # the journal says who signed in
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

ACCOUNT_ADAPTER = "gendan.web.sign_in.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]  # nobody signs up by themselves
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900  # seconds
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}
ACCOUNT_FORMS = {"reset_password": "gendan.web.sign_in.forms.ResetForm"}
MFA_ADAPTER = "gendan.web.sign_in.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Gendan"
MFA_TOTP_TOLERANCE = 1  # clocks of phones differ
MFA_FORMS = {
    "authenticate": "gendan.web.sign_in.forms.CodeForm",
    "reauthenticate": "gendan.web.sign_in.forms.CodeAgainForm",
    "add_webauthn": "gendan.web.sign_in.forms.PasskeyForm",
    "login_webauthn": "gendan.web.sign_in.forms.PasskeySignInForm",
    "authenticate_webauthn": "gendan.web.sign_in.forms.PasskeyStepForm",
    "reauthenticate_webauthn": "gendan.web.sign_in.forms.PasskeyAgainForm",
}
# Written by our own middleware at most once in five minutes per session.
USERSESSIONS_TRACK_ACTIVITY = False
OIDC = oidc.from_environment(os.environ)
SOCIALACCOUNT_PROVIDERS = oidc.providers(OIDC)
SOCIALACCOUNT_ADAPTER = "gendan.web.sign_in.adapters.CompanyAdapter"
# Shared by all processes: limits on asking for mails, codes that were used already.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "kept_cache"}
}

ROOT_URLCONF = "gendan.config.urls"
WSGI_APPLICATION = "gendan.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE_DIR / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gendan.web.shell.frame",
            ],
        },
    },
]

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {
        "NAME": "gendan.kernel.passwords.Unlike",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {"NAME": "gendan.kernel.passwords.Long", "OPTIONS": {"min_length": 10}},
    {"NAME": "gendan.kernel.passwords.Uncommon"},
    {"NAME": "gendan.kernel.passwords.NotFigures"},
]
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # seconds
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LANGUAGE_CODE = os.environ.get("GENDAN_LANGUAGE", "zh-hans")
LOCALE_PATHS = [PACKAGE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("GENDAN_TIME_ZONE", "Asia/Shanghai")
FORMAT_MODULE_PATH = ["gendan.config.formats"]

COMPANY_COUNTRY = os.environ.get("GENDAN_COUNTRY", "CN")
COMPANY_CURRENCY = os.environ.get("GENDAN_CURRENCY", "CNY")

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [PACKAGE_DIR / "web" / "assets"]

# Attachments: a local folder, or any S3-compatible store (requirements/s3.txt).
FILES_BACKEND: dict[str, Any] = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": str(VAR_DIR / "files"), "base_url": None},
}
if os.environ.get("GENDAN_STORAGE") == "s3":
    FILES_BACKEND = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": os.environ["GENDAN_S3_BUCKET"],
            "endpoint_url": os.environ.get("GENDAN_S3_ENDPOINT") or None,
            "access_key": os.environ.get("GENDAN_S3_KEY"),
            "secret_key": os.environ.get("GENDAN_S3_SECRET"),
            "querystring_auth": True,
            "default_acl": None,
        },
    }
STORAGES = {
    "default": FILES_BACKEND,
    "staticfiles": {"BACKEND": "gendan.web.static_storage.StaticFilesStorage"},
}
FILE_SIZE_LIMIT = int(os.environ.get("GENDAN_FILE_SIZE_LIMIT", 25 * 1024 * 1024))  # bytes
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_TEMP_DIR = None

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = BEHIND_TLS
CSRF_COOKIE_SECURE = BEHIND_TLS
CSRF_COOKIE_HTTPONLY = True
if BEHIND_TLS:
    # A browser takes such names only over TLS and from this very host, not from a sister domain.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if BEHIND_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    # Sister names of the company's domain are not ours to bind to TLS, nor to enter into lists.
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
    SECURE_SSL_REDIRECT = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Outgoing mail: smtp://name:password@host:587 (STARTTLS where offered by port 587), smtps://… (TLS
# at once); without it mails are kept and shown, not sent.
globals().update(mail_from_url(os.environ.get("GENDAN_SMTP_URL", "")))
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = os.environ.get("GENDAN_MAIL_FROM", "Gendan <gendan@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

NINJA_PAGINATION_PER_PAGE = 50

PROCRASTINATE_WORKER_DEFAULTS = {"listen_notify": True}
PROCRASTINATE_IMPORT_PATHS: list[str] = ["gendan.kernel.reactions", "gendan.kernel.sending"]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "handlers"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"without_secrets": {"()": "gendan.kernel.logs.WithoutSecrets"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["without_secrets"],
        }
    },
    "root": {"handlers": ["console"], "level": os.environ.get("GENDAN_LOG", "WARNING")},
    "loggers": {"gendan": {"level": os.environ.get("GENDAN_LOG", "INFO")}},
}
