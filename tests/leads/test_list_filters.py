"""The filters of the lead list mean what they say, on small clinics made at random."""

import random
from collections.abc import Callable
from datetime import timedelta
from itertools import combinations, product
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from kpis.choices import Kind
from kpis.models import KpiEvent
from leads.choices import Outcome
from leads.lead_list import read_listing
from leads.models import (
    Activity,
    Lead,
    LeadStage,
    LeadTag,
    Opportunity,
    PipelineStage,
    Task,
)
from leads.selection.list_filters import read_list_filters
from leads.view_schema import FILTERS
from medspa.clinic_time import clinic_today, clinic_zone, start_of_day
from medspa.models import User
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NOW = timezone.now()
TODAY = clinic_today(NOW)
# What is true of a lead, as plain values.
Facts = dict[str, Any]
Is = Callable[[Facts], bool]


def day(days: int = 0) -> Any:
    return start_of_day(TODAY + timedelta(days=days), clinic_zone())


def ago(days: float) -> Any:
    return NOW - timedelta(days=days)


@pytest.fixture(params=[1, 2])
def clinic(request: pytest.FixtureRequest, front_desk: User) -> dict[str, Facts]:
    """Thirty leads, each with rows of every kind by chance."""
    chance = random.Random(request.param)
    some, one = (lambda share: chance.random() < share), chance.choice
    stages = [
        factories.StageFactory(outcome=Outcome.LOST if lost else Outcome.OPEN)
        for lost in (False, False, True)
    ]
    tags = factories.TagFactory.create_batch(2)
    campaigns = factories.CampaignFactory.create_batch(2)
    found: dict[str, Facts] = {}
    for _ in range(30):
        stage: PipelineStage = one(stages)
        facts: Facts = {
            "source": one(["google", "tiktok", "phone"]),
            "platform": one(["", "google", "bing"]),
            "campaign": one([None, *campaigns]),
            "assigned": one([None, front_desk]),
            "created": one([ago(0), ago(3), ago(20), ago(80), ago(200)]),
            "stage": stage.pk,
            "since": one([ago(0.1), ago(2), ago(10), ago(100)]),
            "lost": one(["price", "spam"]) if stage.is_lost else "",
            "tags": {tag.pk for tag in tags if some(0.4)},
            "procedure": one([None, "BTX", "LASER"]),
            "value": one([20_000, 70_000, 900_000]),
            "called": [ago(days) for days in (0, 5, 40, 300) if some(0.2)],
            "texted": [ago(days) for days in (0.01, 8, 90) if some(0.2)],
            "automated": [ago(days) for days in (0.02, 6) if some(0.3)],
            "due": [ago(days) for days in (3, -0.5, -5, -30) if some(0.2)],
            "done": [ago(4)] if some(0.3) else [],
            "consults": [day(days) for days in (-9, 0, 1, 20) if some(0.2)],
        }
        lead = _lead(facts, stages)
        found[lead.pk] = facts
    factories.LeadFactory(admitted=True).delete()
    return found


def _lead(facts: Facts, stages: list[PipelineStage]) -> Lead:
    lead = Lead.objects.create(
        first_name="Ana",
        source=facts["source"],
        ad_platform=facts["platform"],
        campaign=facts["campaign"],
        assigned_to=facts["assigned"],
        created_at=facts["created"],
    )
    LeadStage.objects.create(
        lead=lead,
        stage_id=facts["stage"],
        changed_at=facts["since"],
        lost_reason=facts["lost"],
    )
    for tag in facts["tags"]:
        LeadTag.objects.create(lead=lead, tag_id=tag)
    if facts["procedure"]:
        Opportunity.objects.create(
            lead=lead,
            procedure_code=facts["procedure"],
            expected_value_cents=facts["value"],
        )
    touches = [("call", at, {}) for at in facts["called"]]
    touches += [("sms_sent", at, {}) for at in facts["texted"]]
    touches += [("call", at, {"automated": True}) for at in facts["automated"]]
    for kind, at, payload in touches:
        Activity.objects.create(
            lead=lead, type=kind, created_at=at, payload_json=payload
        )
    taken_back = Activity.objects.create(lead=lead, type="call", created_at=NOW)
    taken_back.delete()
    steps = ["call_back", "send_prices", "offer_dates", "check_in"]
    for what, at in zip(steps, facts["due"], strict=False):
        Task.objects.create(lead=lead, what=what, due_at=at)
    for at in facts["done"]:
        done = Task(lead=lead, what="ask_for_review", due_at=at, done_at=NOW)
        done.created_at = ago(9)
        done.save()
    for at in facts["consults"]:
        _consult(lead, at)
    _consult(lead, day(2)).delete()
    return lead


def _consult(lead: Lead, at: Any) -> KpiEvent:
    when = (at + timedelta(hours=10)).isoformat()
    return KpiEvent.objects.create(
        lead=lead,
        kind=Kind.CONSULT_BOOKED,
        occurred_at=ago(9),
        metadata_json={"scheduled_for": when},
    )


