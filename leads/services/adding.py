"""Adding a lead by hand, with what is known about it, or adding that to a known lead.

Two people who add the same person at the same moment wait for each other: the second
one is shown the first one's lead.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction

from leads.contact import email_key, is_same_phone, phone_key
from leads.extension_points import stage_questions
from leads.models import ContactPoint, Lead, LeadStage, PipelineStage, Tag, Task
from leads.models.stage import RecordedKind
from leads.move_refusals import MoveRefused
from leads.services import next_steps, pipeline
from leads.services.actions import lock_lead
from leads.services.opportunities import ExpectedSale, create_opportunities
from leads.services.same_person import KnownPerson, people_like
from leads.services.tagging import add_tag
from leads.suppressed import SUPPRESSED, find_suppressed
from medspa.audit.actors import current_actor
from medspa.models import User
from medspa.postgres.written_query import WrittenQuery
from medspa.refusals import Refused

# What an existing lead gets from the form where it has nothing yet.
FILLED_IF_EMPTY = {
    "email": "email",
    "phone": "phone",
    "campaign_id": "campaign",
    "assigned_to_id": "assigned to",
}

DELETED_SINCE = (
    "This lead was already added, and has been deleted since. Add it as a new one."
)


@dataclass(frozen=True)
class NewLead:
    """What was entered. `lead` is valid and not saved; `stage` None is the entry stage.

    `procedure` and `value_cents` are given together or not at all, as are `step`, the
    next step, and `step_due_at`. `consult` is what was entered about the consult, by
    the fields of `stage_questions`. A form gives the lead its id (`is_from_form`), so
    that the same form, sent again, is known.
    """

    lead: Lead
    stage: PipelineStage | None = None
    tags: tuple[Tag, ...] = ()
    procedure: str = ""
    value_cents: int = 0
    step: str = ""
    step_due_at: datetime | None = None
    consult_at: datetime | None = None
    consult: Mapping[str, str] = field(default_factory=dict)
    is_from_form: bool = False

    @property
    def notice(self) -> str:
        """What the person should know of the consult's time, once it is booked."""
        question = stage_questions.get(RecordedKind.CONSULT_BOOKED)
        return question.notice(self.consult_at) if question and self.consult_at else ""


class AddRefused(Refused):
    """Nothing was added; `field` is the form's field that the sentence is about."""

    code = "add_refused"

    def __init__(self, sentence: str, field: str, code: str = "") -> None:
        super().__init__(sentence, code)
        self.field = field


class SamePersonFound(Refused):
    """Nothing was added: `people` may be the same person and were not looked at."""

    code = "same_person_found"

    def __init__(self, people: list[KnownPerson]) -> None:
        self.people = people
        first = people[0]
        is_known = f"was {first.added[:1].lower()}{first.added[1:]}"
        told = is_known if first.added else "is already a lead"
        super().__init__(f"{first.lead} {told}. Nothing was added yet.")


@cache
def _lead_with_id() -> WrittenQuery[Lead]:
    return WrittenQuery(Lead.all_objects.order_by().filter(pk=""))


@transaction.atomic
def add_lead(
    new: NewLead, viewer: User | AnonymousUser, *, seen: Collection[str] = ()
) -> Lead:
    """Save the new lead with all that was entered; sent twice, it is added once.

    `seen` are the ids of leads with the same contact that the viewer has been shown and
    found to be other people. Raises SamePersonFound, AddRefused.
    """
    _wait_for_the_same(new.lead)
    _refuse_suppressed(new.lead)
    if new.is_from_form and (already := _lead_with_id().first(new.lead.pk)):
        if already.is_deleted:
            raise AddRefused(DELETED_SINCE, "first_name")
        return already
    people = people_like(new.lead, viewer)
    if {known.lead.pk for known in people} - set(seen):
        raise SamePersonFound(people)
    try:
        period = pipeline.create_lead(new.lead, _stage(new))
    except MoveRefused as refusal:
        raise AddRefused(refusal.sentence, "stage") from refusal
    _add_belongings(new.lead, period, new)
    return new.lead


