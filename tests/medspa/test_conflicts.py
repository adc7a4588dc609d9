"""Two people edit one row: what each kind of admin form answers."""

from typing import Any

import pytest
from django.forms import modelform_factory
from django.http import QueryDict

from campaigns.models import Campaign
from medspa.audit.actors import acting
from medspa.web.conflicts import ConflictForm, inputs_to_resend
from tests import factories

pytestmark = pytest.mark.django_db
Form: Any = modelform_factory(
    Campaign, form=ConflictForm, fields=["name", "platform", "starts_on"]
)


@pytest.fixture
def campaign() -> Campaign:
    return factories.CampaignFactory(name="Spring", platform="facebook")


def sent(shown: Any, **typed: str) -> dict[str, str]:
    """What a browser sends of the form as it was shown, with something typed."""
    data = {
        "x-name": shown["name"].value(),
        "x-platform": shown["platform"].value(),
        "x-starts_on": "",
        "x-seen_history": str(shown["seen_history"].value() or ""),
    }
    return data | {f"x-{name}": value for name, value in typed.items()}


def shown(campaign: Campaign) -> Any:
    return Form(instance=Campaign.objects.get(pk=campaign.pk), prefix="x")


def answered(campaign: Campaign, data: dict[str, str]) -> Any:
    row = Campaign.objects.get(pk=campaign.pk)
    form = Form(data, instance=row, prefix="x")
    form.is_valid()
    return form


def change(campaign: Campaign, **values: Any) -> None:
    row = Campaign.objects.get(pk=campaign.pk)
    for name, value in values.items():
        setattr(row, name, value)
    with acting("Bea"):
        row.save()


def test_nobody_else_saved_nothing_is_reconciled(campaign: Campaign) -> None:
    form = answered(campaign, sent(shown(campaign), name="Summer"))
    assert form.is_valid()
    assert form.save().name == "Summer"
    assert (form.reconciled.taken, form.reconciled.sentences) == ({}, [])


def test_opening_and_sending_a_form_is_no_change(campaign: Campaign) -> None:
    form = answered(campaign, sent(shown(campaign)))
    assert not form.has_changed()
    assert answered(campaign, sent(shown(campaign), name="Summer")).has_changed()


def test_each_keeps_the_field_they_changed(campaign: Campaign) -> None:
    first = shown(campaign)
    change(campaign, platform="google")
    form = answered(campaign, sent(first, name="Summer"))
    assert form.errors == {}
    assert form.reconciled.taken == {"x-platform": "google"}
    (told,) = form.reconciled.sentences
    assert told == "Bea changed platform from Facebook to Google just now."
    saved = form.save()
    assert (saved.name, saved.platform) == ("Summer", "google")


def test_one_field_changed_by_both_is_shown_and_nothing_saved(
    campaign: Campaign,
) -> None:
    first = shown(campaign)
    change(campaign, name="Winter", platform="google")
    data = sent(first, name="Summer")
    form = answered(campaign, data)
    assert form.errors == {
        "__all__": ["Someone else changed the same field. Nothing was saved."]
    }
    (conflict,) = form.reconciled.conflicts
    assert (conflict.name, conflict.label) == ("x-name", "Name")
    assert (conflict.theirs, conflict.mine) == ("Winter", "Summer")
    assert (conflict.their_words, conflict.my_words) == ("Winter", "Summer")
    query = QueryDict(mutable=True)
    query.update({**data, "csrfmiddlewaretoken": "secret", "more": "kept"})
    newest = str(campaign.history.first().history_id)
    assert dict(inputs_to_resend(query, [form])) == {
        "x-starts_on": "",
        "x-platform": "google",
        "x-seen_history": newest,
        "more": "kept",
    }


def test_the_same_change_by_both_is_no_conflict(campaign: Campaign) -> None:
    first = shown(campaign)
    change(campaign, name="Summer")
    form = answered(campaign, sent(first, name="Summer"))
    assert form.is_valid()
    assert form.reconciled.conflicts == []
    assert form.reconciled.taken == {"x-name": "Summer"}


def test_what_others_emptied_stays_empty(campaign: Campaign) -> None:
    change(campaign, starts_on="2026-03-01")
    first = shown(campaign)
    change(campaign, starts_on=None)
    data = sent(first, name="Summer", starts_on="2026-03-01")
    form = answered(campaign, data)
    assert form.is_valid()
    assert form.reconciled.taken == {"x-starts_on": ""}
    assert form.save().starts_on is None


def test_a_state_that_never_was_makes_every_difference_a_question(
    campaign: Campaign,
) -> None:
    data = sent(shown(campaign), name="Summer", seen_history="999999999")
    form = answered(campaign, data)
    assert [conflict.name for conflict in form.reconciled.conflicts] == ["x-name"]
    assert form.reconciled.sentences == []


def test_without_a_seen_state_the_last_one_to_save_wins(campaign: Campaign) -> None:
    first = shown(campaign)
    change(campaign, name="Winter")
    form = answered(campaign, sent(first, name="Summer", seen_history=""))
    assert form.is_valid()
    assert form.save().name == "Summer"


def test_a_new_row_has_nobody_to_differ_with() -> None:
    form = Form({"x-name": "New", "x-platform": "google"}, prefix="x")
    assert form.is_valid()
    assert "seen_history" not in form.initial
    sent_anyway = {"x-name": "New", "x-platform": "google", "x-seen_history": "7"}
    assert Form(sent_anyway, prefix="x").is_valid()


def test_only_changes_since_the_form_was_opened_are_told(campaign: Campaign) -> None:
    change(campaign, platform="google")
    first = shown(campaign)
    change(campaign, platform="tiktok")
    form = answered(campaign, sent(first, name="Summer"))
    (told,) = form.reconciled.sentences
    assert "from Google to TikTok" in told
