"""What is due: the night's backup, the week's drill, the second copy."""

import logging

from procrastinate.contrib.django import app

from medspa import clock
from medspa.clinic.current import clinic_scope
from medspa.jobs.registry import start_job
from safekeeping.backups.jobs import BACKUP, DRILL, BackupArguments, DrillArguments
from safekeeping.backups.running import is_due, note_copied
from safekeeping.backups.schedule import is_drill_due
from safekeeping.backups.storage.config import current_config, is_configured
from safekeeping.backups.storage.copying import copy_to_second
from safekeeping.backups.storage.destinations import DestinationFailed
from safekeeping.models import Backup, BackupDrill

log = logging.getLogger(__name__)
SCHEDULED_KEY = "scheduled"


def start_what_is_due() -> None:
    """Start the backup or the drill that is due, once however many were missed."""
    config, now = current_config(), clock.now()
    if is_due(config, now):
        start_job(BACKUP, BackupArguments(), title="Nightly backup", key=SCHEDULED_KEY)
        return
    drills = BackupDrill.objects.order_by("-started_at")
    tried, passed = drills.first(), drills.filter(problem="").first()
    due = is_drill_due(
        now,
        passed.started_at if passed else None,
        tried.started_at if tried else None,
    )
    if due and config.identities and Backup.objects.done().exists():
        start_job(
            DRILL, DrillArguments(), title="Weekly restore drill", key=SCHEDULED_KEY
        )


@app.periodic(cron="*/10 * * * *")
@app.task(name="safekeeping.backups_due", queueing_lock="safekeeping.backups_due")
def backups_due(timestamp: int) -> None:
    """Every ten minutes: start what is due. After two days away it is made up once.

    A trial on one computer has no schedule: it is backed up by hand.
    """
    if is_configured() and current_config().is_scheduled:
        with clinic_scope():
            start_what_is_due()


@app.periodic(cron="* * * * *")
@app.task(name="safekeeping.copy", queueing_lock="safekeeping.copy")
def copy(timestamp: int) -> None:
    """Every minute: copy to the second destination what it lacks."""
    if not is_configured() or not (config := current_config()).second:
        return
    try:
        copy_to_second(config)
    except DestinationFailed as failure:
        log.warning("The second copy waits: %s", failure)
        note_copied(failure.sentence)
    else:
        note_copied()