@transaction.atomic
def add_to(lead_id: str, new: NewLead, viewer: User | AnonymousUser) -> list[str]:
    """Add what was entered to a known lead, which is restored if it was deleted.

    Nothing that the lead has is overwritten: another email or phone becomes a further
    one. Returns what was added, in words. Raises LeadIsGone, AddRefused, and
    ValidationError for a lead that was merged.
    """
    _refuse_suppressed(new.lead)
    found = Lead.all_objects.visible_to(viewer).filter(pk=lead_id).first()
    added = []
    if found and found.is_deleted:
        pipeline.restore_lead(found)
        added.append("restored")
    lead = lock_lead(lead_id)
    added += _fill(lead, new.lead)
    period = lead.stage_periods.filter(left_at=None).select_related("stage").first()
    return added + _add_belongings(lead, period, new)


def _refuse_suppressed(typed: Lead) -> None:
    if find_suppressed([typed.email, typed.phone]):
        raise AddRefused(SUPPRESSED, "email" if typed.email else "phone")


def _wait_for_the_same(lead: Lead) -> None:
    """Until who adds a lead with the same form, email or phone has done so.

    In the order of the locks' keys, so that two can't wait for each other.
    """
    keys = [f"lead {lead.pk}"]
    keys += [f"email {email_key(lead.email)}"] if lead.email else []
    keys += [f"phone {phone_key(lead.phone)}"] if lead.phone else []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(key) FROM ("
            "SELECT hashtextextended(unnest(%s::text[]), 0) AS key ORDER BY key) keys",
            [keys],
        )


def _stage(new: NewLead) -> PipelineStage:
    """The chosen stage; a booked consult takes the lead on to the stage for those."""
    stage = new.stage or pipeline.first_stage()
    if not new.consult_at or not stage.is_open:
        return stage
    booked = PipelineStage.objects.filter(
        records_kpi=RecordedKind.CONSULT_BOOKED, order__gt=stage.order
    )
    return booked.first() or stage


def _fill(lead: Lead, typed: Lead) -> list[str]:
    changed = {
        name: value
        for name in FILLED_IF_EMPTY
        if (value := getattr(typed, name)) and not getattr(lead, name)
    }
    for name, value in changed.items():
        setattr(lead, name, value)
    if changed:
        names = {name.removesuffix("_id") for name in changed}
        lead.save(update_fields={*names, "updated_at"})
    return [
        *(FILLED_IF_EMPTY[name] for name in changed),
        *_keep_further(lead, typed, set(changed)),
    ]


def _keep_further(lead: Lead, typed: Lead, own: set[str]) -> Iterator[str]:
    """An email or phone that the lead doesn't have becomes one of its further ones."""
    points: list[Any] = list(lead.contact_points.filter(deleted_at=None))
    emails = {email_key(one.email) for one in (lead, *points)}
    is_known = any(is_same_phone(typed.phone, one.phone) for one in (lead, *points))
    if typed.email and "email" not in own and email_key(typed.email) not in emails:
        ContactPoint.objects.create(lead=lead, email=typed.email)
        yield "another email"
    if typed.phone and "phone" not in own and not is_known:
        ContactPoint.objects.create(lead=lead, phone=typed.phone)
        yield "another phone"


def _add_belongings(lead: Lead, period: LeadStage | None, new: NewLead) -> list[str]:
    """Tags, expected value, next step and consult that the lead doesn't have yet."""
    added = [str(tag) for tag in new.tags if add_tag(lead, tag)]
    if new.procedure and not hasattr(lead, "opportunity"):
        create_opportunities([ExpectedSale(lead.pk, new.procedure, new.value_cents)])
        added.append("expected value")
    if new.step and new.step_due_at and not _is_planned(lead, new.step):
        person: Any = lead.assigned_to or current_actor().user
        next_steps.plan(lead, new.step, new.step_due_at, person)
        added.append("next step")
    if period and _books(period, new):
        _book(period, new)
        added.append("consult")
    return added


def _is_planned(lead: Lead, step: str) -> bool:
    return Task.objects.open().filter(lead=lead, what=step).exists()


def _books(period: LeadStage, new: NewLead) -> bool:
    """A consult without a date is booked by the stage for booked consults."""
    is_booked = period.stage.records_kpi == RecordedKind.CONSULT_BOOKED
    return bool(new.consult_at or (new.consult and is_booked))


def _book(period: LeadStage, new: NewLead) -> None:
    question = stage_questions.get(RecordedKind.CONSULT_BOOKED)
    if question is None:
        return
    try:
        question.take(period, new.consult_at, new.consult)
    except Refused as refusal:
        raise AddRefused(refusal.sentence, "consult_at", refusal.code) from refusal
