"""`manage.py snapshot_kpis`: take today's snapshots of the last months."""

from typing import Any

from django.core.management.base import BaseCommand

from kpis.restatements.snapshots import take_snapshots


class Command(BaseCommand):
    help = (
        "Save the numbers of the last 14 months, so that the KPI page can show what "
        "changed since. Runs once a day, in the evening; a second run on the same day "
        "does nothing. The worker does this automatically."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        kept = take_snapshots()
        self.stdout.write(
            f"Numbers of {kept} months saved."
            if kept
            else "Today's numbers are already saved."
        )
