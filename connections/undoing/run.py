"""Undoing: tried first, then for good; lead by lead, newest item first.

A trial is the undo itself in a transaction that is rolled back, so what it says is what
happens. Some leads at a time are a transaction with the notes of their items, so a
killed worker's undo goes on behind them. Nothing of it is sent to other systems.
"""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.urls import reverse

from connections.audit_kinds import UNDO_STARTED, UndoDetails
from connections.gohighlevel.origin import not_sent
from connections.models import ItemOutcome, Outcome, UndoRun
from connections.taking_in.deletions import DELETED
from connections.undoing.of_events import undo_event
from connections.undoing.of_leads import (
    NotUndone,
    undo_deletion,
    undo_lead,
    undo_stage,
)
from connections.undoing.scope import UndoScope, scope_of
from connections.undoing.since import UNDO_REASON, worked_on_since
from leads.models import Lead, LeadMerge
from medspa import clock
from medspa.audit.actors import acting
from medspa.audit.events import record_event
from medspa.jobs.progress import JobProgress, NullProgress
from medspa.jobs.registry import start_job
from medspa.json_columns import Schema
from medspa.models import User
from medspa.refusals import Refused

UNDO_INTAKE = "connections.undo"
LEADS_AT_ONCE = 50
# What one request does in good time, and what a preview tries.
MOST_LEADS_IN_REQUEST = 100
ERASED_SINCE = "This person was erased."
MERGED_SINCE = "This lead was merged with another one."
WISH_STAYS = "A request not to be contacted stays."
NOT_ACCEPTED_BACK = "The database did not accept the earlier value."


class UndoArguments(Schema):
    undo: str


@transaction.atomic
def start(scope: UndoScope, person: User) -> UndoRun:
    """Undo it at once, or have a worker do it. Raises NotUndone."""
    scope.lock()
    scope.refuse()
    run = scope.new_run()
    run.made_by = person
    leads = scope.items.order_by().values("lead").distinct()
    is_large = leads.count() > MOST_LEADS_IN_REQUEST
    run.save(force_insert=True)
    details = UndoDetails(title=scope.title, items=scope.items.count())
    record_event(UNDO_STARTED, by=person, subject=run, details=details)
    if is_large:
        _queue(run, person, scope)
    else:
        carry_out(run.pk, person, NullProgress())
    run.refresh_from_db()
    return run


def go_on(run: UndoRun, person: User) -> UndoRun:
    """Have a worker finish an undo whose job was canceled or failed."""
    with transaction.atomic():
        locked = UndoRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if locked.ended_at is None and not (locked.work and locked.work.is_active):
            _queue(locked, person, scope_of(locked))
    return locked


def _queue(run: UndoRun, person: User, scope: UndoScope) -> None:
    run.work = start_job(
        UNDO_INTAKE,
        UndoArguments(undo=run.pk),
        title=f"Undo {scope.title}"[:150],
        by=person,
        after=reverse("undone", args=[run.pk]),
        key=run.pk,
        total=scope.items.count(),
    )
    run.save(update_fields=["work"])


def carry_out(run_id: str, person: User, progress: JobProgress) -> UndoRun:
    """From where an earlier attempt ended; raises JobCanceled between two chunks."""
    run = UndoRun.objects.get(pk=run_id)
    done = run.items.count()
    progress.of(done + scope_of(run).items.count(), done=done)
    with acting(user=person, reason=UNDO_REASON):
        while count := _next_leads(run_id, person):
            progress.step(count)
    return UndoRun.objects.get(pk=run_id)


def _next_leads(run_id: str, person: User) -> int:
    """How many items were looked at; 0 at the end, which is noted."""
    with not_sent():
        run = UndoRun.objects.select_for_update(of=("self",)).get(pk=run_id)
        items = scope_of(run).items
        newest = items.order_by("-made_at", "-number", "-id")
        leads = list(
            dict.fromkeys(newest.values_list("lead", flat=True)[: 4 * LEADS_AT_ONCE])
        )[:LEADS_AT_ONCE]
        if not leads:
            if run.ended_at is None:
                run.ended_at = max(clock.now(), run.made_at)
                run.save(update_fields=["ended_at"])
            return 0
        of_lead: dict[str | None, list[ItemOutcome]] = {pk: [] for pk in leads}
        for item in newest.filter(lead__in=[pk for pk in leads if pk]):
            of_lead[item.lead_id].append(item)
        if None in of_lead:
            of_lead[None] = list(newest.filter(lead=None))
        done = _undo_leads(run, of_lead, person)
        ItemOutcome.objects.bulk_update(done, ["undo", "undone_at", "kept"])
        return len(done)


def _undo_leads(
    run: UndoRun, of_lead: Mapping[str | None, Sequence[ItemOutcome]], person: User
) -> list[ItemOutcome]:
    locked = Lead.all_objects.select_for_update(no_key=True, of=("self",))
    rows = locked.filter(pk__in=[pk for pk in of_lead if pk]).order_by("pk")
    leads = {lead.pk: lead for lead in rows}
    worked_on = worked_on_since(
        {
            pk: (items[-1].made_at, items[0].made_at)
            for pk, items in of_lead.items()
            if pk and any(one.outcome != Outcome.UPDATED for one in items)
        }
    )
    done = []
    for lead_id, items in of_lead.items():
        lead = leads.get(lead_id or "")
        for item in items:
            item.undo = run
            _undo_item(lead, item, person, is_worked_on=lead_id in worked_on)
            done.append(item)
    return done


def _undo_item(
    lead: Lead | None, item: ItemOutcome, person: User, *, is_worked_on: bool
) -> None:
    try:
        with transaction.atomic():
            _refuse_lead(lead, item)
            item.kept = _undo(lead, item, person, is_worked_on=is_worked_on)[:200]
        item.undone_at = clock.now()
    except Refused as refusal:
        item.kept = refusal.sentence[:200]
    except ValidationError as error:
        item.kept = " ".join(error.messages)[:200]
    except DatabaseError:
        item.kept = NOT_ACCEPTED_BACK
    if item.kept and lead:
        lead.refresh_from_db()


def _refuse_lead(lead: Lead | None, item: ItemOutcome) -> None:
    if lead is None or lead.is_erased:
        raise NotUndone(ERASED_SINCE)
    merges = LeadMerge.objects.standing().filter(merged_at__gte=item.made_at)
    if merges.filter(Q(survivor=lead) | Q(merged=lead)).exists():
        raise NotUndone(MERGED_SINCE)


def _undo(
    lead: Lead | None, item: ItemOutcome, person: User, *, is_worked_on: bool
) -> str:
    assert lead is not None  # noqa: S101
    match item.what:
        case "lead":
            return undo_lead(lead, item, is_worked_on=is_worked_on)
        case "stage":
            return undo_stage(lead, item, person)
        case what if what == DELETED:
            return undo_deletion(lead)
        case "do_not_contact":
            raise NotUndone(WISH_STAYS)
    return undo_event(lead, item, person)
