"""What someone else takes over when a person leaves: leads, next steps, views."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from leads.bulk.rows import assign, lock_active
from leads.choices import Outcome
from leads.models import Lead, LeadStage, PinnedView, SavedView, Task
from leads.services.assigning import assignable_people
from medspa.accounts.people.belongings import HandOver
from medspa.audit.writing import update_with_history
from medspa.models import User

LONGEST_VIEW_NAME = 40
IN_OPEN_STAGE = Exists(
    LeadStage.objects.filter(
        lead=OuterRef("pk"), left_at=None, stage__outcome=Outcome.OPEN
    )
)


class CountWords:
    """`1 open lead`, `12 open leads`."""

    def __init__(self, one: str, many: str) -> None:
        self.one, self.many = one, many

    def __call__(self, count: int) -> str:
        return f"{count:,} {self.one if count == 1 else self.many}"


# Leads ------------------------------------------------------------------------------


def open_leads(person: User) -> QuerySet[Lead]:
    leads: QuerySet[Lead] = Lead.objects.filter(IN_OPEN_STAGE, assigned_to=person)
    return leads


def give_leads(person: User, to: User | None) -> None:
    ids = list(open_leads(person).values_list("pk", flat=True))
    still_theirs = lock_active(ids).filter(assigned_to=person)
    locked = list(still_theirs.values_list("pk", flat=True))
    assign(locked, to.pk if to else "")


# Next steps -------------------------------------------------------------------------


def open_steps(person: User) -> QuerySet[Task]:
    steps: QuerySet[Task] = Task.objects.open().filter(assigned_to=person)
    return steps


def give_steps(person: User, to: User | None) -> None:
    steps = list(open_steps(person))
    for step in steps:
        step.assigned_to = to
    update_with_history(Task, steps, ["assigned_to"])


# Views of the list ------------------------------------------------------------------


def own_views(person: User) -> QuerySet[SavedView]:
    """Those that others use too, or that the person has pinned."""
    pins = PinnedView.objects.filter(person=person, view=OuterRef("pk"))
    views: QuerySet[SavedView] = SavedView.objects.filter(
        Q(is_shared=True) | Exists(pins), owner=person
    )
    return views


def give_views(person: User, to: User | None) -> None:
    """The new owner has them pinned as the old one had; without one they stay."""
    if to is None:
        return
    theirs = SavedView.objects.filter(owner=to)
    taken = set(theirs.values_list(Lower("name"), flat=True))
    for view in own_views(person):
        view.owner, view.name = to, _free_name(view.name, str(person), taken)
        taken.add(view.name.lower())
        view.save(update_fields=["owner", "name", "updated_at"])
    pinned = PinnedView.objects.filter(person=to).values("view")
    pins = PinnedView.objects.filter(person=person)
    pins.exclude(view__in=pinned).update(person=to)


def _free_name(name: str, owner: str, taken: set[str]) -> str:
    """The name, with its earlier owner's where the new one has such a view."""
    free, number = name, 1
    while free.lower() in taken:
        end = f" ({owner[:12]})" if number == 1 else f" ({number})"
        free, number = name[: LONGEST_VIEW_NAME - len(end)] + end, number + 1
    return free


LEADS = HandOver(
    CountWords("open lead", "open leads"),
    lambda person: open_leads(person).count(),
    give_leads,
    assignable_people,
)
NEXT_STEPS = HandOver(
    CountWords("next step", "next steps"),
    lambda person: open_steps(person).count(),
    give_steps,
    assignable_people,
)
VIEWS = HandOver(
    CountWords("pinned or shared view", "pinned or shared views"),
    lambda person: own_views(person).count(),
    give_views,
    assignable_people,
)