def last(*kinds: str) -> Callable[[Facts], Any]:
    return lambda facts: max([at for kind in kinds for at in facts[kind]], default=None)


def after(read: Callable[[Facts], Any], moment: Any) -> Is:
    return lambda facts: (at := read(facts)) is not None and at >= moment


def value_of(facts: Facts) -> int:
    return facts["value"] if facts["procedure"] else 0


def next_due(facts: Facts) -> Any:
    return min(facts["due"], default=None)


def is_due(first: Any, end: Any) -> Is:
    return lambda facts: (at := next_due(facts)) is not None and first <= at < end


def is_answered(facts: Facts) -> bool:
    touches = facts["called"] + facts["texted"]
    return (
        facts["source"] == "phone"
        or bool(facts["consults"])
        or any(at >= facts["created"] for at in touches)
    )


called, contacted = last("called"), last("called", "texted")
LONG_AGO = ago(9_999)
# The query of a filter → what it says of a lead.
MEANINGS: dict[str, Is] = {
    "source=google&source=phone": lambda facts: facts["source"] in ("google", "phone"),
    "platform=none&platform=bing": lambda facts: facts["platform"] in ("", "bing"),
    "platform=google": lambda facts: facts["platform"] == "google",
    "campaign=none": lambda facts: facts["campaign"] is None,
    "assigned=me": lambda facts: facts["assigned"] is not None,
    "assigned=nobody": lambda facts: facts["assigned"] is None,
    "procedure=BTX&procedure=none": lambda facts: facts["procedure"] in (None, "BTX"),
    "procedure=LASER": lambda facts: facts["procedure"] == "LASER",
    "answered=yes": is_answered,
    "answered=no": lambda facts: not facts["lost"] and not is_answered(facts),
    "created=today": lambda facts: facts["created"] >= day(),
    "created=7": lambda facts: facts["created"] >= day(-6),
    f"created={TODAY - timedelta(days=90)}..{TODAY - timedelta(days=10)}": (
        lambda facts: day(-90) <= facts["created"] < day(-9)
    ),
    "called=never": lambda facts: called(facts) is None,
    "called=7": after(called, day(-6)),
    "called=never&called=today": lambda facts: (
        called(facts) is None or called(facts) >= day()
    ),
    f"called=..{TODAY - timedelta(days=7)}": lambda facts: (
        called(facts) is not None and called(facts) < day(-6)
    ),
    "contacted=never": lambda facts: contacted(facts) is None,
    "contacted=30": after(contacted, day(-29)),
    "next=none": lambda facts: next_due(facts) is None,
    "next=overdue": is_due(LONG_AGO, NOW),
    "next=7": is_due(NOW, day(7)),
    "next=overdue&next=later": lambda facts: (
        is_due(LONG_AGO, NOW)(facts) or is_due(day(7), day(9_999))(facts)
    ),
    "age=under-1": lambda facts: facts["since"] > ago(1),
    "age=7": lambda facts: facts["since"] <= ago(7),
    "value=none": lambda facts: value_of(facts) == 0,
    "value=under-500": lambda facts: 0 < value_of(facts) < 50_000,
    "value=200..700": lambda facts: 20_000 <= value_of(facts) <= 70_000,
    "value=none&value=5000-up": lambda facts: (
        value_of(facts) == 0 or value_of(facts) >= 500_000
    ),
    "lost=price": lambda facts: facts["lost"] == "price",
    "lost=price&lost=spam": lambda facts: bool(facts["lost"]),
    "consult=none": lambda facts: not facts["consults"],
    "consult=today&consult=tomorrow": lambda facts: any(
        day() <= at < day(2) for at in facts["consults"]
    ),
    "consult=past": lambda facts: any(at < day() for at in facts["consults"]),
    "consult=none&consult=coming": lambda facts: (
        not facts["consults"] or any(at >= day() for at in facts["consults"])
    ),
}


def of_rows(clinic: dict[str, Facts]) -> dict[str, Is]:
    """The meanings that name rows of this clinic."""
    facts = list(clinic.values())
    first, second = sorted({one["stage"] for one in facts})[:2]
    tag = sorted({tag for one in facts for tag in one["tags"]})[0]
    campaign = next(one["campaign"] for one in facts if one["campaign"])
    return MEANINGS | {
        f"stage={first}": lambda facts: facts["stage"] == first,
        f"stage={first}&stage={second}": lambda facts: (
            facts["stage"] in (first, second)
        ),
        f"tag={tag}": lambda facts: tag in facts["tags"],
        f"campaign={campaign.pk}&campaign=none": lambda facts: (
            facts["campaign"] in (campaign, None)
        ),
    }


def with_exclusions(meanings: dict[str, Is]) -> dict[str, Is]:
    negated = {
        f"{query}&exclude={query.partition('=')[0]}": (
            lambda facts, meaning=meaning: not meaning(facts)
        )
        for query, meaning in meanings.items()
    }
    return meanings | negated


def leads_of(query: str, person: User) -> set[str]:
    filters, notices = read_list_filters(QueryDict(query), person)
    assert not notices, query
    return set(filters.leads.values_list("pk", flat=True))


