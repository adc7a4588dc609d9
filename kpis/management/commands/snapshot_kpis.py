"""`manage.py snapshot_kpis`: take today's snapshots of the last months."""

from typing import Any

from django.core.management.base import BaseCommand

from kpis.restatements.snapshots import take_snapshots


class Command(BaseCommand):
    help = (
        "Keep the figures of the last 14 months as they are now, so that the KPI page "
        "can say what changed since. Once a day, in the evening; a second run on the "
        "same day keeps nothing. The worker does this by itself."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        kept = take_snapshots()
        self.stdout.write(
            f"The figures of {kept} months are kept."
            if kept
            else "Today's figures were kept before."
        )
