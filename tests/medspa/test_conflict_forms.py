"""Two people edit one row: whose value the form gives to each field."""

from datetime import timedelta
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.utils import timezone

from leads.models import Lead, PipelineStage
from medspa.audit.actors import acting
from medspa.models import User
from medspa.web.conflicts import Conflict, ConflictForm, inputs_to_resend
from tests import factories
from tests.rules import let_history_change

pytestmark = pytest.mark.django_db


class LeadForm(ConflictForm):
    class Meta:
        model = Lead
        fields = ("first_name", "source", "ad_platform", "campaign")


@pytest.fixture
def lead(manager: User) -> Lead:
    lead = factories.LeadFactory(first_name="Ana", source="google")
    return Lead.objects.get(pk=lead.pk)


def posted(lead: Lead, seen: object, **changes: Any) -> LeadForm:
    data = {
        "p-first_name": "Ana",
        "p-source": "google",
        "p-ad_platform": "",
        "p-campaign": "",
        "p-seen_history": seen,
    } | {f"p-{name}": value for name, value in changes.items()}
    return LeadForm(data, instance=Lead.objects.get(pk=lead.pk), prefix="p")


def seen_of(lead: Lead) -> int:
    return lead.history.latest("history_id").history_id


def change(lead: Lead, user: User, **values: Any) -> None:
    theirs = Lead.objects.get(pk=lead.pk)
    for name, value in values.items():
        setattr(theirs, name, value)
    with acting(user=user):
        theirs.save()


def test_a_form_shows_the_newest_state_and_a_new_row_has_none(
    lead: Lead, manager: User
) -> None:
    change(lead, manager, source="referral")
    assert LeadForm(instance=lead).initial["seen_history"] == seen_of(lead)
    assert "seen_history" not in LeadForm().initial


def test_without_another_change_everything_is_mine(lead: Lead) -> None:
    form = posted(lead, seen_of(lead), first_name="Anna", source="tiktok")
    assert form.is_valid()
    assert form.reconciled.taken == {}
    assert form.save().source == "tiktok"


@pytest.mark.parametrize("seen", ["", None])
def test_who_says_no_state_saves_last(lead: Lead, manager: User, seen: object) -> None:
    change(lead, manager, source="referral")
    form = posted(lead, seen or "", source="tiktok")
    assert form.is_valid()
    assert form.save().source == "tiktok"


def test_each_field_goes_to_who_changed_it(lead: Lead, manager: User) -> None:
    seen = seen_of(lead)
    campaign = factories.CampaignFactory()
    change(lead, manager, source="referral", campaign=campaign)
    form = posted(lead, seen, first_name="Anna")
    assert form.is_valid()
    saved = form.save()
    assert (saved.first_name, saved.source, saved.campaign) == (
        "Anna",
        "referral",
        campaign,
    )
    assert form.reconciled.taken == {"p-source": "referral", "p-campaign": campaign.pk}
    assert form.reconciled.conflicts == []
    [told] = form.reconciled.sentences
    assert told.startswith("manager changed source from Google to Referral")
    assert told.endswith("just now.")


def test_what_both_changed_differently_is_a_conflict(lead: Lead, manager: User) -> None:
    seen = seen_of(lead)
    change(lead, manager, ad_platform="yelp", source="referral")
    form = posted(lead, seen, ad_platform="bing")
    assert not form.is_valid()
    assert form.non_field_errors() == [
        "Someone else changed the same field. Nothing was saved."
    ]
    assert form.reconciled.conflicts == [
        Conflict(
            name="p-ad_platform",
            label="Ad platform",
            theirs="yelp",
            mine="bing",
            their_words="Yelp",
            my_words="Bing",
        )
    ]
    assert form.reconciled.taken == {"p-source": "referral"}


def test_an_emptied_value_stands_against_theirs(lead: Lead, manager: User) -> None:
    change(lead, manager, ad_platform="google")
    seen = seen_of(lead)
    change(lead, manager, ad_platform="yelp")
    form = posted(lead, seen, ad_platform="")
    assert not form.is_valid()
    [conflict] = form.reconciled.conflicts
    assert (conflict.theirs, conflict.mine) == ("yelp", "")


def test_their_emptied_value_is_taken_as_empty(lead: Lead, manager: User) -> None:
    change(lead, manager, campaign=factories.CampaignFactory())
    seen, shown = seen_of(lead), Lead.objects.get(pk=lead.pk).campaign_id
    change(lead, manager, campaign=None)
    form = posted(lead, seen, campaign=shown, first_name="Anna")
    assert form.is_valid()
    assert form.reconciled.taken == {"p-campaign": ""}
    assert form.save().campaign is None