def listed(query: str, person: User) -> list[str]:
    """The ids on all pages of the list, from top to bottom."""
    filters, _ = read_list_filters(QueryDict(query), person)
    seen: list[str] = []
    after, is_first = "", True
    while is_first or after:
        listing = read_listing(filters, after)
        assert listing is not None
        seen += [row.lead_id for row in listing.rows]
        after, is_first = listing.after, False
    return seen


def test_every_filter_and_its_exclusion_mean_what_they_say(
    clinic: dict[str, Facts], front_desk: User
) -> None:
    meanings = with_exclusions(of_rows(clinic))
    assert {query.partition("=")[0] for query in meanings} == set(FILTERS)
    for query, meaning in meanings.items():
        wanted = {pk for pk, facts in clinic.items() if meaning(facts)}
        assert leads_of(query, front_desk) == wanted, query


@pytest.mark.parametrize("is_long", [False, True], ids=["short list", "long list"])
def test_two_filters_leave_what_both_leave_on_pages_in_any_order(
    clinic: dict[str, Facts],
    front_desk: User,
    is_long: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As in a long list, where a page is found by reading a bounded number of rows."""
    if is_long:
        for module in ("leads.lead_list", "leads.selection.bounded_scan"):
            monkeypatch.setattr(f"{module}.EXACT_LIMIT", 2)
            monkeypatch.setattr(f"{module}.SCAN_LIMIT", 9)
        monkeypatch.setattr("leads.lead_list.FURTHER_LIMIT", 4)
    monkeypatch.setattr("leads.lead_list.ROWS", 5)
    chance = random.Random(len(clinic))
    meanings = with_exclusions(of_rows(clinic))
    pairs = [
        (one, other)
        for one, other in combinations(meanings, 2)
        if one.partition("=")[0] != other.partition("=")[0]
    ]
    orders = ["", "oldest", "name", "value", "idle", "active", "contacted", "next"]
    for one, other in chance.sample(pairs, 25):
        order = chance.choice(orders)
        assert_both(
            clinic,
            (meanings[one], meanings[other]),
            front_desk,
            f"{one}&{other}&order={order}",
        )


def assert_both(
    clinic: dict[str, Facts],
    meanings: tuple[Is, Is],
    person: User,
    query: str,
) -> None:
    wanted = {
        pk for pk, facts in clinic.items() if all(mean(facts) for mean in meanings)
    }
    seen = listed(query, person)
    assert set(seen) == wanted, query
    assert len(seen) == len(wanted), query


@pytest.mark.parametrize(
    ("order", "rows"), [("", ("age=", "lost=", "stage=")), ("value", ("source=",))]
)
def test_what_asks_only_for_the_id_in_long_lists_is_asked_first(
    order: str,
    rows: tuple[str, ...],
    clinic: dict[str, Facts],
    front_desk: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Filters by other rows than the lead's, in orders of stage periods and sums."""
    for module in ("leads.lead_list", "leads.selection.bounded_scan"):
        monkeypatch.setattr(f"{module}.EXACT_LIMIT", 2)
        monkeypatch.setattr(f"{module}.SCAN_LIMIT", 9)
    early = ("answered=", "called=", "consult=", "contacted=", "next=", "procedure=")
    meanings = of_rows(clinic)
    for one, other in product(meanings, meanings):
        if one.startswith((*early, "stage=", "tag=", "value=")) and other.startswith(
            rows
        ):
            if one.partition("=")[0] == other.partition("=")[0]:
                continue
            both = meanings[one], meanings[other]
            assert_both(clinic, both, front_desk, f"{one}&{other}&order={order}")


@pytest.mark.parametrize("name", ["created", "called", "next", "value", "consult"])
def test_a_value_that_a_filter_does_not_have_is_told(
    name: str, front_desk: User
) -> None:
    for value in ("gone", "2026-13-01..", "9..1", "..", "-1.."):
        query = QueryDict(f"{name}={value}&{name}=7&source=google")
        filters, notices = read_list_filters(query, front_desk)
        assert len(notices) == 1, value
        assert value not in filters.values.get(name, [])
        assert filters.values["source"] == ["google"]


def test_what_is_excluded_by_no_filter_is_told(front_desk: User) -> None:
    query = QueryDict("exclude=moon&source=google")
    filters, notices = read_list_filters(query, front_desk)
    assert len(notices) == 1
    assert not filters.excluded


def test_from_and_to_of_a_form_are_one_value(front_desk: User) -> None:
    sent = "created_from=2026-01-01&created_to=2026-01-31&value_from=&value_to=500"
    filters, _ = read_list_filters(QueryDict(sent), front_desk)
    assert filters.values == {"created": ["2026-01-01..2026-01-31"], "value": ["..500"]}
    (pill,) = (pill for pill in filters.pills if pill.name == "created")
    assert (pill.form.first, pill.form.last) == ("2026-01-01", "2026-01-31")
    assert "created=2026-01-01..2026-01-31" in filters.query
