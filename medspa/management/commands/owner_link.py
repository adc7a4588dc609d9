"""`manage.py owner_link`: the link by which the owner of an empty site is made."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from medspa.management.refusals import refusals_end_command
from medspa.readiness import refuse_unready
from medspa.setup.announcing import default_site
from medspa.setup.owner import make_owner_link


class Command(BaseCommand):
    help = "Print a link that makes the owner of this site, while no one can sign in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--site", default=default_site(), help="the site's address (%(default)s)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_unready()
        with refusals_end_command():
            link = make_owner_link(options["site"])
        self.stdout.write(f"Open this link within 24 hours; it works once:\n{link}")
