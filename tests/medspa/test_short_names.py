"""Names that people give to things hold nothing about a person."""

import pytest
from django.apps import apps
from django.db import connection

from leads.models import Tag
from medspa.reading.short_names import (
    repair_names,
    repaired,
    says_nothing_about_somebody,
)
from tests.factories import TagFactory
from tests.rules import drop_constraints


@pytest.mark.parametrize(
    "name",
    [
        "Spring Glow 2026",
        "SUMMER | skin 12",
        "Bing search · GSI",
        "Botox 2026-09",
        "Lips 30-55",
        "50% off, 3 areas",
        "Q3/Q4",
        "Dr. Ana Lind",
    ],
)
def test_a_name_of_a_thing_is_let_in(name: str) -> None:
    assert says_nothing_about_somebody(name)
    assert repaired(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "ana@example.com",
        "born 1/2/1990",
        "1990-01-02",
        "2.1.90",
        "212 555 0123",
        "(212) 555-0123",
        "555-0123",
        "id 12345",
        "two\nlines",
    ],
)
def test_what_may_be_about_somebody_is_not(name: str) -> None:
    assert not says_nothing_about_somebody(name)
    assert says_nothing_about_somebody(repaired(name))


@pytest.mark.django_db
def test_old_names_are_repaired_and_stay_different() -> None:
    old, taken, other = (TagFactory(name=f"Interest {n}") for n in range(3))
    drop_constraints(old, ("leads_tag_name_is_no_persons",))
    with connection.cursor() as cursor:
        # Only migrations that come before this trigger repair history.
        cursor.execute("ALTER TABLE leads_taghistory DISABLE TRIGGER USER")
    names = {old.pk: "born 1/2/1990", taken.pk: "born …", other.pk: "born 3/4/1990"}
    history = apps.get_model("leads", "TagHistory").objects
    for pk, name in names.items():
        Tag.objects.filter(pk=pk).update(name=name)
        history.filter(id=pk).update(name=name)
    repair_names(Tag.objects, history)
    found = dict(Tag.objects.filter(pk__in=names).values_list("pk", "name"))
    assert found[taken.pk] == "born …"
    assert {found[old.pk], found[other.pk]} == {"born … (2)", "born … (3)"}
    assert set(history.filter(id=old.pk).values_list("name", flat=True)) == {
        found[old.pk]
    }
