"""Jobs of the evening; procrastinate finds this module by its name."""

from django.utils import timezone
from procrastinate.contrib.django import app

from kpis.snapshots import take_snapshots
from medspa.clinic_time import clinic_zone

EVENING = 21


# Cron knows no zones, and a worker may have been away: every hour of the evening.
@app.periodic(cron="40 * * * *")
@app.task(name="kpis.snapshot", queueing_lock="kpis.snapshot")
def snapshot(timestamp: int) -> None:
    """From nine in the clinic's evening on: keep the day's figures, once."""
    if timezone.localtime(timezone=clinic_zone()).hour >= EVENING:
        take_snapshots()
