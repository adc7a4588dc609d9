"""Periodic jobs; procrastinate finds this module by its name."""

from django.utils import timezone
from procrastinate.contrib.django import app

from kpis.restatements.snapshots import take_snapshots
from kpis.rollups import rebuild_rollups, refresh_rollups
from kpis.rollups.refresh import are_built
from medspa.clinic_time import clinic_zone

EVENING = 21


# Cron knows no zones, and a worker may have been away: every hour of the evening.
@app.periodic(cron="40 * * * *")
@app.task(name="kpis.snapshot", queueing_lock="kpis.snapshot")
def snapshot(timestamp: int) -> None:
    """From nine in the clinic's evening on: take the day's snapshots, once."""
    if timezone.localtime(timezone=clinic_zone()).hour >= EVENING:
        take_snapshots()


# After an import of thousands of leads nobody's page has to do it; nor after an upgrade
# that asks for a rebuild.
@app.periodic(cron="*/3 * * * *")
@app.task(name="kpis.fold", queueing_lock="kpis.fold")
def refresh(timestamp: int) -> None:
    """Every few minutes: bring the rollups up to date, or build missing ones."""
    zone = clinic_zone().key
    if are_built(zone):
        refresh_rollups(zone)
    else:
        rebuild_rollups(zone)
