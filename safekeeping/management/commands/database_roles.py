"""manage.py database_roles: the SQL that gives the site a role of its own."""

from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from safekeeping.database_roles.granting import granting, separating

HELP = """\
Prints SQL that gives the site a database role of its own, which owns no table: it can
read and write, but not switch off what keeps history from being changed.

Set DATABASE_URL (the site's role) and DATABASE_OWNER_URL (the role that will own the
tables), then run what is printed as a superuser of the database. It can be run again.

    manage.py database_roles | sudo -u postgres psql --dbname=medspa

From then on migrate and upgrade need DATABASE_OWNER_URL, and the site doesn't.
`migrate` grants the site's role what it needs of new tables (docs/audit.md)."""


class Command(BaseCommand):
    help = HELP
    requires_system_checks = ()

    def create_parser(self, *args: Any, **options: Any) -> Any:
        parser = super().create_parser(*args, **options)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def handle(self, *args: Any, **options: Any) -> None:
        application, owner = settings.APPLICATION_ROLE, settings.OWNER_ROLE
        if not application or not owner:
            raise CommandError(
                "Set DATABASE_URL and DATABASE_OWNER_URL, each with the name of its "
                "role: postgres://role:password@host/name"
            )
        if application == owner:
            raise CommandError(
                "DATABASE_URL and DATABASE_OWNER_URL name the same role. The site "
                "needs one of its own."
            )
        self.stdout.write("BEGIN;")
        self.stdout.write(separating(application, owner))
        self.stdout.write(granting(application))
        self.stdout.write("COMMIT;")
