"""One action on many leads, in chunks, with counts that add up.

The chosen leads are stored first, then changed chunk by chunk. A chunk is one
transaction that also marks it as done, so a worker that goes on after another was
killed changes no lead twice. What a chunk changed is stored for `leads.bulk.undo`.
Who retires a stage chooses no leads: each chunk takes some that are still in it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from leads.bulk.actions import ACTIONS, BulkOutcome
from leads.bulk.retiring import chunk_in_stage, close_stage
from leads.models import BulkAction, BulkChunk, BulkRun
from leads.models.lead_queries import LeadQuerySet
from leads.models.stage import lock_set_up
from medspa.audit.actors import acting, current_actor
from medspa.jobs.progress import JobCanceled, JobProgress, NullProgress
from medspa.refusals import Refused

BULK_CHUNK = 500
# What one request does itself, all or nothing; more is done by a job.
MOST_AT_ONCE = 500
MOST_BULK_LEADS = 250_000
REASON = "bulk act"
# The permission that each action takes, asked by the page and again by the worker.
RIGHTS: dict[str, str] = {
    BulkAction.TAG: "leads.add_leadtag",
    BulkAction.UNTAG: "leads.delete_leadtag",
    BulkAction.ASSIGN: "leads.change_lead",
    BulkAction.MOVE: "leads.change_lead",
    BulkAction.DELETE: "leads.bulk_delete_lead",
}


class TooManyLeads(Refused):
    """Nothing was done; the sentence says what to do instead."""

    code = "too_many_leads"


@dataclass(frozen=True)
class BulkOrder:
    """What to do: `target` is the id of a tag, person or stage and `name` its name."""

    act: BulkAction
    target: str = ""
    name: str = ""
    lost_reason: str = ""
    scheduled_for: datetime | None = None
    # A stage that is retired when its leads are moved; see `leads.bulk.retiring`.
    retires: str = ""
    new_entry: str = ""


def chosen_ids(leads: LeadQuerySet) -> list[str]:
    """The ids in the order in which they are locked; raises TooManyLeads."""
    ids = list(leads.order_by("pk").values_list("pk", flat=True)[: MOST_BULK_LEADS + 1])
    if len(ids) > MOST_BULK_LEADS:
        raise TooManyLeads(
            f"Up to {MOST_BULK_LEADS:,} leads at a time. "
            "Nothing was done: select fewer leads."
        )
    return ids


@transaction.atomic
def store_run(
    order: BulkOrder, lead_ids: Sequence[str] = (), *, expected: int = 0
) -> BulkRun:
    """A run of which nothing is done yet; `lead_ids` are in the order of locking.

    A run that retires a stage finds its leads itself; so many are `expected`.
    """
    run = BulkRun.objects.create(
        act=order.act,
        target=order.target,
        target_name=order.name,
        lost_reason=order.lost_reason,
        scheduled_for=order.scheduled_for,
        retires_id=order.retires or None,
        new_entry_id=order.new_entry or None,
        chosen=len(lead_ids) or expected,
        made_by=current_actor().user,
    )
    starts = range(0, len(lead_ids), BULK_CHUNK)
    BulkChunk.objects.bulk_create(
        BulkChunk(run=run, number=number, lead_ids=lead_ids[start : start + BULK_CHUNK])
        for number, start in enumerate(starts)
    )
    return run


@transaction.atomic
def run_now(
    order: BulkOrder, lead_ids: Sequence[str] = (), *, expected: int = 0
) -> BulkRun:
    """Do the action within this request, all of it or nothing."""
    if order.retires:
        lock_set_up()
    run = store_run(order, lead_ids, expected=expected)
    carry_out(run.pk, NullProgress())
    run.refresh_from_db()
    return run


def carry_out(run_id: str, progress: JobProgress) -> None:
    """Do the chunks that are not done; raises Cancelled between two of them."""
    run = BulkRun.objects.get(pk=run_id)
    progress.of(run.chosen, done=run.chosen - run.left)
    with acting(reason=reason_of(run)):
        while True:
            while count := _do_next_chunk(run_id):
                progress.step(count)
            if run.retires is None or close_stage(run):
                return


def reason_of(run: BulkRun) -> str:
    """What the history says of each lead of the run."""
    if run.retires is None:
        return REASON
    return f"“{run.retires}” archived, leads to “{run.target_name}”"


@transaction.atomic
def _do_next_chunk(run_id: str) -> int:
    """How many leads the chunk had; 0 when all are done."""
    # Two workers may have one run, if one of them was taken for dead: they wait here.
    run = BulkRun.objects.select_for_update().get(pk=run_id)
    if run.undone_at:
        raise JobCanceled
    chunk = run.chunks.filter(done_at=None).order_by("number").first()
    chunk = chunk or chunk_in_stage(run)
    if chunk is None:
        return 0
    outcome = BulkOutcome()
    ACTIONS[run.act](run, chunk.lead_ids, outcome)
    chunk.changed_ids = list(outcome.changed)
    chunk.before = list(outcome.changed.values())
    chunk.done_at = timezone.now()
    chunk.save(update_fields=["changed_ids", "before", "done_at"])
    _count(run, outcome)
    return len(chunk.lead_ids)


def _count(run: BulkRun, outcome: BulkOutcome) -> None:
    reasons = Counter(dict(zip(run.reasons, run.reason_counts, strict=True)))
    reasons += outcome.skipped + outcome.failed
    run.reasons, run.reason_counts = list(reasons), list(reasons.values())
    run.changed += len(outcome.changed)
    run.skipped += outcome.skipped.total()
    run.failed += outcome.failed.total()
    run.save(update_fields=["changed", "skipped", "failed", "reasons", "reason_counts"])
