"""Stage periods of leads that are locked: begun, and begun by mistake.

A move that is taken back never was: the period before goes on. So an undone move
counts in no time in stage and starts no clock. The history of the `stage_change`
activity still tells who moved the lead and who took that back.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from leads.choices import ActivityType
from leads.models import Activity, Lead, LeadStage, PipelineStage
from leads.move_refusals import RETIRED, StageIsRetired
from leads.signals import stage_entered
from medspa.audit.actors import acting, current_actor
from medspa.audit.inserting import insert_rows, insert_values
from medspa.audit.writing import update_with_history
from medspa.postgres.violations import constraint_of

UNDONE = "The move was undone"


def open_periods(
    leads: Sequence[Lead],
    stage: PipelineStage,
    at: Mapping[str, datetime],
    lost_reason: str,
    *,
    is_told: bool,
) -> list[LeadStage]:
    person = current_actor().user
    periods = [
        LeadStage(
            lead=lead,
            stage=stage,
            lost_reason=lost_reason,
            changed_by=person,
            changed_at=at[lead.pk],
        )
        for lead in leads
    ]
    with refusing_retired():
        insert_rows(LeadStage, periods)
    if is_told:
        stage_entered.send(sender=LeadStage, stage_periods=periods)
    return periods


def open_untold(
    at: Mapping[str, datetime], stage: PipelineStage, lost_reason: str
) -> None:
    """As `open_periods`, by lead id: without objects, as nobody is told of them."""
    person = current_actor().user
    person_id = person.pk if person else None
    names = ("lead_id", "stage_id", "lost_reason", "changed_by_id", "changed_at")
    with refusing_retired():
        insert_values(
            LeadStage,
            names,
            (
                (lead_id, stage.pk, lost_reason, person_id, moment)
                for lead_id, moment in at.items()
            ),
        )


@contextmanager
def refusing_retired() -> Iterator[None]:
    """Say of a stage that was retired meanwhile that it no longer exists."""
    try:
        yield
    except IntegrityError as error:
        if constraint_of(error) == "leads_leadstage_stage_is_living":
            raise StageIsRetired(RETIRED) from error
        raise


def periods_before(periods: Sequence[LeadStage]) -> dict[str, LeadStage]:
    """Lead id → the period that ended where the lead's current one begins.

    Without leads that have been in no other stage, or in one that is retired.
    """
    current = {period.lead_id: period for period in periods}
    before: dict[str, LeadStage] = {}
    ended = LeadStage.objects.filter(lead__in=list(current), left_at__isnull=False)
    for period in ended.select_related("stage").order_by("left_at", "changed_at", "id"):
        # Periods that came with a merged lead may have ended later.
        if period.left_at and period.left_at <= current[period.lead_id].changed_at:
            before[period.lead_id] = period
    return {pk: row for pk, row in before.items() if not row.stage.is_deleted}


@transaction.atomic
def reopen(periods: Sequence[LeadStage]) -> dict[str, LeadStage]:
    """Undo the moves that began these current periods of locked leads.

    Lead id → the period that goes on; leads without one stay as they are. Raises
    StageIsRetired when a stage is retired at this moment.
    """
    before = periods_before(periods)
    false = [period for period in periods if period.lead_id in before]
    LeadStage.objects.filter(pk__in=[period.pk for period in false]).delete()
    with refusing_retired():
        LeadStage.objects.filter(pk__in=[row.pk for row in before.values()]).update(
            left_at=None
        )
    _take_notes_back(false)
    return before


def _take_notes_back(periods: Sequence[LeadStage]) -> None:
    moves = {(period.lead_id, period.changed_at, period.stage_id) for period in periods}
    notes = Activity.objects.filter(
        type=ActivityType.STAGE_CHANGE,
        lead__in=[period.lead_id for period in periods],
        created_at__in=[period.changed_at for period in periods],
    )
    undone = [
        note
        for note in notes
        if (note.lead_id, note.created_at, note.payload_json.get("to_stage")) in moves
    ]
    for note in undone:
        note.deleted_at = timezone.now()
    with acting(reason=UNDONE):
        update_with_history(Activity, undone, ["deleted_at"])
