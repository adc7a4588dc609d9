"""The people who sign in."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from commissions.models import Provider
from leads.models import Lead
from medspa.ids import CUID
from medspa.models import User
from tests.factories import LeadFactory, ProviderFactory, UserFactory
from tests.rules import constraint_of, update

pytestmark = pytest.mark.django_db


def test_a_person_has_an_id_like_everything_else_and_may_sign_in() -> None:
    user = User(username="maria")
    assert CUID.fullmatch(user.pk)
    assert user.is_staff


def test_a_username_is_given_once() -> None:
    UserFactory(username="maria")
    other = UserFactory()
    other.username = "maria"
    with pytest.raises(ValidationError, match="already exists"):
        other.full_clean(exclude=["password"])
    with pytest.raises(IntegrityError) as refusal:
        update(other, {"username": "maria"})
    assert constraint_of(refusal.value) == "medspa_user_username_key"


def test_people_are_called_by_their_first_name() -> None:
    assert str(UserFactory.build(first_name="Maria", username="m1")) == "Maria"
    assert str(UserFactory.build(first_name="", username="m1")) == "m1"


def test_who_leaves_takes_nothing_along() -> None:
    maria = UserFactory()
    LeadFactory(assigned_to=maria)
    ProviderFactory(user=maria)
    assert Lead.objects.get().assigned_to == Provider.objects.get().user == maria
    maria.delete()
    assert Lead.objects.get().assigned_to is None
    assert Provider.objects.get().user is None
