"""After a change of the time zone: what is kept by the clinic's days is made anew.

Until then nothing is wrong: sums of another zone answer no question (pages count the
rows themselves), and locked commission months stay as they were signed.
"""

from typing import Any

from medspa.clinic.current import clinic_scope, current_clinic
from medspa.extension_points import zone_rebuilds
from medspa.formats.places import zone_name
from medspa.jobs.models import JobRun, RunState
from medspa.jobs.progress import JobProgress
from medspa.jobs.registry import job, start_job
from medspa.json_columns import Schema

REBUILD_DAYS = "medspa.rebuild_days"


class NoArguments(Schema):
    """The job reads the zone when it begins: the latest one counts."""


def start_rebuild(by: Any, after: str) -> JobRun:
    """Each change has a run of its own: one that runs already has another zone."""
    return start_job(
        REBUILD_DAYS,
        NoArguments(),
        title=f"Recalculating reports for {zone_name(current_clinic().time_zone)} time",
        by=by,
        after=after,
    )


@job(REBUILD_DAYS, arguments=NoArguments, right="medspa.change_clinic")
def rebuild(arguments: NoArguments, progress: JobProgress) -> str:
    """One part after the other; a worker that takes over begins again."""
    told = []
    for part in zone_rebuilds:
        # Another change of the zone meanwhile counts for the parts that follow.
        with clinic_scope():
            told.append(part(progress))
    return " ".join(filter(None, told)) or "Nothing had to be changed."


def is_left_off(run: JobRun | None) -> bool:
    """Whether the latest rebuild was canceled or failed, so that it is still to do."""
    return run is not None and run.state in (RunState.CANCELED, RunState.FAILED)


def latest_rebuild() -> JobRun | None:
    runs = JobRun.objects.filter(kind=REBUILD_DAYS).select_related("made_by")
    return runs.order_by("-created_at", "-pk").first()
