"""The project's settings with the tests' own jobs."""

from medspa.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.medspa.sample"]  # noqa: F405
