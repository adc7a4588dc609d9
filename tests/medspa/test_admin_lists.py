"""Every list of the admin under every search, filter, order and page that is asked.

What is asked comes from the registry: a new table, column or filter is covered as soon
as it is registered. The test client raises what a person would see as a 500.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from kpis.models import KpiEvent
from medspa.models import User
from tests import factories
from tests.medspa.admin_rows import ROWS, label

MODELS = list(admin.site._registry)
LEAD = "leads.lead"
# Their lists are pages of our own.
ELSEWHERE = ("medspa.user", "auth.group")
TEXTS = ("Ana", "\0", "'\"\\%", "9" * 40)
PAGES = ("2", "-1", "x", "9" * 30)
ORDERS = ("99", "x", "1.x.-2", "\0")
RANGES = ("2026-03-08", "x", "\0")
LOOKUPS = ("", "__gte", "__isnull", "__startswith", "__in", "__id__exact")


def list_of(model: Any) -> str:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    return reverse(name)


def columns_of(answer: HttpResponse) -> int:
    listed = "cl" in (answer.context or ())
    return len(answer.context["cl"].list_display) if listed else 0


def filters_of(answer: HttpResponse) -> Iterator[str]:
    """The query of each choice of each filter that the list offers."""
    if "cl" not in (answer.context or ()):
        return
    listed = answer.context["cl"]
    for offer in listed.filter_specs:
        for choice in offer.choices(listed):
            if "query_string" in choice:
                yield choice["query_string"]
        for name in offer.expected_parameters():
            for text in RANGES:
                yield f"?{name}={text}"


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS, ids=label)
def test_a_list_answers_whatever_is_asked_of_it(
    model: Any, superuser: User, client: Client
) -> None:
    ROWS[label(model)]()
    client.force_login(superuser)
    address = list_of(model)
    first = client.get(f"{address}?deleted=yes" if label(model) == LEAD else address)
    assert first.status_code == (302 if label(model) in ELSEWHERE else 200)
    # Django's own title asks to select a row.
    assert b"<title>Select" not in first.content
    columns = range(-columns_of(first), columns_of(first) + 1)
    asked = [
        *({"q": text} for text in TEXTS),
        *({"p": page} for page in PAGES),
        *({"o": order} for order in (*map(str, columns), *ORDERS)),
        {"all": "", "e": "1"},
    ]
    answers = [client.get(address, query) for query in asked]
    answers += [client.get(f"{address}{query}") for query in filters_of(first)]
    assert {answer.status_code for answer in answers} <= {200, 302, 400}


LIST_BYTES = 120_000
FACTS = [
    model
    for model in MODELS
    if label(model)
    in ("kpis.kpievent", "leads.leadstage", "leads.activity", "leads.task")
]


@pytest.mark.slow
@pytest.mark.parametrize("model", FACTS, ids=label)
def test_a_full_page_of_a_list_is_small(
    model: Any, superuser: User, client: Client
) -> None:
    for _ in range(51):
        ROWS[label(model)]()
    client.force_login(superuser)
    answer = client.get(list_of(model))
    assert len(answer.context["cl"].result_list) == 50
    assert len(answer.content) <= LIST_BYTES


def test_a_cell_says_its_column_where_there_are_no_headers(
    superuser: User, client: Client
) -> None:
    event = factories.KpiEventFactory()
    client.force_login(superuser)
    html = client.get(EVENTS).content.decode()
    assert '<td data-label="When" class="field-occurred_at nowrap">' in html
    assert (
        '<td data-label="Select" class="action-checkbox"><input type="checkbox" '
        f'name="_selected_action" value="{event.pk}" class="action-select"'
    ) in html


def test_events_are_found_by_the_beginning_of_their_id(
    superuser: User, client: Client
) -> None:
    event = factories.KpiEventFactory()
    client.force_login(superuser)
    for typed, found in ((event.pk, 1), (event.pk[:-1], 1), (event.pk[1:], 0)):
        answer = client.get(EVENTS, {"q": typed})
        assert len(answer.context["cl"].result_list) == found


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_no_list_filters_by_what_it_does_not_offer(
    model: Any, superuser: User, rf: RequestFactory
) -> None:
    request = rf.get("/")
    request.user = superuser
    listing = admin.site._registry[model]
    offers = listing.get_list_filter(request)
    offered = {offer[0] if isinstance(offer, tuple) else offer for offer in offers}
    for field in model._meta.get_fields():
        for lookup in LOOKUPS if field.name not in offered else ():
            name = f"{field.name}{lookup}"
            assert not listing.lookup_allowed(name, "1", request), name


def test_the_front_desk_finds_no_spend_out_by_guessing(
    front_desk: User, client: Client
) -> None:
    factories.CampaignFactory(monthly_spend_cents=100, platform="google")
    client.force_login(front_desk)
    address = reverse("admin:campaigns_campaign_changelist")
    for guess in ({"monthly_spend_cents__gte": "1"}, {"spends__spend_cents__gte": "1"}):
        assert client.get(address, guess).status_code == 400
    offered = client.get(address, {"platform__exact": "google"})
    assert offered.context["cl"].result_count == 1
    offered = client.get(address, {"platform__exact": "yelp"})
    assert offered.context["cl"].result_count == 0


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS, ids=label)
def test_an_act_on_chosen_rows_answers_whatever_is_chosen(
    model: Any, superuser: User, client: Client
) -> None:
    ROWS[label(model)]()
    client.force_login(superuser)
    for act in ("delete_selected", "restore_selected", "void_selected", "nothing"):
        for chosen in ([], ["\0", "9" * 40]):
            said = {"action": act, ACTION_CHECKBOX_NAME: chosen, "index": "0"}
            answer = client.post(list_of(model), said)
            assert answer.status_code in (200, 302, 400)


# Moments ----------------------------------------------------------------------

EVENTS = "/admin/kpis/kpievent/"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"from_0": "2026-03-02", "from_1": "12:00"}, {"noon", "evening", "next"}),
        ({"from_0": "2026-03-02", "from_1": "12:01"}, {"evening", "next"}),
        ({"to_0": "2026-03-02", "to_1": "12:00"}, {"morning", "noon"}),
        (
            {"from_0": "2026-03-02", "to_0": "2026-03-02"},
            {"morning", "noon", "evening"},
        ),
        ({"from_0": "2026-03-03"}, {"next"}),
        ({"from_0": "yesterday"}, set()),
        ({"from_0": "2026-02-30"}, set()),
        ({"to_0": "9999-12-31"}, set()),
        (
            {"to_0": "9999-12-31", "to_1": "10:00"},
            {"morning", "noon", "evening", "next"},
        ),
        (
            {"from_0": "0001-01-01", "from_1": "00:00"},
            {"morning", "noon", "evening", "next"},
        ),
        ({"from_1": "12:00"}, {"morning", "noon", "evening", "next"}),
    ],
)
def test_events_are_filtered_by_the_clinics_clock(
    asked: dict[str, str], found: set[str], manager: User, client: Client
) -> None:
    """New York is five hours behind on that day: its evening is the next one in UTC."""
    moments = {"morning": 5, "noon": 17, "evening": 28, "next": 29}
    midnight = datetime(2026, 3, 2, tzinfo=UTC)
    names = {}
    for name, hours in moments.items():
        at = midnight + timedelta(hours=hours)
        names[factories.KpiEventFactory(occurred_at=at).pk] = name
    client.force_login(manager)
    answer = client.get(
        EVENTS, {f"occurred_at_{name}": value for name, value in asked.items()}
    )
    assert answer.status_code == 200
    shown: list[KpiEvent] = answer.context["cl"].result_list
    assert {names[event.pk] for event in shown} == found
