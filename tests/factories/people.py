"""People of a clinic, their links, second steps and devices."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import factory
from django.contrib.auth.models import Group
from django.utils import timezone
from factory.django import DjangoModelFactory

from medspa.models import (
    EmailedLink,
    LinkKind,
    Passkey,
    PersonSession,
    TotpDevice,
    User,
)

FIRST_NAMES = ("Ana", "Bea", "Carla", "Dora", "Eve", "Fay", "Gina", "Hana")


class UserFactory(DjangoModelFactory):
    """`UserFactory(role=MANAGER)` puts the person into that group."""

    username = factory.Sequence(lambda number: f"person{number}")
    first_name = factory.Iterator(FIRST_NAMES)

    class Meta:
        model = User
        skip_postgeneration_save = True

    @factory.post_generation
    def role(self: User, create: bool, name: str | None, **kwargs: Any) -> None:
        if create and name:
            self.groups.add(Group.objects.get(name=name))


class EmailedLinkFactory(DjangoModelFactory):
    """An invitation of somebody who has not accepted it."""

    kind = LinkKind.INVITATION.value
    person = factory.SubFactory(
        UserFactory,
        is_active=False,
        is_staff=False,
        email=factory.Sequence(lambda number: f"invited{number}@example.com"),
    )
    email = factory.SelfAttribute("person.email")
    created_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyAttribute(lambda link: link.created_at + timedelta(days=7))

    class Meta:
        model = EmailedLink


class EmailChangeFactory(EmailedLinkFactory):
    """A new address, which nobody has confirmed."""

    kind = LinkKind.EMAIL_CHANGE.value
    person = factory.SubFactory(UserFactory)
    email = factory.Sequence(lambda number: f"new{number}@example.com")


class PasskeyFactory(DjangoModelFactory):
    """One that nobody holds: its public key is none."""

    person = factory.SubFactory(UserFactory)
    name = "Chrome on Windows"
    credential_id = factory.Sequence(lambda number: f"passkey {number}".encode())
    credential_hash = factory.LazyAttribute(
        lambda passkey: sha256(passkey.credential_id).hexdigest()
    )
    public_key = b"none"

    class Meta:
        model = Passkey


class TotpDeviceFactory(DjangoModelFactory):
    """An authenticator app that is set up."""

    person = factory.SubFactory(UserFactory)
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    confirmed_at = factory.LazyFunction(timezone.now)

    class Meta:
        model = TotpDevice


class PersonSessionFactory(DjangoModelFactory):
    """A session that is listed for nobody: it holds no data."""

    person = factory.SubFactory(UserFactory)
    session_key = factory.Sequence(lambda number: f"{number:040}")
    expire_date = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=1))

    class Meta:
        model = PersonSession
