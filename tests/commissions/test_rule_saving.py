"""What the pages of rules say when something was saved or refused."""

from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from commissions.models import CommissionRule, Provider
from commissions.refusals import CreditRefused
from commissions.statements.calculate import run_month
from commissions.statements.overview import default_month
from commissions.views.refusals import refusals_as_form_errors
from medspa.clinic_time import clinic_today
from medspa.models import User
from medspa.months import month_of
from tests.commissions.clinic import DRAW, MARCH, TEN_PERCENT, agree, hire, pay
from tests.page_text import text_of

pytestmark = pytest.mark.django_db
PERCENT = {
    "effective_from": "2026-04-01",
    "priority": "0",
    "rate_bps": "12",
    "base": "collected",
    "refund": "take_back",
}


@pytest.fixture
def site(administrator: User, client: Client) -> Client:
    client.force_login(administrator)
    return client


def test_which_version_stays_and_which_begins_is_said(
    site: Client, ana: Provider
) -> None:
    rule = agree(ana, TEN_PERCENT)
    pay(ana, 10_000)
    run_month(MARCH)
    seen = rule.history.latest().history_id
    form = {**PERCENT, "whom": f"provider:{ana.pk}", "seen": seen}
    address = reverse("commission_rule", args=[rule.pk])
    page = text_of(site.post(address, form, follow=True))
    assert "Statements used version 1, so it stays unchanged;" in page
    assert "version 2 starts on Apr 1, 2026." in page


@pytest.mark.parametrize(("role", "warned"), [("injector", True), ("surgeon", False)])
def test_the_role_of_a_person_decides_on_the_warning(
    role: str, warned: bool, site: Client
) -> None:
    person = hire("Sam", role=role)
    form = {**PERCENT, "whom": f"provider:{person.pk}"}
    address = f"{reverse('new_rule')}?type=percent"
    page = text_of(site.post(address, form, follow=True))
    assert "Saved: 12% of what was collected" in page
    assert ("Not acknowledged yet" in page) == warned


def test_whose_a_rule_is_stands_in_words() -> None:
    nurses, everyone = agree(None, TEN_PERCENT, role="frontdesk"), agree(None, DRAW)
    of_one = agree(hire("Ana RN"), TEN_PERCENT)
    assert [str(rule) for rule in (nurses, everyone, of_one)] == [
        "Percent for Front desk",
        "Draw for everyone",
        "Percent for Ana RN",
    ]


def test_all_sentences_of_a_refusal_stand_on_the_form() -> None:
    form = forms.Form({})
    with refusals_as_form_errors(form):
        raise ValidationError(["Choose a role.", "Enter a rate."])
    with refusals_as_form_errors(form):
        raise CreditRefused("Choose a provider.")
    assert form.non_field_errors() == [
        "Choose a role.",
        "Enter a rate.",
        "Choose a provider.",
    ]


@pytest.mark.parametrize("terms", [TEN_PERCENT, DRAW], ids=["line", "draw"])
def test_that_a_rule_is_used_is_a_failure_and_not_news(
    terms: dict[str, Any], site: Client, ana: Provider
) -> None:
    rule = agree(ana, terms)
    pay(ana, 10_000)
    run_month(MARCH)
    answer = site.post(reverse("remove_rule", args=[rule.pk]), follow=True)
    (message,) = answer.context["messages"]
    assert message.level_tag == "error"
    assert "Set an end date instead" in message.message
    assert CommissionRule.objects.get() == rule


def test_the_preview_of_a_changed_rule_replaces_what_it_pays_now(
    site: Client, ana: Provider
) -> None:
    rule = agree(ana, TEN_PERCENT)
    pay(ana, 10_000, default_month(), day=2)
    form = {**PERCENT, "whom": f"provider:{ana.pk}", "preview": "1"}
    address = reverse("commission_rule", args=[rule.pk])
    (row,) = site.post(address, form).context["preview"].rows
    assert (row.name, row.now_cents, row.then_cents) == ("Ana RN", 1_000, 1_200)


def test_a_new_rule_begins_with_the_month_unless_somebody_says_otherwise(
    site: Client,
) -> None:
    page = site.get(f"{reverse('new_rule')}?type=percent")
    begins = page.context["form"]["effective_from"].value()
    assert begins == month_of(clinic_today())
