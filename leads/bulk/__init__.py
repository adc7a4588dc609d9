"""One act on many leads: in chunks, with a result that adds up.

The chosen leads are written down first, then changed chunk by chunk. A chunk is one
transaction and is marked as done in it, so whoever goes on after a killed worker does
no lead twice. What a chunk changed is kept with it for `leads.bulk.undo`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from leads.bulk.acts import ACTS, Outcome
from leads.models import BulkAct, BulkChunk, BulkRun
from leads.models.lead import LeadQuerySet
from medspa.audit.actors import acting, current_actor
from medspa.jobs.progress import Cancelled, Steps, Untold

CHUNK = 500
# What one request does in good time: one chunk, all or nothing.
MOST_IN_REQUEST = 500
MOST = 250_000
REASON = "bulk act"


class TooMany(Exception):
    """Nothing was done; the message says what to do instead."""


@dataclass(frozen=True)
class Order:
    """What to do: `target` is the id of a tag, person or stage and `name` its name."""

    act: BulkAct
    target: str = ""
    name: str = ""
    lost_reason: str = ""
    scheduled_for: datetime | None = None


def chosen_ids(leads: LeadQuerySet) -> list[str]:
    """The ids in the order in which they are locked; raises TooMany."""
    ids = list(leads.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    if len(ids) > MOST:
        raise TooMany(
            f"This can be done with at most {MOST:,} leads at a time. "
            "Nothing was done: filter or choose fewer."
        )
    return ids


@transaction.atomic
def write_down(order: Order, lead_ids: Sequence[str]) -> BulkRun:
    """A run of which nothing is done yet; `lead_ids` in the order of locking."""
    run = BulkRun.objects.create(
        act=order.act,
        target=order.target,
        target_name=order.name,
        lost_reason=order.lost_reason,
        scheduled_for=order.scheduled_for,
        chosen=len(lead_ids),
        made_by=current_actor().user,
    )
    starts = range(0, len(lead_ids), CHUNK)
    BulkChunk.objects.bulk_create(
        BulkChunk(run=run, number=number, lead_ids=lead_ids[start : start + CHUNK])
        for number, start in enumerate(starts)
    )
    return run


@transaction.atomic
def run_now(order: Order, lead_ids: Sequence[str]) -> BulkRun:
    """Do the act within this request, all of it or nothing."""
    run = write_down(order, lead_ids)
    carry_out(run.pk, Untold())
    run.refresh_from_db()
    return run


def carry_out(run_id: str, progress: Steps) -> None:
    """Do the chunks that nobody has done; raises Cancelled between two of them."""
    run = BulkRun.objects.get(pk=run_id)
    progress.of(run.chosen, done=run.chosen - run.left)
    with acting(reason=REASON):
        while count := _do_next_chunk(run_id):
            progress.step(count)


@transaction.atomic
def _do_next_chunk(run_id: str) -> int:
    """How many leads the chunk had; 0 when all are done."""
    # Two workers with one run, of which one was thought dead, follow each other here.
    run = BulkRun.objects.select_for_update().get(pk=run_id)
    if run.undone_at:
        raise Cancelled
    chunk = run.chunks.filter(done_at=None).order_by("number").first()
    if chunk is None:
        return 0
    outcome = Outcome()
    ACTS[run.act](run, chunk.lead_ids, outcome)
    chunk.changed_ids = list(outcome.changed)
    chunk.before = list(outcome.changed.values())
    chunk.done_at = timezone.now()
    chunk.save(update_fields=["changed_ids", "before", "done_at"])
    _count(run, outcome)
    return len(chunk.lead_ids)


def _count(run: BulkRun, outcome: Outcome) -> None:
    told = Counter(dict(zip(run.reasons, run.reason_counts, strict=True)))
    told += outcome.skipped + outcome.failed
    run.reasons, run.reason_counts = list(told), list(told.values())
    run.changed += len(outcome.changed)
    run.skipped += outcome.skipped.total()
    run.failed += outcome.failed.total()
    run.save(update_fields=["changed", "skipped", "failed", "reasons", "reason_counts"])
