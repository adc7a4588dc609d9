"""`manage.py rebuild_kpis`: build the rollups anew from leads and events."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from kpis.rollups import rebuild_rollups
from kpis.rollups.rebuild import ROLLUP_TABLES
from leads.models import Lead
from medspa.clinic_time import clinic_zone


class Command(BaseCommand):
    help = (
        "Rebuild the stored totals. Until it is done, pages read the rows themselves."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        total, done = Lead.all_objects.count(), 0

        def tell(leads: int) -> None:
            nonlocal done
            done += leads
            self.stdout.write(f"{done:,} of {total:,} leads")

        rebuild_rollups(clinic_zone().key, tell)
        if not connection.in_atomic_block:
            with connection.cursor() as cursor:
                cursor.execute(f"VACUUM (ANALYZE) {', '.join(ROLLUP_TABLES)}")
        self.stdout.write(f"Totals of {total:,} leads rebuilt.")
