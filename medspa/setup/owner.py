"""The first person of an empty site: made with a link that the terminal prints."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.urls import reverse

from medspa import clock
from medspa.accounts.models import User
from medspa.audit.actors import acting
from medspa.refusals import Refused
from medspa.roles import ADMINISTRATOR
from medspa.setup.models import OwnerLink, has_recorded_amounts, the_clinic
from medspa.setup.saving import save_clinic

LINK_LASTS = timedelta(hours=24)
HAS_OWNER = "This site already has an owner. Sign in, or ask an administrator."


class OwnerRefused(Refused):
    """Nobody can become the owner, or not by this link."""

    code = "no_owner"


@dataclass(frozen=True)
class NewOwner:
    """What the form of the first visit asks for."""

    first_name: str
    username: str
    email: str
    password: str
    clinic_name: str
    country: str
    time_zone: str
    currency: str
    week_start: int


def is_empty_site() -> bool:
    """Whether there is nobody who can sign in."""
    return not User.objects.may_sign_in().exists()


def make_owner_link(site: str) -> str:
    """The address of the first page, with a new token. Raises OwnerRefused."""
    if not is_empty_site():
        raise OwnerRefused(HAS_OWNER)
    token = secrets.token_urlsafe(32)
    OwnerLink.objects.create(
        token_hash=hash_of(token), expires_at=clock.now() + LINK_LASTS
    )
    return f"{site.rstrip('/')}{reverse('welcome')}?token={token}"


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def refusal_of_token(token: str) -> str:
    """Why the token opens nothing; "" if it does."""
    link = OwnerLink.objects.filter(token_hash=hash_of(token)).first()
    if link is None:
        return "This link is not valid."
    if link.used_at:
        return "This link was already used."
    if link.expires_at <= clock.now():
        return "This link has expired."
    return ""


@transaction.atomic
def make_owner(token: str, new: NewOwner) -> User:
    """The administrator, and the clinic as entered.

    Two at once come one after the other, and the second is refused. Raises
    OwnerRefused, and ValidationError for what was entered.
    """
    Group.objects.select_for_update(no_key=True).get(name=ADMINISTRATOR)
    if not is_empty_site():
        raise OwnerRefused(HAS_OWNER)
    if refusal := refusal_of_token(token):
        raise OwnerRefused(refusal)
    owner = User(
        username=new.username, first_name=new.first_name, email=new.email, is_staff=True
    )
    owner.set_password(new.password)
    owner.full_clean()
    with acting("the first visit"):
        owner.save()
    with acting(user=owner):
        owner.groups.add(Group.objects.get(name=ADMINISTRATOR))
        _set_up_clinic(new, owner)
    # The others are of no use to anybody from now on.
    OwnerLink.objects.filter(token_hash=hash_of(token)).update(used_at=clock.now())
    OwnerLink.objects.filter(used_at=None).delete()
    return owner


def _set_up_clinic(new: NewOwner, owner: User) -> None:
    clinic: Any = the_clinic(lock=True)
    zone_before = clinic.time_zone
    clinic.name, clinic.country = new.clinic_name, new.country
    clinic.time_zone, clinic.week_start = new.time_zone, new.week_start
    # Ad spend may have come before the owner, by a command.
    if not has_recorded_amounts():
        clinic.currency = new.currency
    clinic.full_clean()
    # Leads may have come before the owner, by a command.
    save_clinic(clinic, zone_before, owner, reverse("clinic"))
