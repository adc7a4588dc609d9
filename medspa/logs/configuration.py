"""The configuration of Python's logging, for Django, gunicorn, worker and commands.

Nothing here imports Django: settings.py and deploy/gunicorn.conf.py ask for it.
"""

import os
from typing import Any

LOG_FORMATTERS = {"text": "LineFormatter", "json": "JsonFormatter"}
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def logging_from_environment() -> dict[str, Any]:
    """For gunicorn's master, which knows no settings; those of the app come later."""
    level = os.environ.get("LOG_LEVEL", "INFO").upper()
    return logging_configuration(level, os.environ.get("LOG_FORMAT", "text"))


def logging_configuration(level: str, format_name: str) -> dict[str, Any]:
    """`level` is that of our own lines; libraries write warnings and errors only."""
    if format_name not in LOG_FORMATTERS:
        raise ValueError(f"LOG_FORMAT must be one of {', '.join(LOG_FORMATTERS)}")
    if level not in LOG_LEVELS:
        raise ValueError(f"LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}")
    formatter = f"medspa.logs.formats.{LOG_FORMATTERS[format_name]}"
    quiet = level if level in ("ERROR", "CRITICAL") else "WARNING"
    ours = {"level": level, "propagate": True, "handlers": []}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": {"()": formatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "ours"}},
        "root": {"handlers": ["stderr"], "level": quiet},
        "loggers": {
            "medspa": ours,
            "safekeeping": ours,
            # The start and each job of a worker.
            "procrastinate.worker": ours,
            "gunicorn.error": ours,
            # Each try to connect is a warning; the caller says once how it ended.
            "psycopg.pool": {"level": "ERROR"},
            # What was refused has its line in medspa.access.
            "django.request": {"level": "ERROR"},
            # runserver's own line for each request.
            "django.server": {"level": "ERROR", "propagate": True, "handlers": []},
        },
    }
