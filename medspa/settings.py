"""Every setting of the project. What differs by installation is in the environment.

`.env.example` lists the variables. With DEBUG off nothing has a default that would
be unsafe on the internet: what is missing is named and the process does not start.
"""

import re
import sys
from base64 import b64encode
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import NoReturn
from zoneinfo import available_timezones

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from medspa.accounts.proxies import networks
from medspa.demo.backup_keys import demo_backup_keys
from medspa.demo.keys import demo_keys
from medspa.encryption.ciphers import check_keys
from medspa.logs.configuration import logging_configuration
from medspa.postgres import databases
from medspa.postgres.database_tls import database_tls_problem, is_https_or_local
from medspa.postgres.embedded import EMBEDDED
from medspa.postgres.limits import limits_of
from medspa.web.theme import UNFOLD  # noqa: F401  (read by django-unfold)

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")
# What the app writes: static files, and the copy before an upgrade.
VAR_DIR = Path(env.str("VAR_DIR", default="") or BASE_DIR / "var")
DEBUG = env.bool("DEBUG", default=False)


def refuse(problem: str) -> NoReturn:
    """End the start with a sentence, which never contains a value."""
    raise ImproperlyConfigured(
        f"MedSpa Growth Hub cannot start: {problem}. "
        "See .env.example; for a trial on this computer run `make demo`."
    ) from None


if DEBUG:
    for name, value in demo_keys(VAR_DIR).items():
        env.ENVIRON[name] = env.str(name, "") or value
else:
    required = {
        "SECRET_KEY": "a long random string that signs sessions",
        "FIELD_ENCRYPTION_KEYS": "keys for email and phone, newest first",
        "BLIND_INDEX_KEY": "the key for exact search in encrypted fields",
        "SAFEKEEPING_KEY": "the key for certificates and contacts that stay out",
        "ALLOWED_HOSTS": "the site's host names, comma-separated",
        "DATABASE_URL": "postgres://user:password@host:5432/name",
    }
    if missing := [
        f"{name} ({what})" for name, what in required.items() if not env.str(name, "")
    ]:
        refuse(f"set {', '.join(missing)}")

SECRET_KEY = env.str("SECRET_KEY")
FIELD_ENCRYPTION_KEYS = env.list("FIELD_ENCRYPTION_KEYS")
BLIND_INDEX_KEY = env.str("BLIND_INDEX_KEY")
INDEX_KEYS = env.list("BLIND_INDEX_KEY")
SAFEKEEPING_KEY = env.str("SAFEKEEPING_KEY")
for name, keys, others in (
    ("FIELD_ENCRYPTION_KEYS", FIELD_ENCRYPTION_KEYS, []),
    ("BLIND_INDEX_KEY", INDEX_KEYS, FIELD_ENCRYPTION_KEYS),
    ("SAFEKEEPING_KEY", [SAFEKEEPING_KEY], [*FIELD_ENCRYPTION_KEYS, *INDEX_KEYS]),
):
    try:
        check_keys(keys, *others)
    except ValueError as error:
        refuse(
            f"{name} must be 32 random bytes in base64, made as the example shows, and "
            f"no key twice. {error}".removesuffix(".")
        )
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.simple_history",
    "medspa.apps.ClinicAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_filters",
    "django_htmx",
    "simple_history",
    "axes",
    "procrastinate.contrib.django",
    "medspa.apps.MedspaConfig",
    "campaigns",
    "leads",
    "kpis",
    "commissions",
    "connections",
    "safekeeping",
    "api",
]

