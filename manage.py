#!/usr/bin/env python
"""The command line of MedSpa Growth Hub."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from medspa.postgres.embedded import EmbeddedPostgresError


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medspa.settings")
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, EmbeddedPostgresError, PermissionError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
