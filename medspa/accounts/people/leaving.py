"""Deactivating people and handing over what is theirs, and letting them in again."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from medspa.accounts.emailed_links import LinkKind
from medspa.accounts.models import User
from medspa.accounts.people.inviting import name_of, revoke
from medspa.audit.actors import acting
from medspa.extension_points import hand_overs
from medspa.refusals import Refused

SIGN_IN_FIELDS = ("is_active", "is_staff")


class LeaveRefused(Refused):
    """The person was not changed."""

    code = "leave_refused"


@dataclass(frozen=True)
class Belongings:
    """What is still somebody's: "12 open leads"."""

    count: int
    words: str


def belongings_of(person: User) -> list[Belongings]:
    counts = [(part, part.count(person)) for part in hand_overs]
    return [Belongings(count, part.words(count)) for part, count in counts if count]


def receivers_for(person: User) -> QuerySet[User]:
    """Who can take over what is `person`'s."""
    people: QuerySet[User] = User.objects.may_sign_in().exclude(pk=person.pk)
    for part in hand_overs:
        people = people.filter(pk__in=part.receivers().values("pk"))
    return people.order_by("first_name", "username")


@transaction.atomic
def deactivate(person: User, by: User, to: User | None) -> None:
    """Sign the person out everywhere for good, and give what is theirs to `to`.

    With None it is nobody's. Raises LeaveRefused, and ValidationError for the last
    administrator.
    """
    if person.pk == by.pk:
        raise LeaveRefused(
            "You can't deactivate yourself. Ask another administrator to do it."
        )
    if not person.may_sign_in:
        raise LeaveRefused(f"{name_of(person)} is already deactivated.")
    person.require_another_administrator()
    revoke(person, *LinkKind)
    person.is_active = person.is_staff = False
    person._change_reason = "deactivated"
    person.save(update_fields=SIGN_IN_FIELDS)
    hand_over(person, to)


@transaction.atomic
def hand_over(person: User, to: User | None) -> None:
    if to is not None and not receivers_for(person).filter(pk=to.pk).exists():
        raise LeaveRefused(f"{name_of(to)} can't take over leads. Choose someone else.")
    with acting(reason=f"handed over by {person}"):
        for part in hand_overs:
            part.act(person, to)


def reactivate(person: User) -> None:
    """Let the person sign in again, with the password and role that they had."""
    if person.may_sign_in:
        raise LeaveRefused(f"{name_of(person)} can already sign in.")
    if not person.has_usable_password():
        raise LeaveRefused(f"{name_of(person)} never accepted. Send an invitation.")
    person.is_active = person.is_staff = True
    person._change_reason = "reactivated"
    person.save(update_fields=SIGN_IN_FIELDS)
