"""Backups and drills as background jobs."""

from medspa import clock
from medspa.jobs.progress import JobProgress
from medspa.jobs.registry import JobRefused, job
from medspa.json_columns import Schema
from safekeeping.backups.drills.drill import run_drill
from safekeeping.backups.running import back_up, should_be_full
from safekeeping.backups.storage.config import current_config
from safekeeping.backups.storage.sizes import in_words

BACKUP, DRILL = "safekeeping.backup", "safekeeping.drill"
RIGHT = "safekeeping.run_backup"


class BackupArguments(Schema):
    is_full: bool = False


class DrillArguments(Schema):
    pass


@job(BACKUP, arguments=BackupArguments, right=RIGHT)
def do_backup(arguments: BackupArguments, progress: JobProgress) -> str:
    """Killed on the way, it begins anew, and removes what was left."""
    is_full = arguments.is_full or should_be_full(clock.now())
    row = back_up(current_config(), is_full=is_full, heartbeat=lambda: progress.step(0))
    return f"Backup {row.label} was made: {in_words(row.size)}."


@job(DRILL, arguments=DrillArguments, right=RIGHT)
def do_drill(arguments: DrillArguments, progress: JobProgress) -> str:
    row = run_drill(current_config(), heartbeat=lambda: progress.step(0))
    if not row.is_passed:
        raise JobRefused(row.problem)
    return f"The drill passed: restored in {row.seconds:.0f} s."
