"""Signing all statements at once asks first, and says for whom and how much."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commissions.models import Provider, Statement
from commissions.statements import closing
from commissions.statements.calculate import run_month
from medspa.models import User
from tests.commissions.clinic import (
    MARCH,
    TEN_PERCENT,
    agree,
    hire,
    pay,
    statement_of,
)
from tests.factories import UserFactory
from tests.page_text import text_of

pytestmark = pytest.mark.django_db
MONTH = {"month": "2026-03"}
# By address: the steps before, what it makes of a statement, how it is called.
STEPS: dict[str, tuple[list[Any], str, str]] = {
    "approve_statements": ([], "approved", "approve it"),
    "lock_statements": ([closing.approve], "locked", "lock it"),
    "pay_statements": ([closing.approve, closing.lock], "paid", "mark it as paid"),
}


@pytest.fixture
def bea() -> Provider:
    return hire("Bea RN")


@pytest.fixture
def site(ana: Provider, bea: Provider, manager: User, client: Client) -> Client:
    agree(None, TEN_PERCENT)
    pay(ana, 1_000_000)
    pay(bea, 234_500)
    run_month(MARCH)
    client.force_login(manager)
    return client


def fields(page: str) -> dict[str, list[str]]:
    """What the form on the page would send."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page):
        if name != "csrfmiddlewaretoken":
            found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize("name", STEPS)
def test_with_nothing_ticked_the_people_and_the_sum_are_named_and_asked(
    name: str, site: Client, ana: Provider, manager: User
) -> None:
    before, status, _ = STEPS[name]
    for step in before:
        step(MARCH, manager)
    was = statement_of(ana).status
    page = text_of(site.post(reverse(name), MONTH))
    assert statement_of(ana).status == was
    assert "2 statements of March 2026, $1,234.50 in all?" in page
    assert "Ana RN" in page
    assert "$234.50" in page
    site.post(reverse(name), fields(page))
    assert statement_of(ana).status == status


@pytest.mark.parametrize("name", STEPS)
def test_whom_it_would_leave_out_is_said_beforehand(
    name: str, site: Client, ana: Provider, manager: User
) -> None:
    before, _, verb = STEPS[name]
    for step in before:
        step(MARCH, UserFactory())
    ana.user = manager
    ana.save()
    page = text_of(site.post(reverse(name), MONTH))
    assert "1 statement of March 2026, $234.50 in all?" in page
    assert f"March 2026: it&#x27;s your own, so someone else must {verb}." in page
    assert statement_of(ana).pk not in fields(page)["statement"]


def test_what_changed_since_the_question_was_prompted_is_not_approved(
    site: Client, ana: Provider
) -> None:
    """The page that asks hands on what was seen on the page before."""
    seen = statement_of(ana).computed_at.isoformat()
    page = text_of(site.post(reverse("approve_statements"), {**MONTH, "seen": seen}))
    pay(ana, 5_000)
    run_month(MARCH)
    told = text_of(site.post(reverse("approve_statements"), fields(page), follow=True))
    assert "Ana RN, March 2026: something has changed. Check it again." in told
    assert statement_of(ana).status == "draft"


def test_paying_asks_even_for_the_ticked_ones(
    site: Client, ana: Provider, manager: User
) -> None:
    closing.approve(MARCH, manager)
    closing.lock(MARCH, manager)
    ticked = {**MONTH, "statement": [statement_of(ana).pk]}
    assert "$1,000 in all?" in text_of(site.post(reverse("pay_statements"), ticked))
    assert statement_of(ana).status == "locked"


def test_all_that_a_page_shows_is_approved_whenever_it_was_calculated(
    site: Client, ana: Provider, bea: Provider
) -> None:
    pay(ana, 5_000)
    run_month(MARCH, provider=ana.pk)
    seen = fields(text_of(site.get(reverse("commissions"), MONTH)))["seen"]
    ticked = {**MONTH, "statement": [statement_of(each).pk for each in (ana, bea)]}
    site.post(reverse("approve_statements"), {**ticked, "seen": seen})
    assert [statement_of(each).status for each in (ana, bea)] == ["approved"] * 2


@pytest.mark.parametrize("seen", ["", "yesterday", "2026-04-02T10:00:00"])
def test_a_form_that_says_no_moment_approves_what_is_unchanged(
    seen: str, site: Client, ana: Provider
) -> None:
    """The last has no time zone."""
    ticked = {**MONTH, "statement": [statement_of(ana).pk], "seen": seen}
    assert site.post(reverse("approve_statements"), ticked).status_code == 302
    assert statement_of(ana).status == "approved"


@pytest.mark.parametrize(("people", "more"), [(5, ""), (6, "… and 1 more.")])
def test_of_many_refusals_five_are_said_and_the_others_counted(
    people: int, more: str, site: Client
) -> None:
    for _ in range(people - 2):
        hire()
    run_month(MARCH)
    every = list(Statement.objects.values_list("pk", flat=True))
    ticked = {**MONTH, "statement": every, "seen": "2026-04-01T00:00:00Z"}
    told = text_of(site.post(reverse("approve_statements"), ticked, follow=True))
    assert told.count("March 2026: something has changed.") == 5
    assert ("… and" in told, more in told) == (bool(more), True)


def test_where_nothing_is_ready_there_is_nothing_to_confirm(site: Client) -> None:
    page = text_of(site.post(reverse("lock_statements"), MONTH))
    assert "nothing of March 2026 is ready" in page
    assert "statement" not in fields(page)


def test_a_button_keeps_its_place_when_its_step_is_done(
    site: Client, manager: User
) -> None:
    """Whoever clicks twice meets the same button, not the next step."""

    def buttons() -> list[tuple[str, bool]]:
        page = text_of(site.get(reverse("commissions"), MONTH))
        found = re.findall(r'formaction="[^"]*" ?(disabled)? ?>([^<]*)</button>', page)
        return [(name, not disabled) for disabled, name in found]

    names = ["Recalculate", "Approve", "Lock", "Mark as paid"]
    assert buttons() == list(zip(names, (True, True, False, False), strict=True))
    closing.approve(MARCH, manager)
    assert buttons() == list(zip(names, (True, False, True, False), strict=True))
    closing.lock(MARCH, manager)
    assert buttons() == list(zip(names, (True, False, False, True), strict=True))
