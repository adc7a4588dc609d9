"""Who earned a payment: defaults, splits, and the lead page that shows them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commissions.credits.crediting import (
    credit_by_default,
    credit_defaults,
    name_provider,
    split,
)
from commissions.models import Credit, LeadProvider, Provider
from commissions.refusals import CreditRefused
from kpis.events import consults, payments, reported
from kpis.events.bookings import NO_ARRANGEMENT, Arrangement
from kpis.models import KpiEvent
from leads.models import Lead
from leads.services import pipeline
from leads.services.merging import MergeChoice, merge
from leads.services.unmerging import unmerge
from medspa.ids import new_id
from medspa.models import User
from tests.commissions.clinic import MARCH, hire, pay
from tests.factories import LeadFactory, StageFactory, UserFactory
from tests.page_text import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> Provider:
    return hire("Ana RN", user=UserFactory())


@pytest.fixture
def bea() -> Provider:
    return hire("Bea RN")


def shares(payment: KpiEvent) -> dict[str, int]:
    rows = payment.credits.order_by("provider__name")
    return dict(rows.values_list("provider__name", "share_bps"))


def test_the_default_is_the_provider_of_the_lead(ana: Provider) -> None:
    hers = pay(None, 10_000, lead=LeadFactory(assigned_to=ana.user))
    nobodys = pay(None, 10_000)
    partly = pay(ana, 10_000, share=5_000, lead=LeadFactory(assigned_to=ana.user))
    assert credit_defaults(MARCH) == 1
    assert shares(hers) == {"Ana RN": 10_000}
    assert shares(nobodys) == {}
    assert shares(partly) == {"Ana RN": 5_000}
    assert hers.credits.get().history.count() == 1
    assert credit_defaults(MARCH) == 0


def test_of_no_events_and_without_providers_none_is_credited() -> None:
    assert credit_by_default([]) == 0
    assert credit_by_default([paid_by(LeadFactory())]) == 0


def test_a_payment_is_split_and_split_again(ana: Provider, bea: Provider) -> None:
    payment = pay(ana, 10_000)
    split(payment, {ana.pk: 4_000, bea.pk: 6_000})
    assert shares(payment) == {"Ana RN": 4_000, "Bea RN": 6_000}
    split(payment, {ana.pk: 9_000, bea.pk: 1_000})
    assert shares(payment) == {"Ana RN": 9_000, "Bea RN": 1_000}
    split(payment, {ana.pk: 0, bea.pk: 10_000})
    assert shares(payment) == {"Bea RN": 10_000}


def test_a_split_of_more_than_the_whole_is_refused(
    ana: Provider, bea: Provider
) -> None:
    payment = pay(ana, 10_000)
    with pytest.raises(CreditRefused):
        split(payment, {ana.pk: 5_000, bea.pk: 5_001})
    assert shares(payment) == {"Ana RN": 10_000}


def test_the_form_is_in_per_cent_and_offers_the_default(
    ana: Provider, bea: Provider, manager: User, client: Client
) -> None:
    payment = pay(None, 10_000, lead=LeadFactory(assigned_to=ana.user))
    client.force_login(manager)
    address = reverse("credit_payment", args=[payment.pk])
    assert 'value="100"' in client.get(address).content.decode()
    page = client.post(address, {ana.pk: "60", bea.pk: "40.01"})
    assert "exceed 100%" in page.content.decode()
    page = client.post(address, {ana.pk: "101", bea.pk: "-1"})
    assert "negative" in page.content.decode()
    back = reverse("uncredited")
    answer = client.post(f"{address}?back={back}", {ana.pk: "60", bea.pk: "40"})
    assert answer["Location"] == back
    assert shares(payment) == {"Ana RN": 6_000, "Bea RN": 4_000}


@pytest.mark.parametrize("back", ["https://evil.test/", "//evil.test/", "1", "no:page"])
def test_nobody_is_sent_to_another_site_or_to_nowhere(
    ana: Provider, manager: User, client: Client, back: str
) -> None:
    payment = pay(ana, 10_000)
    client.force_login(manager)
    address = f"{reverse('credit_payment', args=[payment.pk])}?back={back}"
    assert client.post(address, {ana.pk: "50"})["Location"] == reverse("commissions")


def test_cancel_leads_back_to_where_somebody_came_from(
    ana: Provider, manager: User, client: Client
) -> None:
    address = reverse("credit_payment", args=[pay(ana, 10_000).pk])
    client.force_login(manager)
    for asked, back in (
        ("?back=/leads/list/", "/leads/list/"),
        ("", reverse("commissions")),
    ):
        page = client.get(f"{address}{asked}").text
        assert f'<a class="action" href="{back}">Cancel</a>' in page


def test_the_form_has_who_left_if_a_share_is_theirs(
    ana: Provider, bea: Provider, manager: User, client: Client
) -> None:
    payment = pay(bea, 10_000, share=4_000)
    gone = hire("Cleo RN")
    for each in (bea, gone):
        each.delete()
    client.force_login(manager)
    page = client.get(reverse("credit_payment", args=[payment.pk])).text
    assert "Ana RN (%)" in page and "Bea RN (%)" in page
    assert 'value="40"' in page
    assert "Cleo RN" not in page


def test_what_a_deleted_lead_paid_is_not_credited(
    ana: Provider, manager: User, client: Client
) -> None:
    payment = pay(ana, 10_000)
    payment.lead.delete()
    client.force_login(manager)
    address = reverse("credit_payment", args=[payment.pk])
    assert client.get(address).status_code == 404
    assert client.post(address, {ana.pk: "50"}).status_code == 404
    assert shares(payment) == {"Ana RN": 10_000}


def test_the_lead_page_shows_who_earned_it_to_those_who_credit(
    ana: Provider, manager: User, front_desk: User, client: Client
) -> None:
    payment = pay(ana, 10_000, share=6_000)
    address = reverse("lead", args=[payment.lead_id])
    client.force_login(manager)
    assert "Ana RN 60%" in client.get(address).content.decode()
    client.force_login(front_desk)
    assert "Ana RN 60%" not in client.get(address).content.decode()
    assert Credit.objects.count() == 1


# At the moment of payment ---------------------------------------------------


def paid_by(lead: Lead, days_ago: int = 0) -> KpiEvent:
    paid_at = timezone.now() - timedelta(days=days_ago)
    return payments.record_payment(lead, 45_000, paid_at=paid_at)


def held(lead: Lead, provider: Provider | None, days_ago: int) -> KpiEvent:
    """A consult that took place, as another system tells of it."""
    at = timezone.now() - timedelta(days=days_ago)
    arrangement = Arrangement(provider.pk) if provider else NO_ARRANGEMENT
    booking = reported.record_booking(
        lead, reported.ReportedConsult(at - timedelta(days=1), at, arrangement)
    )
    return reported.record_show(lead, booking.pk, at)


def test_a_payment_is_credited_to_whoever_looks_after_the_lead(ana: Provider) -> None:
    assert shares(paid_by(LeadFactory(assigned_to=ana.user))) == {"Ana RN": 10_000}
    assert shares(paid_by(LeadFactory())) == {}


def test_whoever_was_named_as_treating_the_lead_comes_first(
    ana: Provider, bea: Provider
) -> None:
    lead = LeadFactory(assigned_to=ana.user)
    name_provider(lead, bea.pk)
    assert shares(paid_by(lead)) == {"Bea RN": 10_000}
    name_provider(lead, "")
    assert shares(paid_by(lead)) == {"Ana RN": 10_000}


def test_a_provider_who_left_is_credited_with_nothing_new(
    ana: Provider, bea: Provider
) -> None:
    lead = LeadFactory()
    name_provider(lead, bea.pk)
    bea.delete()
    assert shares(paid_by(lead)) == {}
    with pytest.raises(CreditRefused):
        name_provider(lead, bea.pk)


def test_consults_are_credited_and_a_booking_to_whoever_looks_after_the_lead(
    ana: Provider, bea: Provider
) -> None:
    lead = LeadFactory(assigned_to=ana.user)
    name_provider(lead, bea.pk)
    booked = consults.book(lead, timezone.now())
    assert shares(booked) == {"Ana RN": 10_000}
    assert shares(consults.show(lead, booked.pk)) == {"Bea RN": 10_000}
    nobodys = LeadFactory()
    name_provider(nobodys, bea.pk)
    assert shares(consults.book(nobodys, timezone.now())) == {"Bea RN": 10_000}


def test_a_payment_is_credited_to_the_provider_of_the_consult_before_it(
    ana: Provider, bea: Provider
) -> None:
    cleo = hire("Cleo RN")
    lead = LeadFactory(assigned_to=ana.user)
    for days_ago, provider in ((20, cleo), (10, bea)):
        held(lead, provider, days_ago)
    assert shares(paid_by(lead, days_ago=25)) == {"Ana RN": 10_000}
    assert shares(paid_by(lead, days_ago=20)) == {"Cleo RN": 10_000}
    assert shares(paid_by(lead, days_ago=11)) == {"Cleo RN": 10_000}
    assert shares(paid_by(lead)) == {"Bea RN": 10_000}
    name_provider(lead, cleo.pk)
    assert shares(paid_by(lead)) == {"Cleo RN": 10_000}


def test_a_consult_is_credited_to_the_provider_it_was_with(
    ana: Provider, bea: Provider
) -> None:
    lead = LeadFactory()
    name_provider(lead, ana.pk)
    assert shares(held(lead, bea, days_ago=3)) == {"Bea RN": 10_000}
    assert shares(held(lead, None, days_ago=2)) == {"Ana RN": 10_000}


def test_who_left_is_credited_with_no_payment_after_their_consult(
    bea: Provider,
) -> None:
    lead = LeadFactory()
    held(lead, bea, days_ago=1)
    bea.delete()
    assert shares(paid_by(lead)) == {}


def test_the_lead_page_says_whose_consult_is_credited_next(
    bea: Provider, manager: User, client: Client
) -> None:
    lead = LeadFactory()
    held(lead, bea, days_ago=1)
    client.force_login(manager)
    said = text_of(client.get(reverse("lead", args=[lead.pk])))
    assert f"{lead}'s payments are credited to Bea RN." in said


def test_a_booking_given_another_date_keeps_its_credit(
    ana: Provider, bea: Provider
) -> None:
    lead = LeadFactory(assigned_to=ana.user)
    tomorrow = timezone.now() + timedelta(days=1)
    booked = consults.book(lead, tomorrow)
    split(booked, {ana.pk: 0, bea.pk: 7_000})
    for later in (1, 2):
        moved = consults.book(lead, tomorrow + timedelta(days=later))
        assert shares(moved) == {"Bea RN": 7_000}
    consults_of_another = consults.book(LeadFactory(assigned_to=ana.user), tomorrow)
    assert shares(consults_of_another) == {"Ana RN": 10_000}


def test_entering_a_stage_that_records_a_consult_credits_it(ana: Provider) -> None:
    leads = [LeadFactory(assigned_to=ana.user, admitted=True) for _ in range(2)]
    shown = StageFactory(records_kpi="consult_show")
    for lead in leads:
        pipeline.move(lead.pk, shown.pk)
    assert Credit.objects.filter(kpi_event__kind="consult_show").count() == 2


def test_a_merge_carries_the_provider_over_and_its_undo_gives_it_back(
    ana: Provider, bea: Provider, manager: User
) -> None:
    survivor, merged = LeadFactory(assigned_to=ana.user), LeadFactory()
    name_provider(merged, bea.pk)
    row = merge(survivor.pk, merged.pk, MergeChoice())
    assert shares(paid_by(survivor)) == {"Bea RN": 10_000}
    unmerge(row.pk)
    assert shares(paid_by(survivor)) == {"Ana RN": 10_000}
    assert shares(paid_by(merged)) == {"Bea RN": 10_000}


# The payment form -----------------------------------------------------------


def record(client: Client, lead: Lead, **said: object) -> str:
    """What the page says after a payment of $450 was sent."""
    address = reverse("lead_pay", args=[lead.pk])
    page = client.post(address, {"amount": "450", **said}, follow=True)
    return page.content.decode()


def test_the_payment_form_splits_the_credit(
    ana: Provider, bea: Provider, manager: User, client: Client
) -> None:
    lead = LeadFactory(assigned_to=ana.user)
    client.force_login(manager)
    page = client.get(reverse("lead", args=[lead.pk])).content.decode()
    assert "Credit: Ana RN 100%" in page
    record(client, lead, earner=[ana.pk, bea.pk, ""], share=["66.67", "33.33 %", ""])
    payment = KpiEvent.objects.get(lead=lead)
    assert shares(payment) == {"Ana RN": 6_667, "Bea RN": 3_333}
    assert [credit.history.count() for credit in payment.credits.all()] == [1, 1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("names", "said", "sentence"),
    [
        (["ana", "bea"], ["60", "40.01"], "exceed 100%"),
        (["ana"], ["0"], "in percent"),
        (["ana"], ["-5"], "in percent"),
        (["ana"], ["100.01"], "in percent"),
        (["ana"], ["1e2x"], "in percent"),
        (["ana"], ["NaN"], "in percent"),
        (["ana"], [""], "in percent"),
        (["ana", "ana"], ["50", "50"], "each provider only once"),
        ([""], ["50"], "who earned the share"),
        (["nobody"], ["50"], "who work here"),
    ],
)
def test_shares_that_are_none_record_nothing(
    ana: Provider,
    bea: Provider,
    manager: User,
    client: Client,
    names: list[str],
    said: list[str],
    sentence: str,
) -> None:
    client.force_login(manager)
    lead = LeadFactory(assigned_to=ana.user)
    known = {"ana": ana.pk, "bea": bea.pk}
    earners = [known.get(name, name) for name in names]
    assert sentence in record(client, lead, earner=earners, share=said)
    assert not KpiEvent.objects.filter(lead=lead).exists()


def test_the_front_desk_records_and_only_the_default_follows(
    ana: Provider, bea: Provider, front_desk: User, client: Client
) -> None:
    lead = LeadFactory(assigned_to=ana.user)
    client.force_login(front_desk)
    assert "Credit:" not in client.get(reverse("lead", args=[lead.pk])).content.decode()
    record(client, lead, earner=[bea.pk], share=["100"])
    assert shares(KpiEvent.objects.get(lead=lead)) == {"Ana RN": 10_000}


def test_a_second_click_credits_once(
    ana: Provider, manager: User, client: Client
) -> None:
    lead = LeadFactory(assigned_to=ana.user)
    client.force_login(manager)
    key = new_id()
    for _ in range(2):
        record(client, lead, key=key)
    assert Credit.objects.get().kpi_event_id == key


def test_a_provider_is_named_on_the_lead_page(
    ana: Provider, bea: Provider, manager: User, front_desk: User, client: Client
) -> None:
    lead = LeadFactory(assigned_to=ana.user)
    address = reverse("name_provider", args=[lead.pk])
    client.force_login(front_desk)
    assert client.post(address, {"provider": bea.pk}).status_code == 403
    client.force_login(manager)
    page = client.post(address, {"provider": bea.pk}, follow=True).content.decode()
    assert f"{lead} is treated by Bea RN." in page
    assert "are credited to Bea RN" in page
    choice = LeadProvider.objects.get()
    assert choice.history.get().history_user == manager
    client.post(address, {"provider": "nobody"})
    assert LeadProvider.objects.count() == 1


def test_nobody_in_particular_can_be_named_again(
    bea: Provider, manager: User, client: Client
) -> None:
    lead = LeadFactory()
    client.force_login(manager)
    address = reverse("name_provider", args=[lead.pk])
    for provider, said in (
        (bea.pk, f"{lead} is treated by Bea RN."),
        ("", f"No provider is set for {lead} now."),
    ):
        page = client.post(address, {"provider": provider}, follow=True).text
        assert said in page
    assert "aren't credited to anyone" in page
    assert [str(row) for row in LeadProvider.objects.all()] == ["Not set", "Bea RN"]
