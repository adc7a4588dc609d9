"""Moving leads through the pipeline: everything that moves a lead calls this.

Drag and drop, forms, bulk actions and the API call `move` or `move_many`. Both go
through `_move_all`: same locks, same checks, same history, same side effects, and as
many statements for one lead as for five hundred.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from django.db import transaction

from leads.answered import BACKFILLED_AFTER
from leads.choices import ActivityType, Outcome
from leads.models import Activity, Lead, LeadStage, PipelineStage
from leads.models.lead_lists import lost_reasons
from leads.move_refusals import (
    LEAD_IS_GONE,
    RETIRED,
    InTheFuture,
    LeadIsGone,
    MovedMeanwhile,
    MoveRefused,
    ReasonNeeded,
    StageIsRetired,
)
from leads.services.stage_periods import open_periods, open_untold
from medspa import clock
from medspa.audit.writing import create_with_history
from medspa.clock import CLOCK_SKEW
from medspa.postgres.written_query import WrittenQuery, is_one_of, prepared_cursor

# Leads that are locked, written and committed together.
MOVE_CHUNK = 500

# By Django it took half a millisecond more of each move.
END_PERIODS = """
    UPDATE leads_leadstage SET left_at = greatest(changed_at, %s) WHERE id = ANY(%s)
"""


@dataclass
class Moves:
    """What came of a move, by lead id: every lead is in exactly one of the three.

    `changed` has the new stage periods, `skipped` the current ones of leads that were
    in the stage already, `failed` the refusals.
    """

    changed: dict[str, LeadStage] = field(default_factory=dict)
    skipped: dict[str, LeadStage] = field(default_factory=dict)
    failed: dict[str, MoveRefused] = field(default_factory=dict)


@dataclass(frozen=True)
class _MoveRules:
    """The arguments of a move but the leads."""

    stage_id: str
    expected_stage_id: str | None
    lost_reason: str
    at: datetime | None
    is_told: bool

    def check(self) -> None:
        """Raises InTheFuture."""
        if self.at and self.at > clock.now() + CLOCK_SKEW:
            raise InTheFuture("A move can't be in the future.")


@cache
def _entry_stage() -> WrittenQuery[PipelineStage]:
    """Of an outcome; Django's writing took a fifth of the CPU of taking in one lead."""
    stages = PipelineStage.objects.filter(outcome="")
    return WrittenQuery(stages.order_by("-is_entry", "order")[:1])


def first_stage() -> PipelineStage:
    """Where new leads go: the entry stage; the leftmost open one if none is named."""
    stage = _entry_stage().first(Outcome.OPEN)
    if stage is None:
        raise MoveRefused("There is no open stage. Add one under Settings, Stages.")
    return stage


def create_lead(
    lead: Lead,
    stage: PipelineStage | None = None,
    *,
    lost_reason: str = "",
    at: datetime | None = None,
) -> LeadStage:
    """Save a new lead in its first stage, entered `at` (when the lead was created).

    Returns its stage period. Raises MoveRefused with a sentence.
    """
    (period,) = create_leads([lead], stage, lost_reason=lost_reason, at=at)
    return period


def create_leads(
    leads: Sequence[Lead],
    stage: PipelineStage | None = None,
    *,
    lost_reason: str = "",
    at: datetime | None = None,
    is_import: bool = False,
) -> list[LeadStage]:
    """The one way in: save new leads, all of them in one stage (the first one).

    Writes each lead, its history and its stage period, and tells who listens that the
    stage was entered, in as many statements for one lead as for five hundred. Of an
    import nobody is told: what its leads did elsewhere did not happen now. So no stage
    periods are returned. Nor does it start the clock of a lead that was created long
    before. The other arguments mean what they mean to `create_lead`.
    """
    if not leads:
        return []
    if is_import:
        _mark_backfilled(leads)
    stage = stage or first_stage()
    reason = _reason(stage, lost_reason)
    # A chunk of an import has a savepoint around all that belongs to its leads.
    with transaction.atomic(savepoint=not is_import):
        create_with_history(Lead, list(leads))
        entered_at = {lead.pk: at or lead.created_at for lead in leads}
        if is_import:
            open_untold(entered_at, stage, reason)
            return []
        return open_periods(leads, stage, entered_at, reason, is_told=True)


