"""Changing a person's name, username, role and email."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from medspa.accounts.emailed_links import EmailedLink, LinkKind
from medspa.accounts.models import User, is_same_email
from medspa.accounts.people.inviting import (
    InviteRefused,
    refuse_known_email,
    save_extra,
    send_invitation,
    send_new_link,
    take,
)
from medspa.accounts.second_factor.notices import tell
from medspa.audit.actors import acting
from medspa.emails.sending import queue_notice
from medspa.roles import ADMINISTRATOR


@dataclass(frozen=True)
class PersonEdit:
    """What a person's form says.

    `names` are columns of the person, `extra` fields of other apps. An empty `role` or
    `email` stays as it is.
    """

    names: Mapping[str, str]
    role: str
    email: str
    extra: Mapping[str, Any]


@transaction.atomic
def edit(person: User, said: PersonEdit, by: User, base: str) -> EmailedLink | None:
    """Save all of it; the link that was sent if the email is another one.

    Raises ValidationError, also where the last administrator would lose the role, and
    InviteRefused when somebody has the email.
    """
    names = {
        name: value
        for name, value in said.names.items()
        if getattr(person, name) != value
    }
    for name, value in names.items():
        setattr(person, name, value)
    person.full_clean(exclude=["password"])
    roles = [group.name for group in person.groups.all()]
    is_new_role = bool(said.role) and roles != [said.role]
    if is_new_role:
        _set_role(person, said.role)
    if names or is_new_role:
        person.save(update_fields=[*names] or ["username"])
    save_extra(person, said.extra)
    return change_email(person, said.email, by, base) if said.email else None


def _set_role(person: User, role: str) -> None:
    """Without a row of history: saving the person writes one that shows both."""
    if role != ADMINISTRATOR:
        person.require_another_administrator()
    person.skip_history_when_saving = True  # type: ignore[attr-defined]
    person.groups.set([Group.objects.get(name=role)])
    del person.skip_history_when_saving  # type: ignore[attr-defined]


@transaction.atomic
def change_email(person: User, email: str, by: User, base: str) -> EmailedLink | None:
    """Send a link to the new address, which is used once the link was opened.

    The old one is told. Who was invited gets the invitation at the new one instead.
    None when nothing changes.
    Raises InviteRefused when somebody has the address.
    """
    if is_same_email(person.email, email):
        return None
    refuse_known_email(email, person)
    if person.may_sign_in or person.has_usable_password():
        tell(
            person,
            "Your email is about to change",
            "Someone asked to sign in to your account with another email instead of "
            "this one. It changes once the link that went there is opened.",
            "A new password cancels it, and so does “Sign out everywhere else” on the "
            "page of your account.",
        )
        return send_new_link(LinkKind.EMAIL_CHANGE, person, email, by, base)
    set_email(person, email)
    return send_invitation(person, by, base)


@transaction.atomic
def confirm_email(link: EmailedLink) -> User:
    """The person has opened the link: from now on the new address is theirs.

    The old one is told. Raises LinkEnded, and InviteRefused when somebody else got the
    address meanwhile.
    """
    take(link)
    person: User = User.objects.get(pk=link.person_id)
    old = person.email
    with acting(user=person):
        set_email(person, link.email)
    if old:
        queue_notice("email_changed", person, old, "Your email was changed")
    return person


def set_email(person: User, email: str) -> None:
    person.email = email
    try:
        with transaction.atomic():
            person.save(update_fields=["email"])
    except IntegrityError:
        refuse_known_email(email, person)
        raise InviteRefused("Someone else already has this email.") from None