def test_the_same_change_by_both_is_neither_taken_nor_told_as_a_conflict(
    lead: Lead, manager: User
) -> None:
    seen = seen_of(lead)
    change(lead, manager, source="tiktok")
    form = posted(lead, seen, source="tiktok")
    assert form.is_valid()
    assert form.reconciled.conflicts == []


def test_a_change_that_was_taken_back_is_none(lead: Lead, manager: User) -> None:
    seen = seen_of(lead)
    change(lead, manager, source="tiktok")
    change(lead, manager, source="google")
    form = posted(lead, seen, source="referral")
    assert form.is_valid()
    assert (form.reconciled.taken, form.reconciled.sentences) == ({}, [])


def test_only_what_was_changed_since_is_told_newest_first(
    lead: Lead, manager: User
) -> None:
    change(lead, manager, source="phone")
    seen = seen_of(lead)
    change(lead, manager, source="tiktok")
    change(lead, manager, source="referral")
    let_history_change(Lead)
    lead.history.filter(source="tiktok").update(
        history_date=timezone.now() - timedelta(hours=2)
    )
    form = posted(lead, seen, source="phone")
    assert form.is_valid()
    newest, before = form.reconciled.sentences
    assert "from TikTok to Referral" in newest
    assert "from Phone call to TikTok" in before
    assert before.endswith(" ago.")


def test_a_state_that_never_was_makes_every_difference_a_conflict(lead: Lead) -> None:
    form = posted(lead, 999_999_999, first_name="Zoe")
    assert not form.is_valid()
    assert [conflict.name for conflict in form.reconciled.conflicts] == ["p-first_name"]


class StageForm(ConflictForm):
    class Meta:
        model = PipelineStage
        fields = ("name", "moves_on_when_answered")


def test_a_box_that_i_ticked_over_a_state_that_never_was_is_a_conflict(
    db: None,
) -> None:
    stage = factories.StageFactory()
    assert not stage.moves_on_when_answered
    data = {"name": stage.name, "moves_on_when_answered": "on", "seen_history": 1}
    form = StageForm(data, instance=stage)
    assert not form.is_valid()
    [conflict] = form.reconciled.conflicts
    assert conflict.name == "moves_on_when_answered"


def test_a_field_that_could_not_be_read_is_not_compared(
    lead: Lead, manager: User
) -> None:
    seen = seen_of(lead)
    change(lead, manager, source="tiktok")
    form = posted(lead, seen, source="billboard")
    assert not form.is_valid()
    assert form.reconciled.conflicts == []
    assert list(form.errors) == ["source"]


def test_the_hidden_input_is_no_change(lead: Lead) -> None:
    assert not posted(lead, 1).has_changed()
    assert posted(lead, seen_of(lead), source="tiktok").has_changed()


class Split(forms.MultiWidget):
    def __init__(self) -> None:
        super().__init__([forms.TextInput(), forms.TextInput()])

    def decompress(self, value: Any) -> list[Any]:
        return [value, ""]


class SplitForm(LeadForm):
    ad_platform = forms.CharField(required=False)

    class Meta(LeadForm.Meta):
        widgets = {"first_name": Split()}

    def clean_first_name(self) -> str:
        return "Anna"


def test_an_input_of_several_parts_is_who_saves_last(lead: Lead, manager: User) -> None:
    seen = seen_of(lead)
    change(lead, manager, first_name="Bea")
    data = {"first_name_0": "A", "first_name_1": "", "source": "google"}
    form = SplitForm(
        data | {"seen_history": seen}, instance=Lead.objects.get(pk=lead.pk)
    )
    form.is_valid()
    assert form.reconciled.conflicts == []
    assert "first_name" not in form.reconciled.taken


def test_what_is_sent_again_is_all_but_what_is_to_be_chosen(
    lead: Lead, manager: User
) -> None:
    seen = seen_of(lead)
    change(lead, manager, ad_platform="yelp", source="referral")
    form = posted(lead, seen, ad_platform="bing")
    form.is_valid()
    data = QueryDict(
        "csrfmiddlewaretoken=x&p-first_name=Anna&p-source=google&p-ad_platform=bing"
        f"&p-seen_history={seen}&tags=1&tags=2"
    )
    assert inputs_to_resend(data, [form]) == [
        ("p-first_name", "Anna"),
        ("tags", "1"),
        ("tags", "2"),
        ("p-source", "referral"),
        ("p-seen_history", str(seen_of(lead))),
    ]


def test_a_form_of_a_new_row_sends_no_state() -> None:
    form = LeadForm(QueryDict("first_name=Ana"))
    form.is_valid()
    assert inputs_to_resend(QueryDict("first_name=Ana"), [form]) == [
        ("first_name", "Ana"),
        ("seen_history", ""),
    ]
