"""Taking back a bulk act: exactly what it changed, unless it was changed since."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from leads import pipeline
from leads.acts import ActRefused
from leads.bulk import (
    REASON,
    assign,
    chunks,
    link_tag,
    living,
    unlink_tag,
    update_with_history,
)
from leads.models import Activity, BulkAct, BulkRun, Lead, LeadTag, Tag
from leads.undoing import undo
from medspa.actors import acting
from medspa.models import User

Before = dict[str, str]


def undo_run(run_id: str, person: User) -> tuple[BulkRun, int]:
    """Take the run back; how many leads are as before. Raises ActRefused.

    A lead that somebody changed since, in what the run changed, stays as it is now.
    """
    with transaction.atomic():
        run = BulkRun.objects.select_for_update().filter(pk=run_id).first()
        if run is None or run.undone_at is not None:
            raise ActRefused("This was already taken back.")
        if run.made_by_id != person.pk and not person.has_perm("leads.put_back"):
            raise ActRefused(f"Only {run.made_by or 'its author'} or a manager can.")
        before = dict(zip(run.lead_ids, run.before, strict=True))
        with acting(reason=f"undo of a {REASON}"):
            restored = sum(
                UNDOERS[run.act](run, {pk: before[pk] for pk in ids}, person)
                for ids in chunks(run.lead_ids)
            )
        run.undone_at = timezone.now()
        run.save(update_fields=["undone_at"])
    return run, restored


def _untag_again(run: BulkRun, before: Before, person: User) -> int:
    list(living(list(before)).values_list("pk"))
    links = LeadTag.objects.filter(pk__in=before.values())
    untagged = [link.pk for link in unlink_tag(links)]
    notes = list(Activity.objects.filter(pk__in=untagged))
    update_with_history(Activity, notes, deleted_at=timezone.now())
    return len(untagged)


def _tag_again(run: BulkRun, before: Before, person: User) -> int:
    if not Tag.objects.filter(pk=run.target).exists():
        raise ActRefused(f"The tag {run.target_name} no longer exists.")
    leads = list(living(list(before)).values_list("pk", flat=True))
    links = LeadTag.objects.filter(tag=run.target, lead__in=leads)
    tagged = set(links.values_list("lead", flat=True))
    lacking = [pk for pk in leads if pk not in tagged]
    return len(link_tag(lacking, run.target))


def _assign_back(run: BulkRun, before: Before, person: User) -> int:
    still = [
        lead
        for lead in living(list(before))
        if lead.assigned_to_id == (run.target or None)
    ]
    people = set(
        User.objects.filter(pk__in=before.values()).values_list("pk", flat=True)
    )
    for was in sorted(set(before.values())):
        back = [lead for lead in still if before[lead.pk] == was]
        assign(back, was if was in people else "")
    return len(still)


def _move_back(run: BulkRun, before: Before, person: User) -> int:
    return sum(
        _did(undo, lead, "stay", before[lead.pk], person)
        for lead in living(list(before))
    )


def _bring_back(run: BulkRun, before: Before, person: User) -> int:
    deleted = Lead.all_objects.select_for_update(no_key=True).deleted()
    return sum(
        _did(pipeline.bring_back, lead)
        for lead in deleted.filter(pk__in=list(before)).order_by("pk")
    )


def _did(act: Callable[..., Any], *arguments: Any) -> bool:
    """Whether the act was possible for this lead; the others go on."""
    try:
        with transaction.atomic():
            act(*arguments)
    except (ActRefused, pipeline.MoveRefused, ValidationError):
        return False
    return True


UNDOERS: dict[str, Callable[[BulkRun, Before, User], int]] = {
    BulkAct.TAG: _untag_again,
    BulkAct.UNTAG: _tag_again,
    BulkAct.ASSIGN: _assign_back,
    BulkAct.MOVE: _move_back,
    BulkAct.DELETE: _bring_back,
}
