"""The page of a month, and the one of its uncredited payments, link by link."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from commissions import jobs
from commissions.credits import uncredited as uncredited_payments
from commissions.models import Provider
from commissions.statements import closing
from commissions.statements.calculate import run_month
from commissions.statements.overview import overview
from commissions.views import month as month_views
from medspa.clinic_time import clinic_today
from medspa.models import User
from medspa.months import month_of, previous_month
from tests.commissions.clinic import (
    APRIL,
    MARCH,
    TEN_PERCENT,
    agree,
    close,
    hire,
    pay,
    refund,
    statement_of,
)
from tests.factories import JobRunFactory, UserFactory
from tests.page_text import text_of

pytestmark = pytest.mark.django_db
MONTH = {"month": "2026-03"}


def page_of(site: Client, month: str = "2026-03") -> str:
    return text_of(site.get(reverse("commissions"), {"month": month}))


def allowed(*names: str) -> User:
    user = UserFactory(is_staff=True)
    rows = Permission.objects.filter(content_type__app_label="commissions")
    user.user_permissions.set(rows.filter(codename__in=names))
    return user


# What is offered ------------------------------------------------------------


def test_each_button_is_for_those_who_may(site: Client, ana: Provider) -> None:
    run_month(MARCH)

    def buttons(*names: str) -> list[str]:
        site.force_login(allowed("view_month", *names))
        return re.findall(r"formaction=[^>]*>([^<]*)</button>", page_of(site))

    assert buttons() == []
    assert buttons("run_month") == ["Recalculate"]
    assert buttons("approve_statement") == ["Approve"]
    assert buttons("lock_statement") == ["Lock", "Mark as paid"]


def test_the_rules_are_linked_for_those_who_may_see_them(site: Client) -> None:
    link = f'href="{reverse("commission_rules")}"'
    for more, is_linked in (((), False), (("view_commissionrule",), True)):
        site.force_login(allowed("view_month", *more))
        assert (link in page_of(site)) == is_linked


def test_the_file_is_that_of_the_shown_month(site: Client, ana: Provider) -> None:
    run_month(MARCH)
    assert f'href="{reverse("commissions_csv")}?month=2026-03"' in page_of(site)


def test_the_year_to_date_is_that_of_the_shown_month(site: Client) -> None:
    year = f'href="{reverse("commissions_year")}?year='
    for month in ("2025-12", "2026-01"):
        assert f'{year}{month[:4]}"' in page_of(site, month)


def test_the_running_month_is_linked_and_not_approved(
    site: Client, ana: Provider
) -> None:
    now = month_of(clinic_today())
    run_month(now)
    before = overview(previous_month(now))
    assert before.next == now
    assert overview(now).next is None
    assert not overview(now).can_approve
    run_month(previous_month(now))
    assert overview(previous_month(now)).can_approve


def test_whoever_was_deleted_is_no_provider_to_begin_with(
    site: Client, ana: Provider
) -> None:
    assert "No providers yet" not in page_of(site)
    ana.delete()
    assert "No providers yet" in page_of(site)


# What is shown --------------------------------------------------------------


def test_the_totals_stand_under_their_columns(
    site: Client, ana: Provider, manager: User
) -> None:
    """A refund in March leaves 3 dollars owed; April earns 1, corrects 0.50."""
    agree(ana, TEN_PERCENT)
    sale = pay(ana, 10_000, MARCH)
    refund(sale, 10_000, APRIL)
    close(MARCH, manager)
    close(APRIL, manager)
    may = APRIL.replace(month=5)
    pay(ana, 2_000, may)
    pay(ana, 500, APRIL)
    run_month(may)
    foot = page_of(site, "2026-05").split("<tfoot>")[1]
    assert re.findall(r'<td data-label="(\w+)">([^<]*)<', foot) == [
        ("Earned", "$2.00"),
        ("Adjustments", "$0.50"),
        ("Opening", "−$10.00"),
        ("Payable", "$0.00"),
        ("Closing", "−$7.50"),
    ]


def test_an_open_draw_has_its_column_until_it_is_recovered(
    site: Client, ana: Provider
) -> None:
    draw = {"type": "draw", "amount_cents": 9_000, "recoverable": True}
    agree(ana, draw, effective_to=MARCH.replace(day=31))
    run_month(MARCH)
    run_month(APRIL)
    assert statement_of(ana, APRIL).draw_rule is None
    assert '<td data-label="Open draw">$90.00</td>' in page_of(site, "2026-04")


def test_who_has_left_is_marked(site: Client, ana: Provider) -> None:
    run_month(MARCH)
    assert '<span class="mute">left</span>' not in page_of(site)
    ana.delete()
    assert '<span class="mute">left</span>' in page_of(site)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("done", {"outcome": "1 recalculated, 0 unchanged."}),
        ("failed", {"failure": "The disk is full."}),
    ],
)
def test_a_job_says_what_it_did_or_why_it_failed(
    state: str, said: dict[str, str], site: Client
) -> None:
    ended = {"finished_at": timezone.now(), "state": state}
    JobRunFactory(kind=jobs.RUN, key="2026-03", title="It", **ended, **said)
    (sentence,) = said.values()
    assert re.search(rf"It, [^<]*: {re.escape(sentence)} ?</p>", page_of(site))


def test_somebody_else_s_calculation_is_joined(site: Client, manager: User) -> None:
    first = jobs.begin_job(jobs.RUN, MARCH, UserFactory(), "/")
    assert jobs.begin_job(jobs.RUN, MARCH, manager, "/") == first
    page = text_of(site.post(reverse("run_month"), MONTH, follow=True))
    assert "Calculating March 2026" in page


# Uncredited payments --------------------------------------------------------


def test_from_above_the_limit_on_payments_are_no_longer_counted(
    site: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (uncredited_payments, month_views):
        monkeypatch.setattr(module, "UNCREDITED_COUNT_LIMIT", 2)
    pay(None, 10_000)
    pay(None, 10_000)
    page = page_of(site)
    assert "2 payments of March 2026 are not fully credited." in page
    assert "More than" not in page
    pay(None, 10_000)
    assert "More than 2 payments of March 2026" in page_of(site)


@pytest.mark.parametrize("rows", [2, 30])
def test_uncredited_payments_cost_the_same_with_more_rows(
    rows: int, site: Client
) -> None:
    for _ in range(rows):
        pay(None, 10_000)
    # The session; the person; how many payments there are; these with their leads.
    with CaptureQueriesContext(connection) as captured:
        page = text_of(site.get(reverse("uncredited"), MONTH))
    assert page.count("Add credit") == rows
    assert len(captured) == 4


def test_pages_of_uncredited_payments_keep_their_month(
    site: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(month_views, "PAYMENTS_PER_PAGE", 2)
    for cents in (11_100, 22_200, 33_300):
        pay(None, cents, day=cents // 10_000)
    first = text_of(site.get(reverse("uncredited"), MONTH))
    assert "Page 1 of 2" in first
    assert 'href="?month=2026-03&amp;page=2"' in first
    second = text_of(site.get(reverse("uncredited"), {**MONTH, "page": "2"}))
    assert 'href="?month=2026-03&amp;page=1"' in second
    assert ("$111.00" in first, "$111.00" in second) == (False, True)
    assert ("$333.00" in first, "$333.00" in second) == (True, False)


def test_crediting_leads_back_to_the_same_page_of_the_month(
    site: Client, ana: Provider
) -> None:
    """The address has an `&`, which would end the one that it is part of."""
    payment = pay(None, 10_000)
    address = f"{reverse('uncredited')}?month=2026-03&page=1"
    credit = reverse("credit_payment", args=[payment.pk])
    (link,) = re.findall(rf'href="({credit}[^"]*)"', text_of(site.get(address)))
    answer = site.post(link.replace("&amp;", "&"), {ana.pk: "100"})
    assert answer["Location"] == address


def test_only_who_credits_is_offered_to(site: Client) -> None:
    pay(None, 10_000)
    form = f'action="{reverse("credit_defaults")}"'
    for more, is_offered in (((), False), (("add_credit",), True)):
        site.force_login(allowed("view_month", *more))
        page = text_of(site.get(reverse("uncredited"), MONTH))
        assert (form in page, "Add credit" in page) == (is_offered, is_offered)


def test_what_is_uncredited_stays_so_for_a_voided_payment(site: Client) -> None:
    pay(None, 10_000).delete()
    assert "All payments are fully credited." in text_of(
        site.get(reverse("uncredited"), MONTH)
    )


# Asking first ---------------------------------------------------------------


def test_what_is_carried_forward_is_what_the_month_leaves(
    site: Client, ana: Provider, manager: User
) -> None:
    agree(ana, TEN_PERCENT)
    sale = pay(ana, 10_000)
    close(MARCH, manager)
    refund(sale, 10_000, APRIL)
    run_month(APRIL)
    page = text_of(site.post(reverse("approve_statements"), {"month": "2026-04"}))
    assert "carries forward −$10.00" in page


def test_the_sum_is_what_is_paid_not_what_was_earned(
    site: Client, ana: Provider
) -> None:
    hire("Bea RN")
    agree(ana, {"type": "draw", "amount_cents": 9_000, "recoverable": False})
    run_month(MARCH)
    page = text_of(site.post(reverse("approve_statements"), MONTH))
    assert "2 statements of March 2026, $90 in all?" in page


def test_paying_the_ticked_ones_asks_about_them_alone(
    site: Client, ana: Provider, manager: User
) -> None:
    hire("Bea RN")
    run_month(MARCH)
    closing.approve(MARCH, manager)
    closing.lock(MARCH, manager)
    ticked = {**MONTH, "statement": [statement_of(ana).pk]}
    page = text_of(site.post(reverse("pay_statements"), ticked))
    assert "1 statement of March 2026" in page
    assert "Bea RN" not in page
