"""Periodic jobs of safekeeping; procrastinate finds this module by its name."""

from safekeeping.backups import periodic  # noqa: F401