def _mark_backfilled(leads: Sequence[Lead]) -> None:
    since = clock.now() - BACKFILLED_AFTER
    for lead in leads:
        lead.is_backfilled = lead.created_at < since


@transaction.atomic
def restore_lead(lead: Lead) -> None:
    """Restore a deleted lead; if its stage was retired, it goes to the first one.

    Raises ValidationError for a merged lead.
    """
    lead.restore()
    if lead.stage_periods.filter(
        left_at=None, stage__deleted_at__isnull=False
    ).exists():
        move(lead.pk, first_stage().pk, is_told=False)


@transaction.atomic
def move(
    lead_id: str,
    stage_id: str,
    *,
    expected_stage_id: str | None = None,
    lost_reason: str = "",
    at: datetime | None = None,
    is_told: bool = True,
) -> LeadStage:
    """Move the lead to the stage and return its stage period there.

    `expected_stage_id` is where the person saw the lead; if it is elsewhere by now, the
    move is refused. Moving it to the stage that it is in changes nothing. `at` is the
    moment of the move (default: now). Nobody who listens is told (`is_told`) when the
    set-up moves the lead and no person does: then nothing is recorded as if the lead
    had booked or come. Raises MoveRefused.
    """
    rules = _MoveRules(stage_id, expected_stage_id, lost_reason, at, is_told)
    rules.check()
    return _only(_move_all([lead_id], lock_leads([lead_id]), rules))


def move_locked(
    lead: Lead,
    stage_id: str,
    *,
    expected_stage_id: str | None = None,
    lost_reason: str = "",
    at: datetime | None = None,
) -> LeadStage:
    """As `move`, in the transaction of a caller who has locked the lead.

    Raises MoveRefused; the caller's transaction then has to end.
    """
    rules = _MoveRules(stage_id, expected_stage_id, lost_reason, at, is_told=True)
    rules.check()
    return _only(_move_all([lead.pk], {lead.pk: lead}, rules))


def _only(moves: Moves) -> LeadStage:
    """What came of a single lead's move; raises MoveRefused."""
    for refusal in moves.failed.values():
        raise refusal
    (period,) = (moves.changed | moves.skipped).values()
    return period


def move_many(
    lead_ids: Sequence[str],
    stage_id: str,
    *,
    expected_stage_id: str | None = None,
    lost_reason: str = "",
    at: datetime | None = None,
    is_told: bool = True,
) -> Moves:
    """Move any number of leads; the same rows as `move` for each of them.

    Leads are locked in the order of their ids and written in chunks of 500, each a
    transaction of its own: what is done when the process dies stays done, and a second
    call skips it. A lead that can't be moved doesn't stop the others; it is in
    `failed`, and nothing is raised for it. The arguments are those of `move`.
    """
    rules = _MoveRules(stage_id, expected_stage_id, lost_reason, at, is_told)
    done = Moves()
    for ids in _chunks(sorted(set(lead_ids))):
        try:
            with transaction.atomic():
                rules.check()
                moves = _move_all(ids, lock_leads(ids), rules)
        except MoveRefused as refusal:
            moves = Moves(failed=dict.fromkeys(ids, refusal))
        done.changed |= moves.changed
        done.skipped |= moves.skipped
        done.failed |= moves.failed
    return done


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + MOVE_CHUNK] for start in range(0, len(ids), MOVE_CHUNK))


