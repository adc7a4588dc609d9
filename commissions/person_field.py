"""Which provider a person is: a field of the People pages."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.db.models import Q

from commissions.models import Provider
from medspa.accounts.people.belongings import PersonField
from medspa.models import User


def form_field(person: User | None) -> forms.Field:
    """The providers that nobody signs in as, and the person's own."""
    free = Q(user=None) if person is None else Q(user=None) | Q(user=person)
    own = Provider.objects.filter(user=person).first() if person else None
    return forms.ModelChoiceField(
        Provider.objects.filter(free),
        label="Provider",
        required=False,
        empty_label="None",
        initial=own.pk if own else None,
        error_messages={"invalid_choice": "Another person signs in as this provider."},
    )


def save(person: User, provider: Any) -> None:
    before = Provider.objects.filter(user=person).first()
    if before == provider:
        return
    if before is not None:
        before.user = None
        before.save(update_fields=["user"])
    if provider is not None:
        provider.user = person
        provider.full_clean()
        provider.save(update_fields=["user"])


def words(people: Collection[User]) -> Mapping[str, str]:
    found = Provider.objects.filter(user__in=people)
    return {provider.user_id: provider.name for provider in found}


PROVIDER_FIELD = PersonField("provider", "Provider", form_field, save, words)
