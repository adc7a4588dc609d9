"""The project's settings as in production, without what a benchmark doesn't have."""

from medspa.settings import *  # noqa: F403
from medspa.settings import MIDDLEWARE, STORAGES

SECURE_SSL_REDIRECT = False
ALLOWED_HOSTS = ["testserver", "127.0.0.1"]
STORAGES["staticfiles"]["BACKEND"] = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
)
SLOW_QUERY_SECONDS = 3600.0
MIDDLEWARE = ["bench.server_timing.server_timing", *MIDDLEWARE]
