"""Whoever a fixture makes a second time is the person that it made at first."""

import pytest
from django.db import transaction

from medspa.models import User
from medspa.roles import ROLES
from tests.people import known_rows, make_person, rows_of


def attributes(person: User) -> dict[str, object]:
    return {name: value for name, value in vars(person).items() if name[0] != "_"}


@pytest.mark.parametrize("role", ["", *ROLES])
def test_somebody_who_is_written_again_is_the_same(role: str, db: None) -> None:
    known_rows.clear()
    before = transaction.savepoint()
    made = make_person("ana", role)
    rows = rows_of(made)
    transaction.savepoint_rollback(before)
    again = make_person("ana", role)
    assert attributes(again) == attributes(made)
    kept = rows_of(again)
    assert kept.keys() == rows.keys()
    for table in rows.keys() - {"medspa_user"}:
        assert kept[table] == rows[table]
    assert [group.name for group in again.groups.all()] == [role] * bool(role)


def test_somebody_who_is_written_again_can_be_saved(db: None) -> None:
    known_rows.clear()
    before = transaction.savepoint()
    make_person("ana", "Manager")
    transaction.savepoint_rollback(before)
    ana = make_person("ana", "Manager")
    ana.first_name = "Ana"
    ana.save()
    saved, with_role, new = ana.history.all()
    assert (saved.history_type, with_role.history_type, new.history_type) == tuple(
        "~~+"
    )
    assert [past.group.name for past in with_role.groups.all()] == ["Manager"]
    assert User.objects.get().first_name == "Ana"
