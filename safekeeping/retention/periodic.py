"""Retention by schedule."""

from procrastinate.contrib.django import app

from medspa import clock
from medspa.clinic_time import clinic_zone
from safekeeping.retention.nightly import begin_night, run_night

# From two in the clinic's night on, when nobody works.
NIGHT = 2


# Cron knows no zones, and a worker may have been away: it looks all day.
@app.periodic(cron="7,37 * * * *")
@app.task(
    name="safekeeping.retention",
    lock="safekeeping.retention",
    queueing_lock="safekeeping.retention",
)
def retention(timestamp: int) -> None:
    """Once a night: remove what is over, also what missed nights left."""
    now = clock.now().astimezone(clinic_zone())
    if now.hour >= NIGHT and begin_night(now.date()):
        run_night(now.date())
