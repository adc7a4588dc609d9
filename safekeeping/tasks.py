"""Periodic jobs; procrastinate finds this module by its name."""

from procrastinate.contrib.django import app

from safekeeping.seals.sealing import seal, take_up_old_rows


@app.periodic(cron="*/3 * * * *")
@app.task(name="safekeeping.seal", queueing_lock="safekeeping.seal")
def seal_history(timestamp: int) -> None:
    """Every few minutes: seal what was written in history and the audit log."""
    take_up_old_rows()
    seal()


"""Periodic jobs of safekeeping; procrastinate finds this module by its name."""

from medspa import clock
from medspa.clinic_time import clinic_zone
from safekeeping.backups import periodic  # noqa: F401
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
