"""Periodic jobs; procrastinate finds this module by its name."""

from datetime import timedelta

from procrastinate.contrib.django import app

from kpis.restatements.snapshots import missed_evenings, take_snapshots
from kpis.rollups import rebuild_rollups, refresh_rollups
from kpis.rollups.refresh import are_built
from medspa import clock
from medspa.clinic_time import clinic_zone

EVENING = 21


# Cron knows no zones, and a worker may have been away: it looks all day.
@app.periodic(cron="*/10 * * * *")
@app.task(name="kpis.snapshot", queueing_lock="kpis.snapshot")
def snapshot(timestamp: int) -> None:
    """From nine in the clinic's evening on: take the day's snapshots, once.

    When yesterday evening was missed, its snapshots are taken as soon as a worker is
    back. The figures of evenings before that are gone; the health page names them.
    """
    now = clock.now().astimezone(clinic_zone())
    yesterday = now.date() - timedelta(days=1)
    if yesterday in missed_evenings(now.date()):
        take_snapshots(yesterday)
    if now.hour >= EVENING:
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
