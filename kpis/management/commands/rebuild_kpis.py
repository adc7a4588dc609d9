"""`manage.py rebuild_kpis`: build the rollups anew from leads and events."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from kpis.rollups import rebuild_rollups
from kpis.rollups.rebuild import ROLLUP_TABLES
from kpis.rollups.refresh import are_built
from leads.models import Lead
from medspa.clinic_time import clinic_zone


class Command(BaseCommand):
    help = (
        "Rebuild the stored totals. Until it is done, pages read the rows themselves."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--missing",
            action="store_true",
            help="only if there are none, as after some upgrades",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["missing"] and are_built(clinic_zone().key):
            self.stdout.write("The totals are there.")
            return
        total, done = Lead.all_objects.count(), 0

        def tell(leads: int) -> None:
            nonlocal done
            done += leads
            self.stdout.write(f"{done:,} of {total:,} leads")

        rebuild_rollups(clinic_zone().key, tell)
        if not connection.in_atomic_block:
            with connection.cursor() as cursor:
                cursor.execute(f"VACUUM {', '.join(ROLLUP_TABLES)}")
        self.stdout.write(f"Totals of {total:,} leads rebuilt.")
