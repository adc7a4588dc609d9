"""The list of people as the page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from django.db.models import Prefetch, Q, QuerySet

from medspa.accounts.emailed_links import EmailedLink, LinkKind
from medspa.accounts.models import User
from medspa.accounts.people.inviting import name_of
from medspa.extension_points import person_fields
from medspa.roles import ROLES


class PersonState(Enum):
    ACTIVE = "Active"
    INVITED = "Invited"
    EXPIRED = "Invitation expired"
    DEACTIVATED = "Deactivated"


ORDER = list(PersonState)
EVERYTHING = "Everything"


@dataclass(frozen=True)
class PersonRow:
    """One person of the list. `extra` are the other apps' fields and their words."""

    person: User
    name: str
    state: PersonState
    roles: str
    extra: tuple[tuple[str, str], ...]
    invitation: EmailedLink | None
    email_change: EmailedLink | None


def people_shown(search: str = "") -> list[PersonRow]:
    """Whose name, username or email contains the words; active people first."""
    people: QuerySet[User] = User.objects.all()
    for word in search.split():
        people = people.filter(
            Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(username__icontains=word)
            | Q(email__icontains=word)
        )
    rows = rows_of(people)
    return sorted(rows, key=lambda row: (ORDER.index(row.state), row.name.lower()))


def rows_of(people: QuerySet[User]) -> list[PersonRow]:
    links = EmailedLink.objects.not_ended().select_related("created_by")
    found = list(
        people.prefetch_related(
            "groups", Prefetch("emailed_links", links, to_attr="open_links")
        )
    )
    columns = [(field.label, field.words(found)) for field in person_fields]
    return [
        _row(
            person, tuple((label, words.get(person.pk, "")) for label, words in columns)
        )
        for person in found
    ]


def _row(person: User, extra: tuple[tuple[str, str], ...]) -> PersonRow:
    links: Sequence[EmailedLink] = person.open_links  # type: ignore[attr-defined]
    of_kind = {link.kind: link for link in links}
    invitation = of_kind.get(LinkKind.INVITATION)
    return PersonRow(
        person=person,
        name=name_of(person),
        state=state_of(person, invitation),
        roles=roles_in_words(person),
        extra=extra,
        invitation=invitation,
        email_change=of_kind.get(LinkKind.EMAIL_CHANGE),
    )


def state_of(person: User, invitation: EmailedLink | None) -> PersonState:
    if person.may_sign_in:
        return PersonState.ACTIVE
    if invitation is None:
        return PersonState.DEACTIVATED
    return PersonState.EXPIRED if invitation.is_expired else PersonState.INVITED


def roles_in_words(person: User) -> str:
    names = {group.name for group in person.groups.all()}
    known = [role for role in ROLES if role in names]
    words = ", ".join([*known, *sorted(names - set(ROLES))])
    return EVERYTHING if person.is_superuser else words or "No role"