MIDDLEWARE = [
    "medspa.process.call_frames.room_for_requests",
    "medspa.logs.middleware.access_log",
    "api.web.middleware.problems_for_programs",
    "medspa.clinic.middleware.clinic_of_request",
    "medspa.request_counts.middleware.count_requests",
    "medspa.accounts.middleware.trusted_proxies",
    "medspa.probes.middleware.answer_probes",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "medspa.accounts.middleware.private_pages",
    "medspa.programs.middleware.programs_without_pages",
    "csp.middleware.CSPMiddleware",
    "medspa.postgres.slow_query_middleware.slow_query_log",
    "medspa.web.readiness.serve_when_ready",
    "medspa.web.error_pages.explain_wrong_methods",
    "medspa.web.error_pages.refuse_null_bytes",
    "medspa.web.error_pages.busy_answers",
    "medspa.web.error_pages.sign_in_for_scripts",
    "medspa.web.refusals.refusal_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "medspa.postgres.replica_views.remember_position",
    "medspa.accounts.middleware.session_limits",
    "medspa.accounts.second_factor.middleware.second_step_first",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "medspa.audit.middleware.request_actor",
    "medspa.postgres.label_middleware.label_requests",
    "medspa.encryption.middleware.survive_damage",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "medspa.urls"
WSGI_APPLICATION = "medspa.wsgi.application"

# The theme's tags for lists are our own, by the same name: see below.
SILENCED_SYSTEM_CHECKS = ["templates.W003"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "medspa.web.templates.WithoutIndentation",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": [
                "medspa.templatetags.clinic",
                "medspa.templatetags.known_addresses",
            ],
            "libraries": {"unfold_list": "medspa.templatetags.admin_lists"},
        },
    },
    # For long lists of equal rows; see docs/decisions/0029-jinja-for-long-lists.md.
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "jinja2"],
        "OPTIONS": {"environment": "medspa.web.templates.jinja_environment"},
    },
]
FORM_RENDERER = "medspa.web.forms.renderer.FormRenderer"

# The database: PostgreSQL 15 or later. Without DATABASE_URL (development, demo,
# tests) the embedded server under var/.
TESTING = "pytest" in sys.modules
database_urls = {
    "DATABASE_URL": env.str("DATABASE_URL", "") or EMBEDDED.url(),
    # For commands that change tables, where DATABASE_URL's role doesn't own them.
    "DATABASE_OWNER_URL": env.str("DATABASE_OWNER_URL", ""),
    # Past the pooler that DATABASE_URL names, and a copy to read from.
    "DATABASE_DIRECT_URL": env.str("DATABASE_DIRECT_URL", ""),
    "REPLICA_URL": env.str("REPLICA_URL", ""),
}
for name, url in database_urls.items():
    if url and not databases.is_postgres(url):
        refuse(f"{name} must name a PostgreSQL: postgres://user:password@host/name")
database_url, owner_url, direct_url, replica_url = database_urls.values()
limits = limits_of(sys.argv, is_testing=TESTING)
pool_size = env.int("DB_POOL_SIZE", default=8)
try:
    # The roles as which pages and jobs, and as which migrations connect.
    APPLICATION_ROLE = databases.role_of(database_url)
    OWNER_ROLE = databases.role_of(owner_url) if owner_url else ""
    if owner_url and databases.is_for_owner(sys.argv):
        database_url, direct_url = owner_url, ""
    DATABASES = {
        "default": databases.primary(database_url, direct_url, limits, pool_size)
    }
    if replica_url:
        DATABASES["replica"] = databases.replica(replica_url, limits, pool_size)
except ValueError:
    refuse(
        f"{', '.join(name for name, url in database_urls.items() if url)} is not "
        "readable; write special characters in it as %XX"
    )
DATABASE_PRIVATE_NETWORK = env.bool("DATABASE_PRIVATE_NETWORK", default=False)
if not (DEBUG or DATABASE_PRIVATE_NETWORK):
    for database in DATABASES.values():
        if problem := database_tls_problem(database, env.ENVIRON):
            refuse(problem)
# Two test runs at once on one server need two names.
if test_name := env.str("TEST_DATABASE_NAME", default=""):
    DATABASES["default"]["TEST"] = {"NAME": test_name}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

IS_DATABASE_EXTERNAL = bool(env.str("DATABASE_URL", ""))

# Backups (docs/backups.md). The trial on one computer keeps its own under var/.
demo_backups = demo_backup_keys(VAR_DIR) if DEBUG else {}
BACKUP_DIR = env.str("BACKUP_DIR", default=str(VAR_DIR / "backups") if DEBUG else "")
BACKUP_RECIPIENTS = env.list(
    "BACKUP_RECIPIENTS", default=demo_backups.get("recipients", [])
)
BACKUP_SIGNING_KEY = env.str(
    "BACKUP_SIGNING_KEY", default="".join(demo_backups.get("signing_key", []))
)
BACKUP_DRILL_IDENTITIES = env.list(
    "BACKUP_DRILL_IDENTITIES", default=demo_backups.get("identities", [])
)
BACKUP_WORK_DIR = env.str("BACKUP_WORK_DIR", default=str(VAR_DIR / "backup_work"))
BACKUP_METHOD = env.str("BACKUP_METHOD", default="files")
if BACKUP_METHOD not in ("files", "export"):
    refuse("BACKUP_METHOD is files or export")
