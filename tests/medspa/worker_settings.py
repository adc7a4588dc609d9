"""The project's settings with the tests' own long work."""

from medspa.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.medspa.sample"]  # noqa: F405
