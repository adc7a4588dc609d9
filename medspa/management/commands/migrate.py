"""manage.py migrate: Django's; it starts the embedded PostgreSQL if nobody has.

Indexes that an earlier run left half-built are dropped first, to be built once more.
"""

import os
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connection

from medspa.postgres.embedded import EMBEDDED, EmbeddedPostgres, EmbeddedPostgresError
from medspa.postgres.invalid_indexes import drop_invalid_indexes
from medspa.postgres.table_owner import refuse_unless_owner


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        if not os.environ.get("DATABASE_URL"):
            try:
                if make_sure_it_runs(EMBEDDED):
                    self.stdout.write(EMBEDDED.status())
            except EmbeddedPostgresError as error:
                raise CommandError(str(error)) from error
        if not (options["plan"] or options["check_unapplied"]):
            refuse_unless_owner()
            self._drop_half_built()
        super().handle(*args, **options)

    def _drop_half_built(self) -> None:
        with connection.cursor() as cursor:
            for name in drop_invalid_indexes(cursor):
                self.stdout.write(f"Dropped the half-built index {name}.")


def make_sure_it_runs(server: EmbeddedPostgres) -> bool:
    """Start the server unless it runs; True if it did not."""
    if server.is_running():
        return False
    server.start()
    # Another program may have had the port that the settings were read with.
    connection.settings_dict["PORT"] = server.port
    return True