BACKUP_DATABASE_URL = env.str("BACKUP_DATABASE_URL", default="")
BACKUP_SECOND = env.str("BACKUP_SECOND", default="")
BACKUP_SECOND_ENDPOINT = env.str("BACKUP_SECOND_ENDPOINT", default="")
BACKUP_SECOND_LOCK_DAYS = env.int("BACKUP_SECOND_LOCK_DAYS", default=0)
BACKUP_KEEP = env.str("BACKUP_KEEP", default="7 days, 5 weeks, 12 months")
BACKUP_AT = env.str("BACKUP_AT", default="" if DEBUG else "02:00")
if BACKUP_DIR and not (len(BACKUP_RECIPIENTS) >= 2 and BACKUP_SIGNING_KEY):
    refuse(
        "BACKUP_DIR needs BACKUP_RECIPIENTS (the owner's and the escrow's age keys) "
        "and BACKUP_SIGNING_KEY"
    )

# People
AUTH_USER_MODEL = "medspa.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "medspa.accounts.auth.ClinicBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "medspa.accounts.passwords.ClinicPasswordValidator"}
]
# How long a link from "Forgot password?" works.
PASSWORD_RESET_TIMEOUT = 60 * 60
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "home"
# How long somebody waits is in `medspa.accounts.lockout`.
AXES_HANDLER = "medspa.accounts.lockout.GrowingDelay"
# The Health page shows who is locked out, and unlocks them.
AXES_ENABLE_ADMIN = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(days=1)
# Trying while one has to wait makes it no longer.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "medspa.accounts.sign_in.counted_name"
AXES_LOCKOUT_CALLABLE = "medspa.accounts.views.locked_out"

TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=["127.0.0.1", "::1"])
try:
    networks(TRUSTED_PROXIES)
except ValueError:
    refuse("TRUSTED_PROXIES must be addresses or ranges, like 10.0.0.0/8")


# The parts that are the same on every page are rendered once per process, but not in
# development, where templates change.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "template_fragments": {
        "BACKEND": "django.core.cache.backends."
        + ("dummy.DummyCache" if DEBUG and not TESTING else "locmem.LocMemCache"),
        "LOCATION": "template_fragments",
    },
}

# Email. Without EMAIL_URL none is sent: pages show its links to administrators, and a
# file of each is under var/ in development.
EMAIL_URL = env.str("EMAIL_URL", default="")
EMAIL_FROM = env.str("EMAIL_FROM", default="")
if EMAIL_URL:
    try:
        vars().update(env.email_url("EMAIL_URL"))
    except (ImproperlyConfigured, ValueError):
        refuse('EMAIL_URL is not readable; see the example, and write "@" as %40')
    if not EMAIL_FROM and not DEBUG:
        refuse("EMAIL_FROM must name the address that emails come from")
elif DEBUG:
    EMAIL_BACKEND = "medspa.emails.files.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "emails"
else:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = EMAIL_FROM or "no-reply@localhost"
# Where GoHighLevel's REST interface is.
GOHIGHLEVEL_URL = env.str(
    "GOHIGHLEVEL_URL", default="https://services.leadconnectorhq.com"
)
# How links in emails begin; without it as the page that sends them was asked for.
SITE_URL = env.str("SITE_URL", default="")

# The clinic as a new database gets it; from then on it is edited on the Settings page.
FIRST_CLINIC = {
    "name": env.str("CLINIC_NAME", default="MedSpa Growth Hub"),
    "country": env.str("CLINIC_COUNTRY", default="US").upper(),
    "time_zone": env.str("CLINIC_TIME_ZONE", default="America/New_York"),
}
# Whether managers and administrators of a new database need two-step sign-in.
FIRST_CLINIC_REQUIRES_SECOND_STEP = not DEBUG
if FIRST_CLINIC["time_zone"] not in available_timezones():
    refuse("CLINIC_TIME_ZONE must be a time zone like America/New_York")
