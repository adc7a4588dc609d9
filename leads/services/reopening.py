"""Taking moves back: the period before goes on, and the false one was never there.

So an undone move counts in no time in stage and starts no clock. The history of the
`stage_change` activity still tells who moved the lead and who took that back.
"""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from leads.choices import ActivityType
from leads.models import Activity, LeadStage
from leads.stage_periods import refusing_retired
from medspa.audit.actors import acting
from medspa.audit.writing import update_with_history

UNDONE = "The move was undone"


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
