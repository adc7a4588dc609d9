"""One act on many leads: in chunks, with a result that adds up.

Each chunk is a transaction of its own. A lead that cannot be changed is counted with
its reason and holds up no other. What a run changed is kept with it for
`leads.bulk_undo`.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from leads import pipeline
from leads.models import Activity, BulkAct, BulkRun, Lead, LeadStage, LeadTag
from leads.models.lead import LeadQuerySet
from leads.vocabulary import ActivityType
from medspa.actors import acting, current_actor

CHUNK = 500
# What one request does in good time. A move or a deletion is made lead by lead, by the
# same function as anywhere else; tags and people are written chunk by chunk.
MOST = 10_000
MOST_ONE_BY_ONE = 1_000
ONE_BY_ONE = {BulkAct.MOVE, BulkAct.DELETE}
REASON = "bulk act"
GONE = "deleted meanwhile"


class TooMany(Exception):
    """Nothing was done; the message says what to do instead."""


@dataclass(frozen=True)
class Order:
    """What to do: `target` is the id of a tag, person or stage and `name` its name."""

    act: BulkAct
    target: str = ""
    name: str = ""
    lost_reason: str = ""


@dataclass
class Outcome:
    """Lead id → what undo needs; how many were skipped or failed, by reason."""

    changed: dict[str, str] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)


def chosen_ids(leads: LeadQuerySet, act: BulkAct) -> list[str]:
    """The ids in the order in which they are locked; raises TooMany."""
    most = MOST_ONE_BY_ONE if act in ONE_BY_ONE else MOST
    ids = list(leads.order_by("pk").values_list("pk", flat=True)[: most + 1])
    if len(ids) > most:
        raise TooMany(
            f"This can be done with at most {most:,} leads at a time. "
            "Nothing was done: filter or choose fewer."
        )
    return ids


def run(order: Order, lead_ids: Sequence[str]) -> BulkRun:
    """Do the act with the leads and keep what was changed."""
    outcome = Outcome()
    with acting(reason=REASON):
        for ids in chunks(lead_ids):
            ACTS[order.act](order, ids, outcome)
    return BulkRun.objects.create(
        act=order.act,
        target=order.target,
        target_name=order.name,
        lead_ids=list(outcome.changed),
        before=list(outcome.changed.values()),
        skipped=outcome.skipped.total(),
        failed=outcome.failed.total(),
        reasons=[
            f"{count:,} × {why}"
            for why, count in (outcome.skipped + outcome.failed).most_common()
        ],
        made_by=current_actor().user,
    )


def chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def living(ids: Sequence[str]) -> LeadQuerySet:
    """Those of the leads that are not deleted, locked by whoever reads them."""
    leads: LeadQuerySet = Lead.objects.select_for_update(no_key=True)
    return leads.filter(pk__in=ids).order_by("pk")


def link_tag(lead_ids: Sequence[str], tag_id: str) -> dict[str, str]:
    """Mark leads that lack the tag, each noted as an activity; lead id → link id.

    An activity has the id of its link, so that undo finds it.
    """
    links = [LeadTag(lead_id=lead_id, tag_id=tag_id) for lead_id in lead_ids]
    author = current_actor().user
    notes = [
        Activity(
            pk=link.pk,
            lead_id=link.lead_id,
            type=ActivityType.TAG_ADDED,
            payload_json={"tag": tag_id},
            created_by=author,
        )
        for link in links
    ]
    bulk_create_with_history(links, LeadTag, default_change_reason=REASON)
    bulk_create_with_history(notes, Activity, default_change_reason=REASON)
    return {link.lead_id: link.pk for link in links}


def assign(leads: list[Lead], person_id: str) -> None:
    """Give locked leads to somebody, or to nobody by an empty id."""
    now = timezone.now()
    update_with_history(Lead, leads, assigned_to_id=person_id or None, updated_at=now)


def unlink_tag(links: QuerySet[LeadTag]) -> list[LeadTag]:
    """Delete the links and write their history in one statement each; the links."""
    rows = list(links)
    trail: Any = LeadTag.history.model
    author = current_actor().user
    trail.objects.bulk_create(
        trail(
            history_date=timezone.now(),
            history_type="-",
            history_user=author,
            history_change_reason=REASON,
            **{
                field.attname: getattr(row, field.attname) for field in row._meta.fields
            },
        )
        for row in rows
    )
    # Deleting by signals would write the history again, row by row.
    LeadTag.objects.filter(pk__in=[row.pk for row in rows])._raw_delete("default")
    return rows


def update_with_history(model: Any, rows: list[Any], **values: Any) -> None:
    """Give rows, which must be locked, the same values by one statement."""
    for row in rows:
        for name, value in values.items():
            setattr(row, name, value)
    model.all_objects.filter(pk__in=[row.pk for row in rows]).update(**values)
    model.history.bulk_history_create(rows, update=True, default_change_reason=REASON)


@transaction.atomic
def _tag(order: Order, ids: Sequence[str], outcome: Outcome) -> None:
    leads = _living_ids(ids, outcome)
    tagged = set(
        LeadTag.objects.filter(tag=order.target, lead__in=leads).values_list(
            "lead", flat=True
        )
    )
    outcome.skipped.update({"had the tag already": len(tagged)} if tagged else {})
    lacking = [lead_id for lead_id in leads if lead_id not in tagged]
    outcome.changed |= link_tag(lacking, order.target)


@transaction.atomic
def _untag(order: Order, ids: Sequence[str], outcome: Outcome) -> None:
    leads = _living_ids(ids, outcome)
    links = LeadTag.objects.filter(tag=order.target, lead__in=leads)
    tagged = {link.lead_id for link in unlink_tag(links)}
    outcome.changed |= dict.fromkeys(sorted(tagged), "")
    if lacking := len(leads) - len(tagged):
        outcome.skipped["did not have the tag"] += lacking


@transaction.atomic
def _assign(order: Order, ids: Sequence[str], outcome: Outcome) -> None:
    found = list(living(ids))
    _note_gone(len(ids) - len(found), outcome)
    changing = [lead for lead in found if lead.assigned_to_id != (order.target or None)]
    if same := len(found) - len(changing):
        outcome.skipped["was assigned so already"] += same
    for lead in changing:
        outcome.changed[lead.pk] = lead.assigned_to_id or ""
    assign(changing, order.target)


def _move(order: Order, ids: Sequence[str], outcome: Outcome) -> None:
    stays = LeadStage.objects.filter(lead__in=ids, left_at=None)
    before = dict(stays.values_list("lead", "pk"))
    for lead_id in ids:
        try:
            stay = pipeline.move(lead_id, order.target, lost_reason=order.lost_reason)
        except pipeline.MoveRefused as refusal:
            outcome.failed[str(refusal)] += 1
            continue
        if stay.pk == before.get(lead_id):
            outcome.skipped["was in the stage already"] += 1
        else:
            outcome.changed[lead_id] = stay.pk


@transaction.atomic
def _delete(order: Order, ids: Sequence[str], outcome: Outcome) -> None:
    found = list(living(ids))
    _note_gone(len(ids) - len(found), outcome)
    for lead in found:
        try:
            lead.delete()
        except ValidationError as refusal:
            outcome.failed[" ".join(refusal.messages)] += 1
        else:
            outcome.changed[lead.pk] = ""


def _living_ids(ids: Sequence[str], outcome: Outcome) -> list[str]:
    found = list(living(ids).values_list("pk", flat=True))
    _note_gone(len(ids) - len(found), outcome)
    return found


def _note_gone(count: int, outcome: Outcome) -> None:
    if count:
        outcome.skipped[GONE] += count


ACTS: dict[str, Callable[[Order, Sequence[str], Outcome], None]] = {
    BulkAct.TAG: _tag,
    BulkAct.UNTAG: _untag,
    BulkAct.ASSIGN: _assign,
    BulkAct.MOVE: _move,
    BulkAct.DELETE: _delete,
}