if not re.fullmatch("[A-Z]{2}", FIRST_CLINIC["country"]):
    refuse("CLINIC_COUNTRY must be a country's code of two letters, like US")
# Whom a consult is with: a model with a name, of an app above the one that books it.
CONSULT_PROVIDER_MODEL = "commissions.Provider"
LANGUAGE_CODE = "en-us"
# Pages and jobs follow the clinic's zone (`medspa.clinic.current`).
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = "medspa.formats.for_django"

# Files
STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "medspa.web.static_files.storage.HashedStaticFiles"
        )
    },
}
# Without `collectstatic` the files are found where they are.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
FIXTURE_DIRS = [BASE_DIR / "fixtures"]
SERIALIZATION_MODULES = {"json": "medspa.postgres.json_dumps"}
FILE_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# The mappings of a connection: 2,000 tags or services of four inputs each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
# Imported files contain emails and phones, so none is written to disk.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

# Security
SESSION_ENGINE = "medspa.accounts.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "medspa.web.error_pages.out_of_date"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if not DEBUG:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    # Browsers take a cookie of this name only from us: secure, for no other host.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
_FIRST_PAINT = BASE_DIR / "templates/unfold/layouts/first_paint.js"
_FIRST_PAINT_HASH = b64encode(sha256(_FIRST_PAINT.read_bytes()).digest()).decode()
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        # The theme's Alpine.js evaluates its attributes; inline scripts are refused
        # but for the one that every page begins with.
        "script-src": [SELF, f"'sha256-{_FIRST_PAINT_HASH}'", "'unsafe-eval'"],
        "style-src": [SELF, "'unsafe-inline'"],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Where Patroni tells how the database servers are (docs/high-availability.md).
PATRONI_URLS = [url.rstrip("/") for url in env.list("PATRONI_URLS", default=[])]

# The disk is encrypted where this computer can't see it.
DISK_ENCRYPTED_BY_PROVIDER = env.bool("DISK_ENCRYPTED_BY_PROVIDER", default=False)

# Prometheus sends it to read /metrics; without it there is no such address.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
if METRICS_TOKEN and len(METRICS_TOKEN) < 20:
    refuse("METRICS_TOKEN must have 20 random characters or more")

# Who is told when something is wrong: these emails, or all administrators; a webhook
# that takes JSON; and a service that tells when our pings end, because a dead worker
# can't.
ALERT_EMAILS = env.list("ALERT_EMAILS", default=[])
ALERT_WEBHOOK_URL = env.str("ALERT_WEBHOOK_URL", default="")
DEADMAN_PING_URL = env.str("DEADMAN_PING_URL", default="")
for name, url in (
    ("ALERT_WEBHOOK_URL", ALERT_WEBHOOK_URL),
    ("DEADMAN_PING_URL", DEADMAN_PING_URL),
):
    if url and not is_https_or_local(url):
        refuse(f"{name} must begin with https://")

# Webhooks go to the public internet only; in development also to this computer.
WEBHOOK_LOOPBACK = env.bool("WEBHOOK_LOOPBACK", default=False)
if WEBHOOK_LOOPBACK and not DEBUG:
    refuse("WEBHOOK_LOOPBACK is for development, with DEBUG on")

# Logging: never a request body, a query's parameters or a contact (`medspa.logs`).
SLOW_QUERY_SECONDS = env.float("SLOW_QUERY_SECONDS", default=0.25)
LOG_LEVEL = env.str("LOG_LEVEL", default="WARNING" if DEBUG else "INFO").upper()
LOG_FORMAT = env.str("LOG_FORMAT", default="text")
try:
    LOGGING = logging_configuration(LOG_LEVEL, LOG_FORMAT)
except ValueError as error:
    refuse(str(error))

# How often a web process adds what it has counted to the site's counts.
SECONDS_BETWEEN_COUNTS = 10.0

if TESTING:
    SECONDS_BETWEEN_COUNTS = float("inf")
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# The demo's pages answer as a real site's, not with Django's pages for developers.
if not env.bool("DEBUG_PAGES", default=True):
    DEBUG = False
