"""Rules: one form a type, a sentence, a preview, versions, and what to look at."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commissions.models import CommissionRule, Provider
from commissions.rules.listing import rule_list
from commissions.statements.calculate import run_month
from commissions.statements.overview import default_month
from leads.models import Procedure
from medspa.clinic_time import clinic_today
from medspa.models import User
from tests.commissions.clinic import MARCH, TEN_PERCENT, agree, hire, pay, statement_of
from tests.page_text import text_of

pytestmark = pytest.mark.django_db
PERCENT = {
    "whom": "",
    "effective_from": "2026-03-01",
    "priority": "0",
    "rate_bps": "10",
    "base": "collected",
    "refund": "take_back",
}


@pytest.fixture
def site(administrator: User, client: Client) -> Client:
    client.force_login(administrator)
    return client


def post(site: Client, kind: str, data: dict[str, Any]) -> Any:
    return site.post(f"{reverse('new_rule')}?type={kind}", data, follow=True)


def seen(rule: CommissionRule) -> str:
    return str(rule.history.latest().history_id)


def test_a_percent_rule_is_made_of_dollars_and_per_cent(
    site: Client, ana: Provider
) -> None:
    data = {
        **PERCENT,
        "whom": f"provider:{ana.pk}",
        "procedures": ["BTX"],
        "cap_cents": "500",
    }
    page = text_of(post(site, "percent", data))
    sentence = "10% of what was collected on Botox, at most $500 a month, "
    assert f"Saved: {sentence}from Mar 1, 2026." in page
    rule = CommissionRule.objects.get()
    assert rule.provider == ana
    assert rule.rule_json["rate_bps"] == 1000
    assert rule.rule_json["cap_cents"] == 50_000
    assert rule.rule_json["match"] == {"procedures": ["BTX"]}


@pytest.mark.parametrize(
    ("kind", "own", "sentence"),
    [
        (
            "flat",
            {"event": "consult_show", "amount_cents": "25", "once_per_lead": "on"},
            "$25 for each showed consult, once per lead, ",
        ),
        (
            "tiered",
            {
                "mode": "marginal",
                "up_to_0": "800",
                "rate_0": "40",
                "up_to_1": "",
                "rate_1": "45",
            },
            "40% up to $800 and 45% above that, of the month&#x27;s payments "
            "(each tier at its own rate), ",
        ),
        (
            "bonus",
            {"threshold_cents": "50000", "amount_cents": "500"},
            "$500 once the month&#x27;s payments reach $50,000, ",
        ),
        (
            "draw",
            {"amount_cents": "3000", "recoverable": "on"},
            "at least $3,000 a month, recoverable from later months, ",
        ),
    ],
)
def test_each_type_has_its_form_and_sentence(
    kind: str, own: dict[str, str], sentence: str, site: Client
) -> None:
    columns = {"whom": "role:injector", "effective_from": "2026-03-01", "priority": "0"}
    page = text_of(post(site, kind, {**columns, **own}))
    assert f"Saved: {sentence}from Mar 1, 2026" in page
    rule = CommissionRule.objects.get()
    assert (rule.role, rule.rule_json["type"]) == ("injector", kind)
    address = reverse("commission_rule", args=[rule.pk])
    assert site.get(address).status_code == 200


def test_a_pool_has_members_with_weights(site: Client, ana: Provider) -> None:
    bea = hire("Bea RN")
    data = {
        "effective_from": "2026-03-01",
        "priority": "0",
        "rate_bps": "5",
        f"member_{ana.pk}": "1",
        f"member_{bea.pk}": "2",
    }
    page = text_of(post(site, "pool", data))
    assert "shared by Ana RN and Bea RN (2)" in page
    assert CommissionRule.objects.get().rule_json["members"] == {ana.pk: 1, bea.pk: 2}


def test_what_is_wrong_is_said_and_nothing_saved(site: Client) -> None:
    page = text_of(post(site, "percent", {**PERCENT, "rate_bps": "101"}))
    assert "Enter a rate from 0 to 100." in page
    page = text_of(post(site, "percent", {**PERCENT, "effective_to": "2026-02-01"}))
    assert "The end date can&#x27;t be before the start date." in page
    assert not CommissionRule.objects.exists()


OPEN = {"rate_2": "40"}


@pytest.mark.parametrize(
    ("kind", "own", "sentence"),
    [
        ("tiered", {}, "Enter the rate of at least one tier."),
        ("tiered", {"up_to_0": "800", **OPEN}, "Enter the rate of each tier."),
        (
            "tiered",
            {"up_to_0": "800", "rate_0": "40"},
            "Leave the limit of the last tier empty, and only that one.",
        ),
        (
            "tiered",
            {"up_to_0": "8", "rate_0": "4", "up_to_1": "7", "rate_1": "5", **OPEN},
            "Each tier&#x27;s limit must be above the one before.",
        ),
        ("pool", {"rate_bps": "5"}, "Enter the share of at least one member."),
    ],
)
def test_a_form_says_what_its_tiers_or_members_lack(
    kind: str, own: dict[str, str], sentence: str, site: Client, ana: Provider
) -> None:
    columns = {"effective_from": "2026-03-01", "priority": "0"}
    columns |= {"mode": "whole"} if kind == "tiered" else {}
    page = text_of(post(site, kind, {**columns, **own}))
    assert f"> {sentence} <" in page.replace(">", "> ").replace("<", " <")
    assert not CommissionRule.objects.exists()


def test_a_preview_runs_last_month_and_saves_nothing(
    site: Client, ana: Provider
) -> None:
    month = default_month()
    pay(ana, 45_005, month, day=2)
    page = text_of(post(site, "percent", {**PERCENT, "preview": "1"}))
    assert f"{month:%B %Y} with this rule" in page
    assert "$45.01" in page
    assert not CommissionRule.objects.exists()


@pytest.mark.parametrize("button", [{}, {"preview": "1"}])
def test_a_rule_that_ends_before_it_starts_is_neither_saved_nor_previewed(
    button: dict[str, str], site: Client, ana: Provider
) -> None:
    pay(ana, 45_005, default_month(), day=2)
    dates = {"effective_from": "2026-03-01", "effective_to": "2026-02-28"}
    page = text_of(post(site, "percent", {**PERCENT, **dates, **button}))
    assert page.count("The end date can&#x27;t be before the start date.") == 1
    assert "with this rule" not in page
    assert not CommissionRule.objects.exists()
    post(site, "percent", {**PERCENT, **dates, "effective_to": "2026-03-01"})
    assert CommissionRule.objects.exists()


def test_an_unused_rule_changes_in_place(site: Client, ana: Provider) -> None:
    rule = agree(ana, TEN_PERCENT)
    data = {**PERCENT, "whom": f"provider:{ana.pk}", "rate_bps": "12"}
    address = reverse("commission_rule", args=[rule.pk])
    site.post(address, {**data, "seen": seen(rule)})
    rule.refresh_from_db()
    assert (rule.rule_json["rate_bps"], rule.version) == (1200, 1)


def test_a_rule_keeps_a_procedure_that_was_archived_and_pays_on(
    site: Client, ana: Provider
) -> None:
    terms = {**PERCENT, "whom": f"provider:{ana.pk}", "procedures": ["BTX"]}
    post(site, "percent", terms)
    rule = CommissionRule.objects.get()
    Procedure.objects.get(code="BTX").delete()
    address = reverse("commission_rule", args=[rule.pk])
    assert 'value="BTX"' in site.get(address).content.decode()
    site.post(address, {**terms, "rate_bps": "20", "seen": seen(rule)})
    rule.refresh_from_db()
    assert rule.rule_json["rate_bps"] == 2_000
    assert rule.rule_json["match"]["procedures"] == ["BTX"]
    pay(ana, 100_00, procedure="BTX")
    run_month(MARCH)
    assert statement_of(ana).lines_cents == 20_00


def test_a_used_rule_ends_and_its_next_version_begins(
    site: Client, ana: Provider
) -> None:
    rule = agree(ana, TEN_PERCENT)
    pay(ana, 10_000)
    run_month(MARCH)
    data = {
        **PERCENT,
        "whom": f"provider:{ana.pk}",
        "rate_bps": "12",
        "effective_from": "2026-04-01",
        "seen": seen(rule),
    }
    site.post(reverse("commission_rule", args=[rule.pk]), data)
    rule.refresh_from_db()
    following = CommissionRule.objects.get(replaces=rule)
    assert rule.rule_json == TEN_PERCENT
    assert rule.effective_to == date(2026, 3, 31)
    assert (following.version, following.rule_json["rate_bps"]) == (2, 1200)


def test_a_used_rule_s_next_version_begins_this_month_unless_told_otherwise(
    site: Client, ana: Provider
) -> None:
    rule = agree(ana, TEN_PERCENT)
    pay(ana, 10_000)
    run_month(MARCH)
    page = text_of(site.get(reverse("commission_rule", args=[rule.pk])))
    assert f'value="{clinic_today().replace(day=1)}"' in page
    assert 'value="2026-01-01"' not in page


def test_a_used_rule_can_be_replaced_from_its_first_day(
    site: Client, ana: Provider
) -> None:
    rule = agree(ana, TEN_PERCENT)
    pay(ana, 10_000)
    run_month(MARCH)
    data = {
        **PERCENT,
        "whom": f"provider:{ana.pk}",
        "rate_bps": "12",
        "effective_from": "2026-01-01",
        "seen": seen(rule),
    }
    site.post(reverse("commission_rule", args=[rule.pk]), data)
    run_month(MARCH)
    assert statement_of(ana).lines_cents == 1200


def test_a_used_rule_is_ended_but_not_removed(site: Client, ana: Provider) -> None:
    rule = agree(ana, TEN_PERCENT)
    pay(ana, 10_000)
    run_month(MARCH)
    page = site.post(reverse("remove_rule", args=[rule.pk]), follow=True)
    assert "Set an end date instead" in text_of(page)
    data = {
        **PERCENT,
        "whom": f"provider:{ana.pk}",
        "effective_from": "2026-01-01",
        "effective_to": "2026-05-31",
        "seen": seen(rule),
    }
    site.post(reverse("commission_rule", args=[rule.pk]), data)
    rule.refresh_from_db()
    assert (rule.effective_to, rule.is_deleted) == (date(2026, 5, 31), False)


def test_a_form_opened_before_somebody_s_change_saves_nothing(
    site: Client, ana: Provider
) -> None:
    rule = agree(ana, TEN_PERCENT)
    before = seen(rule)
    rule.priority = 5
    rule.save()
    data = {**PERCENT, "whom": f"provider:{ana.pk}", "seen": before}
    page = text_of(site.post(reverse("commission_rule", args=[rule.pk]), data))
    assert "Someone else changed this rule" in page


def test_the_legal_notice_warns_until_somebody_acknowledges(
    site: Client, ana: Provider
) -> None:
    page = text_of(post(site, "percent", {**PERCENT, "whom": f"provider:{ana.pk}"}))
    assert "Not acknowledged yet" in page
    (listed,) = rule_list()
    assert "fee-splitting" in listed.legal_risks[0]
    rule = CommissionRule.objects.get()
    rule.acknowledged_name = "Dr. Noor"
    rule.save()
    (listed,) = rule_list()
    assert listed.legal_risks == []


def test_overlaps_gaps_and_losers_are_pointed_out(ana: Provider) -> None:
    def findings() -> list[str]:
        return [sentence for listed in rule_list() for sentence in listed.findings]

    first = agree(ana, TEN_PERCENT)
    assert findings() == []
    second = agree(ana, TEN_PERCENT)
    assert "Both pay for the same" in findings()[0]
    assert "Other rule: 10% of what was collected" in findings()[0]
    for rule in (first, second):
        rule.rule_json = {**TEN_PERCENT, "group": "svc"}
        rule.save()
    assert "It never applies" in findings()[0]
    first.effective_to = date(2026, 2, 28)
    first.save()
    second.effective_from = date(2026, 3, 10)
    second.save()
    assert "applies from Mar 1, 2026 to Mar 9, 2026" in findings()[0]


def test_pools_of_different_teams_stand_beside_each_other(ana: Provider) -> None:
    bea = hire("Bea RN")
    pool = {"type": "pool", "event": "invoice_paid", "rate_bps": 100}
    agree(None, {**pool, "members": {ana.pk: 1}})
    second = agree(None, {**pool, "members": {bea.pk: 1}})
    assert [listed.findings for listed in rule_list()] == [[], []]
    second.rule_json = {"v": 2, **pool, "members": {bea.pk: 1, ana.pk: 1}}
    second.save()
    found = [listed.findings for listed in rule_list() if listed.findings]
    assert "Both pay for the same" in found[0][0]


def test_managers_look_and_only_administrators_change(
    ana: Provider, manager: User, front_desk: User, client: Client
) -> None:
    rule = agree(ana, TEN_PERCENT)
    address = reverse("commission_rule", args=[rule.pk])
    new = f"{reverse('new_rule')}?type=percent"
    client.force_login(manager)
    assert client.get(reverse("commission_rules")).status_code == 200
    assert client.get(address).status_code == 200
    assert client.get(new).status_code == 403
    assert client.post(address, PERCENT).status_code == 403
    assert client.post(reverse("remove_rule", args=[rule.pk])).status_code == 403
    client.force_login(front_desk)
    assert client.get(reverse("commission_rules")).status_code == 403
    assert client.get(address).status_code == 403


def test_an_unknown_type_is_not_found(site: Client) -> None:
    assert site.get(f"{reverse('new_rule')}?type=lottery").status_code == 404
    assert site.get(reverse("new_rule")).status_code == 404


@pytest.mark.parametrize(
    ("kind", "values", "told"),
    [
        ("percent", {"rate_bps": "150"}, "Enter a rate from 0 to 100."),
        ("percent", {"rate_bps": "-1"}, "Enter a rate from 0 to 100."),
        ("percent", {"rate_bps": "1", "cap_cents": "200000000"}, "$100,000,000"),
        ("percent", {"rate_bps": "1", "clawback_days": "9999"}, "3650"),
        ("percent", {"rate_bps": "1", "group": "A b"}, "Use lowercase letters"),
        ("tiered", {"rate_0": "101"}, "Enter a rate from 0 to 100."),
        ("tiered", {"rate_0": "5", "up_to_0": "0"}, "Enter an amount above 0"),
    ],
)
def test_a_value_outside_its_bounds_is_told_in_the_forms_own_units(
    site: Client, kind: str, values: dict[str, Any], told: str
) -> None:
    page = post(site, kind, values).content.decode()
    assert told in page
    assert "Input should" not in page
    assert "_bps:" not in page
    assert not CommissionRule.objects.exists()
