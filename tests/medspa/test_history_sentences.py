"""The audit trail in words: each kind of value, each kind of change."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from campaigns.models import Campaign
from leads.models import Lead, PipelineStage, Tag
from medspa import clock
from medspa.audit.actors import acting
from medspa.audit.sentences import (
    NOT_SHOWN,
    HistoryEntry,
    entries,
    entry_of,
    in_words,
    value_in_words,
)
from tests import factories
from tests.rules import let_history_change

pytestmark = pytest.mark.django_db


def trail(row: Any) -> list[HistoryEntry]:
    return entries(row.history.select_related("history_user").order_by("-history_id"))


def sentences(row: Any) -> list[str]:
    return [entry.sentence for entry in trail(row)]


def test_a_trail_is_told_newest_first_by_who_did_it() -> None:
    ana = factories.UserFactory(first_name="Ana")
    with acting("Import of may.csv"):
        tag = factories.TagFactory(name="Peel", color="#112233")
    with acting(user=ana):
        tag.name, tag.color = "Peels", "#445566"
        tag.save()
        tag.save()
        tag.delete()
        tag.restore()
    assert sentences(tag) == [
        "Ana restored this",
        "Ana deleted this",
        "Ana saved without changes",
        "Ana changed name from Peel to Peels, color from #112233 to #445566",
        "Import of may.csv created this",
    ]


def test_secrets_and_what_programs_read_are_never_told() -> None:
    row = factories.ConnectionFactory()
    for token in ("pit-42", "pit-43"):
        row.secrets, row.secrets_set_at = json.dumps({"token": token}), clock.now()
        row.save()
    told = sentences(row)
    assert all(one.endswith(" changed secrets") for one in told[:2])
    assert "pit-4" not in "".join(told)
    settings = row._meta.get_field("settings_json")
    assert value_in_words(settings, {"token": "x"}) == NOT_SHOWN


def test_a_change_names_its_field_and_both_values() -> None:
    tag = factories.TagFactory(name="Peel")
    tag.name = "Peels"
    tag.save()
    (change,) = trail(tag)[0].changes
    assert (change.field, change.label) == ("name", "name")
    assert (change.old, change.new) == ("Peel", "Peels")
    assert trail(tag)[1].changes == ()


def test_a_row_without_a_trail_has_nothing_to_tell() -> None:
    assert entries([]) == []


def test_a_removed_row_is_told_as_such() -> None:
    with acting("Retention"):
        tag = factories.TagFactory()
        let_history_change(Tag)
        Tag.history.filter(id=tag.pk).update(history_type="-")
    assert sentences(tag) == ["Retention removed this"]


def test_a_row_that_changed_while_it_was_deleted_says_both() -> None:
    with acting("Job"):
        tag = factories.TagFactory(name="Peel")
        tag.name = "Peels"
        tag.deleted_at = datetime(2026, 3, 1, tzinfo=UTC)
        tag.save()
    assert sentences(tag)[0] == "Job deleted this name from Peel to Peels"


def test_the_oldest_row_shown_is_only_compared_with() -> None:
    tag = factories.TagFactory(name="One")
    for name in ("Two", "Three"):
        tag.name = name
        tag.save()
    newest = tag.history.order_by("-history_id")[:2]
    (entry,) = entries(newest)
    assert entry.changes[0].old == "Two"


def test_rows_of_two_objects_are_not_compared_with_each_other() -> None:
    one, two = factories.TagFactory(name="One"), factories.TagFactory(name="Two")
    for tag in (one, two):
        tag.color = "#000001"
        tag.save()
    records = [tag.history.first() for tag in (two, one)]
    assert entries(records) == []
    every = [row for tag in (one, two) for row in tag.history.order_by("-history_id")]
    verbs = [entry.verb for entry in entries(every)]
    assert verbs == ["changed", "created this"] * 2


def test_people_and_rows_are_told_by_name_also_when_they_are_gone() -> None:
    bea = factories.UserFactory(first_name="Bea")
    campaign = factories.CampaignFactory(name="Spring")
    lead = factories.LeadFactory()
    lead.assigned_to, lead.campaign = bea, campaign
    lead.save()
    campaign.delete()
    changes = {change.label: change for change in trail(lead)[0].changes}
    assert (changes["assigned to"].old, changes["assigned to"].new) == (
        "empty",
        "Bea",
    )
    assert changes["campaign"].new == "Spring"
    let_history_change(Lead)
    Lead.history.filter(id=lead.pk, history_type="~").update(assigned_to_id="cgone")
    changes = {change.label: change for change in trail(lead)[0].changes}
    assert changes["assigned to"].new == "a deleted one"


def test_one_entry_is_told_with_the_names_that_are_known() -> None:
    lead = factories.LeadFactory()
    lead.assigned_to = factories.UserFactory()
    lead.save()
    new, old = lead.history.order_by("-history_id")
    entry = entry_of(new, old, "Ana", {lead.assigned_to_id: "Bea"})
    assert entry
    assert entry.sentence == "Ana changed assigned to from empty to Bea"
    assert entry_of(new, None, "Ana", {}) is None


@pytest.mark.parametrize(
    ("model", "field", "value", "words"),
    [
        (Campaign, "monthly_spend_cents", 125_050, "$1,250.50"),
        (Campaign, "monthly_spend_cents", 0, "$0"),
        (PipelineStage, "win_probability_bps", 2_550, "25.5%"),
        (PipelineStage, "win_probability_bps", 10_000, "100%"),
        (Lead, "source", "google", "Google"),
        (Lead, "source", "unknown", "unknown"),
        (Lead, "email", "", "empty"),
        (Lead, "campaign", None, "empty"),
        (Campaign, "name", "Spring", "Spring"),
    ],
)
def test_a_value_is_told_in_words(
    model: Any, field: str, value: Any, words: str
) -> None:
    assert value_in_words(model._meta.get_field(field), value) == words


def test_days_moments_and_flags_are_told_in_words() -> None:
    opportunity = factories.OpportunityFactory.build(expected_date=date(2026, 3, 4))
    assert in_words(opportunity, "expected_date") == "Mar 4, 2026"
    lead = factories.LeadFactory.build(
        created_at=datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
    )
    assert "10:30 AM" in in_words(lead, "created_at"), "by the clinic's clock"
    view = factories.SavedViewFactory.build(is_shared=True, owner=None)
    assert in_words(view, "is_shared") == "yes"
    view.is_shared = False
    assert in_words(view, "is_shared") == "no"


def test_what_nobody_typed_is_not_told() -> None:
    opportunity = factories.OpportunityFactory()
    opportunity.expected_value_cents = 5_000
    opportunity.save()
    labels = [change.field for change in trail(opportunity)[0].changes]
    assert labels == ["expected_value_cents"]
