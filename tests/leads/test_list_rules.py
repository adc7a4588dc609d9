"""Every rule of saved views, pins and columns, both ways."""

import pytest
from django.db import IntegrityError, models, transaction

from leads.models import ListSettings
from leads.view_schema import ListContent
from medspa.reading.short_names import ABOUT_SOMEBODY_SENTENCE
from tests.factories import PinnedViewFactory, SavedViewFactory, UserFactory
from tests.rules import Rule, constraint_of, refusal_in_sql, refusal_in_words

pytestmark = pytest.mark.django_db
ALLOWED = ", ".join(ListContent.model_fields)


def a_name_taken(row: models.Model) -> dict[str, object]:
    SavedViewFactory(owner=row.owner, name="Mine")
    return {"name": "mINE"}


def pinned_before(row: models.Model) -> dict[str, object]:
    return {"view": PinnedViewFactory(person=row.person).view}


def settings_of_a_list() -> ListSettings:
    return ListSettings.objects.create(person=UserFactory(), columns=["tags"])


RULES = [
    Rule(
        "leads_savedview_name_is_no_persons",
        SavedViewFactory,
        {"name": "Livia b. 1/2/1990"},
        ABOUT_SOMEBODY_SENTENCE,
        "name",
    ),
    Rule(
        "leads_savedview_has_a_name",
        SavedViewFactory,
        {"name": ""},
        "This field is required.",
        place="name",
    ),
    Rule(
        "leads_savedview_name_is_unique",
        SavedViewFactory,
        a_name_taken,
        "You already have a view with this name.",
    ),
    Rule(
        "leads_savedview_content_has_known_keys",
        SavedViewFactory,
        {"content_json": {"note": "call after the facelift"}},
        f"“note” can't be stored here. Allowed: {ALLOWED}.",
        place="content_json",
    ),
    Rule(
        "leads_pinnedview_once",
        PinnedViewFactory,
        pinned_before,
        "This view is pinned already.",
    ),
    Rule(
        "leads_listsettings_columns_are_known",
        settings_of_a_list,
        {"columns": ["diagnosis"]},
        "Choose columns from the list.",
        place="columns",
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_people_read_why(rule: Rule) -> None:
    said = refusal_in_words(rule)
    assert rule.sentence in said.get(rule.place, []), said


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if "listsettings" not in rule.name], ids=str
)
def test_the_database_refuses_it_too(rule: Rule) -> None:
    assert refusal_in_sql(rule) == rule.name


def test_the_database_refuses_columns_that_are_not_there() -> None:
    settings_of_a_list()
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        ListSettings.objects.update(columns=["diagnosis"])
    assert constraint_of(refusal.value) == "leads_listsettings_columns_are_known"


def test_a_deleted_view_gives_its_name_free_and_others_may_use_it() -> None:
    view = SavedViewFactory(name="Mine")
    SavedViewFactory(name="Mine").full_clean()
    view.delete()
    SavedViewFactory(owner=view.owner, name="Mine").full_clean()
