"""Inviting people by email: the invitation, sending it again, canceling, accepting."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from medspa import clock
from medspa.accounts.emailed_links import VALID_FOR, EmailedLink, LinkKind
from medspa.accounts.models import User
from medspa.audit.actors import acting
from medspa.audit.sentences import INVITATION_SENT
from medspa.emails.sending import queue_link
from medspa.extension_points import person_fields
from medspa.refusals import Refused

LONGEST_USERNAME = 30


@dataclass(frozen=True)
class NewPerson:
    first_name: str
    last_name: str
    email: str
    role: str


class InviteRefused(Refused):
    """Nobody was invited; `known` is who has the email already, if that is why."""

    code = "invite_refused"

    def __init__(self, sentence: str, known: User | None = None) -> None:
        super().__init__(sentence)
        self.known = known


class LinkEnded(Refused):
    """The link was used, replaced, or has expired."""

    code = "link_ended"


@transaction.atomic
def invite(
    new: NewPerson, by: User, base: str, extra: Mapping[str, Any] | None = None
) -> User:
    """Create the person, who can sign in once they have accepted.

    `extra` are the values of other apps' fields, by their names. Raises InviteRefused
    when somebody has the email, also if they got it at the same moment, and
    ValidationError for a field that isn't good.
    """
    refuse_known_email(new.email)
    person = User(
        username=free_username(new.email),
        first_name=new.first_name,
        last_name=new.last_name,
        email=new.email,
        is_active=False,
        is_staff=False,
    )
    person.set_unusable_password()
    # Whoever took the username at this moment has the email, too, or is told below.
    person.full_clean(exclude=["password"], validate_unique=False)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError:
        refuse_known_email(new.email)
        raise InviteRefused(
            "Someone was added at the same moment. Try again."
        ) from None
    person.groups.add(Group.objects.get(name=new.role))
    save_extra(person, extra or {})
    send_invitation(person, by, base)
    return person


def save_extra(person: User, extra: Mapping[str, Any]) -> None:
    for field in person_fields:
        if field.name in extra:
            field.save(person, extra[field.name])


def refuse_known_email(email: str, person: User | None = None) -> None:
    """Raise InviteRefused when somebody else than `person` has the email."""
    known = User.objects.with_email(email).exclude(pk=person.pk if person else "")
    if found := known.first():
        raise InviteRefused(f"{name_of(found)} already has this email.", found)


def name_of(person: User) -> str:
    return person.get_full_name() or person.username


def free_username(email: str) -> str:
    """What stands before the @, with a number if it is taken."""
    start = re.sub(r"[^a-z0-9._-]", "", email.partition("@")[0].lower())
    start = start[:LONGEST_USERNAME] or "person"
    taken = set(
        User.objects.filter(username__istartswith=start).values_list(
            "username", flat=True
        )
    )
    lower = {name.lower() for name in taken}
    names = (start, *(f"{start}{number}" for number in range(2, len(lower) + 3)))
    return next(name for name in names if name not in lower)


@transaction.atomic
def send_invitation(person: User, by: User, base: str) -> EmailedLink:
    """Send a link to the person's address; an earlier one no longer works."""
    if person.may_sign_in:
        raise InviteRefused(f"{name_of(person)} has already accepted.")
    if not person.email:
        raise InviteRefused("Add an email first: the invitation is sent there.")
    person.note(INVITATION_SENT)
    return send_new_link(LinkKind.INVITATION, person, person.email, by, base)


def send_new_link(
    kind: LinkKind, person: User, email: str, by: User, base: str
) -> EmailedLink:
    """Make a link in place of the open one of its kind, and have it sent.

    Called within a transaction, which a refusal ends.
    """
    revoke(person, kind)
    now = clock.now()
    link = EmailedLink(
        kind=kind,
        person=person,
        email=email,
        created_by=by,
        created_at=now,
        expires_at=now + VALID_FOR[kind],
    )
    try:
        link.save(force_insert=True)
    except IntegrityError:
        raise InviteRefused("Someone else just sent this link.") from None
    queue_link(link, base)
    return link


def revoke(person: User, *kinds: LinkKind) -> int:
    """End the person's open links of these kinds; how many there were."""
    return EmailedLink.objects.filter(person=person, kind__in=kinds).revoke()


def cancel_invitation(person: User) -> None:
    """The invitation no longer works; the person stays, deactivated."""
    if not revoke(person, LinkKind.INVITATION):
        raise InviteRefused(f"{name_of(person)} has no open invitation.")


@transaction.atomic
def accept(link: EmailedLink, password: str) -> User:
    """The invited person has chosen a password and may sign in.

    Raises LinkEnded when the link was used or replaced meanwhile.
    """
    take(link)
    person: User = User.objects.get(pk=link.person_id)
    person.set_password(password)
    person.is_active = person.is_staff = True
    person._change_reason = "accepted the invitation"
    with acting(user=person):
        person.save(update_fields=["password", "is_active", "is_staff"])
    return person


def take(link: EmailedLink) -> None:
    """Use the link, once; raises LinkEnded."""
    if not EmailedLink.objects.usable().filter(pk=link.pk).update(used_at=clock.now()):
        raise LinkEnded("This link was already used or replaced.")
