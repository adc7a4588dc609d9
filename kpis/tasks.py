"""Jobs that come by themselves; procrastinate finds this module by its name."""

from django.utils import timezone
from procrastinate.contrib.django import app

from kpis.restatements.snapshots import take_snapshots
from kpis.rollups import fold
from medspa.clinic_time import clinic_zone

EVENING = 21


# Cron knows no zones, and a worker may have been away: every hour of the evening.
@app.periodic(cron="40 * * * *")
@app.task(name="kpis.snapshot", queueing_lock="kpis.snapshot")
def snapshot(timestamp: int) -> None:
    """From nine in the clinic's evening on: keep the day's figures, once."""
    if timezone.localtime(timezone=clinic_zone()).hour >= EVENING:
        take_snapshots()


# After an import of thousands of leads nobody's page has to do it.
@app.periodic(cron="*/3 * * * *")
@app.task(name="kpis.fold", queueing_lock="kpis.fold")
def fold_changes(timestamp: int) -> None:
    """Every few minutes: add to the sums what changed since somebody last looked."""
    fold(clinic_zone().key)
