"""Tests that commit find the tables as the migrations left them."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Concat

from leads.models import Tag
from medspa.models import User
from medspa.roles import ROLES
from tests.factories import TagFactory, UserFactory
from tests.restoring import restore


def roles() -> dict[str, set[str]]:
    return {
        group.name: set(group.permissions.values_list("codename", flat=True))
        for group in Group.objects.all()
    }


def test_what_was_committed_is_undone(committed: None) -> None:
    TagFactory()
    UserFactory()
    restore()
    assert not Tag.objects.exists()
    assert not User.objects.exists()


def test_what_migrations_wrote_comes_back_when_it_was_changed(committed: None) -> None:
    before, known = roles(), Permission.objects.count()
    assert before.keys() == set(ROLES)
    Permission.objects.first().delete()
    restore()
    assert roles() == before
    assert Permission.objects.count() == known


def test_what_hangs_on_a_changed_row_comes_back_too(committed: None) -> None:
    before = roles()
    Group.objects.update(name=Concat("name", Value("!")))
    restore()
    assert roles() == before


def test_history_is_kept_again_afterwards(committed: None) -> None:
    UserFactory()
    restore()
    assert not User.history.exists()
    UserFactory()
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        User.history.all().delete()