def _move_all(
    lead_ids: Sequence[str], leads: Mapping[str, Lead], rules: _MoveRules
) -> Moves:
    """`leads` are those that were found and locked, by their ids.

    Raises MoveRefused for what is wrong with the stage or the reason.
    """
    moves = Moves(
        failed={pk: LeadIsGone(LEAD_IS_GONE) for pk in lead_ids if pk not in leads}
    )
    if not leads:
        return moves
    stage = _active_stage(rules.stage_id)
    current = _current_periods(leads)
    for pk, period in current.items():
        if period.stage_id == stage.id:
            moves.skipped[pk] = period
        elif rules.expected_stage_id and period.stage_id != rules.expected_stage_id:
            moves.failed[pk] = MovedMeanwhile(period)
    going = [
        lead
        for pk, lead in leads.items()
        if pk not in moves.skipped and pk not in moves.failed
    ]
    if going:
        reason = _reason(stage, rules.lost_reason)
        moment = rules.at or clock.now()
        periods = _write(going, stage, reason, moment, current, rules.is_told)
        moves.changed = {period.lead_id: period for period in periods}
    return moves


def lock_leads(lead_ids: Sequence[str]) -> dict[str, Lead]:
    """Id → lead, without deleted ones, locked in the order of their ids."""
    return {lead.pk: lead for lead in _leads_to_lock().all(list(lead_ids))}


# Three questions of each move: writing their SQL anew took a third of its CPU time.
@cache
def _leads_to_lock() -> WrittenQuery[Lead]:
    rows = Lead.objects.select_for_update(no_key=True).order_by("pk")
    return WrittenQuery(rows.filter(is_one_of("pk", [])))


@cache
def _stage_with_id() -> WrittenQuery[PipelineStage]:
    return WrittenQuery(PipelineStage.objects.order_by().filter(pk=""))


@cache
def _periods_now() -> WrittenQuery[LeadStage]:
    rows = LeadStage.objects.select_related("stage", "changed_by").order_by()
    return WrittenQuery(rows.filter(left_at=None).filter(is_one_of("lead_id", [])))


def _active_stage(stage_id: str) -> PipelineStage:
    stage = _stage_with_id().first(stage_id)
    if stage is None:
        raise StageIsRetired(RETIRED)
    return stage


def _current_periods(leads: Mapping[str, Lead]) -> dict[str, LeadStage]:
    """Lead id → where it is. Read after the leads are locked, or it may be stale."""
    current = {}
    for period in _periods_now().all(list(leads)):
        period.lead = leads[period.lead_id]
        current[period.lead_id] = period
    return current


def _reason(stage: PipelineStage, lost_reason: str) -> str:
    if not stage.is_lost:
        return ""
    if lost_reason not in lost_reasons():
        raise ReasonNeeded(f"Choose a reason for moving the lead to {stage}.")
    return lost_reason


def _write(
    leads: list[Lead],
    stage: PipelineStage,
    reason: str,
    moment: datetime,
    current: Mapping[str, LeadStage],
    is_told: bool,
) -> list[LeadStage]:
    """End the old periods where the new ones begin, and log it in the timeline."""
    left = [current[lead.pk] for lead in leads if lead.pk in current]
    # The clocks of two servers may differ: a period never ends before it began.
    at = {lead.pk: moment for lead in leads}
    at |= {period.lead_id: max(moment, period.changed_at) for period in left}
    with prepared_cursor() as cursor:
        cursor.execute(END_PERIODS, [moment, [period.pk for period in left]])
    periods = open_periods(leads, stage, at, reason, is_told=is_told)
    notes = [_note(current.get(period.lead_id), period) for period in periods]
    create_with_history(Activity, notes)
    return periods


def stage_change_payload(
    from_stage: str, to_stage: str, lost_reason: str
) -> dict[str, str]:
    """The details of a `stage_change` activity; empty text is left out.

    The sample clinic, which copies its rows into the tables, stores the same.
    """
    payload = {
        "from_stage": from_stage,
        "to_stage": to_stage,
        "lost_reason": lost_reason,
    }
    return {key: value for key, value in payload.items() if value}


def _note(previous: LeadStage | None, period: LeadStage) -> Activity:
    return Activity(
        lead=period.lead,
        type=ActivityType.STAGE_CHANGE,
        payload_json=stage_change_payload(
            previous.stage_id if previous else "", period.stage_id, period.lost_reason
        ),
        created_by=period.changed_by,
        created_at=period.changed_at,
    )
