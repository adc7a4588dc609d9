"""Who has a second step, and who needs one.

Both come with the person of a request (`medspa.extension_points.person_attributes`), so
no page asks for them.
"""

from typing import Any

from django.contrib.auth.models import Group
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from medspa.accounts.models import User
from medspa.accounts.second_factor.models import Passkey, TotpDevice
from medspa.clinic.current import current_clinic
from medspa.extension_points import person_attributes
from medspa.roles import ADMINISTRATOR, MANAGER

DEMANDING_ROLES = (MANAGER, ADMINISTRATOR)


def _boolean(condition: Q) -> ExpressionWrapper:
    return ExpressionWrapper(condition, output_field=BooleanField())


CONFIRMED_APPS = TotpDevice.objects.filter(
    person=OuterRef("pk"), confirmed_at__isnull=False
)
PASSKEYS = Passkey.objects.order_by().filter(person=OuterRef("pk"))
DEMANDING_GROUPS = Group.objects.filter(user=OuterRef("pk"), name__in=DEMANDING_ROLES)

person_attributes.extend("has_second_step")(
    _boolean(Q(Exists(CONFIRMED_APPS) | Exists(PASSKEYS)))
)
person_attributes.extend("has_demanding_role")(
    _boolean(Q(Exists(DEMANDING_GROUPS)) | Q(is_superuser=True))
)


def has_second_step(person: Any) -> bool:
    """Whether the person has an authenticator app or a passkey."""
    return bool(_loaded(person, "has_second_step"))


def needs_second_step(person: Any) -> bool:
    """Whether the clinic asks it of them, by their role."""
    required = current_clinic().requires_second_step
    return required and bool(_loaded(person, "has_demanding_role"))


def _loaded(person: Any, name: str) -> Any:
    if not hasattr(person, name):
        expressions = {name: person_attributes[name]}
        found = User.objects.filter(pk=person.pk).annotate(**expressions)
        return found.values_list(name, flat=True).first()
    return getattr(person, name)
