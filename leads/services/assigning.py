"""Who can be assigned leads and next steps: people who sign in and may open a lead.

Every form, filter and bulk action offers and accepts these people and no others.
"""

from functools import cache

from django.contrib.auth.models import Permission
from django.db.models import Exists, OuterRef, Q, QuerySet

from leads.models import Lead
from medspa.models import User

CAN_NOT_OPEN = (
    "This person doesn't have access to leads, so leads can't be assigned to them."
)


def assignable_people() -> QuerySet[User]:
    return _assignable_people().all()


@cache
def _assignable_people() -> QuerySet[User]:
    """Put together once per process: that took Django longer than asking it."""
    may_open = Permission.objects.filter(
        content_type__app_label="leads", codename="view_lead"
    )
    roles = User.groups.through.objects.filter(group__permissions__in=may_open)
    own = User.user_permissions.through._default_manager.filter(permission__in=may_open)
    people: QuerySet[User] = User.objects.may_sign_in()
    return people.filter(
        Q(is_superuser=True)
        | Q(pk__in=roles.values("user"))
        | Q(pk__in=own.values("user"))
    )


def is_assignable(person_id: str | None) -> bool:
    return assignable_people().filter(pk=person_id).exists()


def refuse_assignee(lead: Lead) -> str:
    """Why the lead can't be assigned to whom it is assigned; empty if it can."""
    if lead.assigned_to_id is None or is_assignable(lead.assigned_to_id):
        return ""
    return CAN_NOT_OPEN


def people_with_leads() -> QuerySet[User]:
    """Whom leads are assigned to, whether or not they could be assigned now."""
    return User.objects.filter(Exists(Lead.objects.filter(assigned_to=OuterRef("pk"))))
