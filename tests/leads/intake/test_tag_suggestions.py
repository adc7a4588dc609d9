"""Tags of a file that the clinic doesn't have wait for a manager, by count."""

import pytest
from django.test import Client
from django.urls import reverse

from leads.models import LeadTag, Tag, TagSuggestion
from leads.services.tag_suggestions import accept_suggestions
from medspa.models import User
from tests.factories import TagFactory, TagSuggestionFactory
from tests.leads.intake.bringing import bring
from tests.locks import proves, refused

pytestmark = pytest.mark.usefixtures("clinic")
FILE = (
    "First Name,Email,Tags\n"
    'Ana,a@b.com,"Kybella, PRP"\n'
    "Bea,b@b.com,kybella\n"
    "Cleo,c@b.com,allergic to lidocaine\n"
)
PAGE = "admin:leads_tagsuggestion_changelist"


def waiting() -> dict[str, int]:
    return dict(TagSuggestion.objects.values_list("name", "row_count"))


def decide(client: Client, action: str, *names: str) -> None:
    chosen = TagSuggestion.objects.filter(name__in=names).values_list("pk", flat=True)
    client.post(reverse(PAGE), {"action": action, "_selected_action": list(chosen)})


def test_they_are_counted_over_all_imports_and_no_other_word_is_kept() -> None:
    bring(FILE, dry_run=True)
    assert waiting() == {}
    result = bring(FILE)
    assert waiting() == {"Kybella": 2, "PRP": 1}
    assert (
        "Unknown tags, waiting under Suggested tags: "
        "Kybella (2), PRP (1)." in result.notes
    )
    TagFactory(name="PRP")
    bring(FILE)
    assert waiting() == {"Kybella": 4, "PRP": 1}


def test_a_manager_adds_one_and_the_next_import_uses_it(
    manager: User, client: Client
) -> None:
    bring(FILE)
    client.force_login(manager)
    assert "Kybella" in client.get(reverse(PAGE)).text
    decide(client, "accept", "Kybella")
    decide(client, "dismiss", "PRP")
    assert waiting() == {}
    assert Tag.objects.filter(name="Kybella").exists()
    assert not Tag.objects.filter(name="PRP").exists()
    bring(FILE)
    assert LeadTag.objects.filter(tag__name="Kybella").count() == 2


def test_a_tag_that_is_there_by_now_is_not_added_twice(
    manager: User, client: Client
) -> None:
    TagSuggestionFactory(name="Kybella")
    TagFactory(name="KYBELLA")
    client.force_login(manager)
    decide(client, "accept", "Kybella")
    assert Tag.objects.filter(name__iexact="kybella").count() == 1
    assert waiting() == {}


def test_the_front_desk_decides_nothing(front_desk: User, client: Client) -> None:
    TagSuggestionFactory(name="Kybella")
    client.force_login(front_desk)
    assert client.get(reverse(PAGE)).status_code == 403
    decide(client, "accept", "Kybella")
    assert not Tag.objects.filter(name="Kybella").exists()


@proves("leads.services.tag_suggestions.accept_suggestions atomic")
def test_suggestions_are_added_together_or_not_at_all() -> None:
    chosen = [TagSuggestionFactory(name=name) for name in ("Kybella", "PRP")]
    with refused("leads_tag", after=1):
        accept_suggestions(chosen)
    assert waiting() == {"Kybella": 1, "PRP": 1}
    assert not Tag.objects.filter(name="Kybella").exists()
