"""The background jobs of safekeeping."""

from safekeeping.backups import jobs  # noqa: F401
