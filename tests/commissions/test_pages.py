"""The pages: who may open them, what they show, what the buttons do."""

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commissions.models import CommissionRule, Dispute, Provider, Statement
from commissions.statements import closing
from commissions.statements.calculate import run_month
from commissions.statements.overview import default_month, overview
from medspa.models import AuditEvent, User
from medspa.roles import ADMINISTRATOR, MANAGER, PROVIDER, ROLES
from tests.commissions.clinic import (
    APRIL,
    MARCH,
    TEN_PERCENT,
    agree,
    hire,
    pay,
    statement_of,
)
from tests.page_text import text_of

pytestmark = pytest.mark.django_db
MONTH = {"month": "2026-03"}
MANAGING = {MANAGER, ADMINISTRATOR}


@pytest.fixture
def ana() -> Provider:
    ana = hire("Ana RN")
    agree(ana, TEN_PERCENT)
    pay(ana, 45_005)
    return ana


@pytest.fixture
def march(ana: Provider) -> Statement:
    run_month(MARCH)
    return statement_of(ana)


# Who may --------------------------------------------------------------------


# Pages are shown; acts lead back to the page, and some ask first.
DONE = {"get": 200, "post": 302, "ask": 200}


def addresses(statement: Statement) -> dict[str, tuple[str, set[str]]]:
    """Each address with its method and the roles that may use it."""
    line, page = statement.lines.first(), [statement.pk]
    dispute = Dispute.objects.create(
        statement=statement, line=line, reason="rule", raised_by=User.objects.first()
    )
    return {
        reverse("commissions"): ("get", MANAGING),
        reverse("uncredited"): ("get", MANAGING),
        reverse("commissions_csv"): ("get", MANAGING),
        reverse("commissions_year"): ("get", MANAGING),
        reverse("my_commissions"): ("get", {PROVIDER}),
        reverse("statement", args=page): ("get", MANAGING),
        reverse("statement_changes", args=page): ("get", MANAGING),
        reverse("statement_csv", args=page): ("get", MANAGING),
        reverse("statement_pdf", args=page): ("get", MANAGING),
        reverse("credit_payment", args=[line.event_id]): ("get", MANAGING),
        reverse("credit_defaults"): ("post", MANAGING),
        reverse("run_month"): ("post", MANAGING),
        reverse("approve_statements"): ("ask", MANAGING),
        reverse("lock_statements"): ("ask", MANAGING),
        reverse("pay_statements"): ("ask", MANAGING),
        reverse("unlock_statement", args=page): ("post", MANAGING),
        reverse("dispute_line", args=[line.pk]): ("post", MANAGING),
        reverse("settle_dispute", args=[dispute.pk]): ("post", MANAGING),
        reverse("withdraw_dispute", args=[dispute.pk]): ("post", MANAGING),
    }


@pytest.mark.slow
@pytest.mark.parametrize("role", [*ROLES, ""])
def test_every_address_answers_as_the_table_says(
    role: str, person: Callable[[str], User], march: Statement, client: Client
) -> None:
    client.force_login(person(role))
    for address, (method, roles) in addresses(march).items():
        answer = getattr(client, method.replace("ask", "post"))(address, MONTH)
        wanted = DONE[method] if role in roles else 403
        assert answer.status_code == wanted, address


def test_who_is_not_signed_in_is_sent_to_the_login(
    march: Statement, manager: User, client: Client
) -> None:
    for address, (method, _) in addresses(march).items():
        answer = getattr(client, method.replace("ask", "post"))(address, MONTH)
        assert answer.status_code == 302
        assert "/admin/login/" in answer["Location"]


def test_a_provider_sees_only_their_own(
    ana: Provider, provider: User, client: Client
) -> None:
    other = hire("Bea RN")
    ana.user = provider
    ana.save()
    run_month(MARCH)
    client.force_login(provider)
    mine, theirs = statement_of(ana), statement_of(other)
    home = text_of(client.get("/", follow=True))
    assert reverse("statement", args=[mine.pk]) in home
    assert reverse("statement", args=[theirs.pk]) not in home
    for name in ("statement", "statement_changes", "statement_csv", "statement_pdf"):
        assert client.get(reverse(name, args=[mine.pk])).status_code == 200
        assert client.get(reverse(name, args=[theirs.pk])).status_code == 403
    page = text_of(client.get(reverse("statement", args=[mine.pk])))
    assert "/leads/" not in page.split("pay-lines")[1]
    line = mine.lines.get()
    client.post(reverse("dispute_line", args=[line.pk]), {"reason": "amount"})
    assert mine.disputes.get().raised_by == provider


def test_the_front_desk_has_no_entry_for_commissions(
    front_desk: User, client: Client
) -> None:
    client.force_login(front_desk)
    home = text_of(client.get("/", follow=True))
    assert "/commissions/" not in home
    assert 'href="/leads/board/"' in home


# What they show -------------------------------------------------------------


def test_the_month_shows_everybody_and_the_totals(
    march: Statement, manager: User, client: Client
) -> None:
    client.force_login(manager)
    page = text_of(client.get(reverse("commissions"), MONTH))
    assert "Ana RN" in page
    assert page.count("$45.01") == 4  # earned and payable, of her and of all
    assert "March 2026" in page


def test_the_month_names_only_the_statuses_that_there_are(
    march: Statement, manager: User
) -> None:
    hire("Bea RN")
    run_month(MARCH)
    closing.approve(MARCH, manager, [march.pk])
    assert overview(MARCH).counts == [("Draft", 1), ("Approved", 1)]


def test_the_month_says_what_to_do_first(manager: User, client: Client) -> None:
    client.force_login(manager)
    page = text_of(client.get(reverse("commissions"), MONTH))
    assert "No providers yet" in page
    hire()
    assert "hasn't been calculated yet" in text_of(
        client.get(reverse("commissions"), MONTH)
    )


def test_payments_without_credit_are_counted_and_listed(
    march: Statement, manager: User, client: Client
) -> None:
    pay(None, 77_700)
    pay(march.provider, 88_800, share=2_500)
    client.force_login(manager)
    assert "2 payments of March 2026" in text_of(
        client.get(reverse("commissions"), MONTH)
    )
    page = text_of(client.get(reverse("uncredited"), MONTH))
    assert "$777" in page
    assert "$888" in page
    assert "75%" in page
    assert "$450.05" not in page


def test_a_line_opens_its_event_rule_and_arithmetic(
    march: Statement, manager: User, client: Client
) -> None:
    client.force_login(manager)
    page = text_of(client.get(reverse("statement", args=[march.pk])))
    assert "$450.05 × 10% = $45.005, rounded to $45.01" in page
    assert "10% of what was collected, from Jan 1, 2026" in page
    assert "Payment of $450.05" in page


def test_a_line_names_its_rule_and_people_who_are_gone(
    ana: Provider, manager: User, client: Client
) -> None:
    bea = hire("Bea RN")
    members = {ana.pk: 1, bea.pk: 1}
    pool = {"type": "pool", "event": "invoice_paid", "rate_bps": 200}
    agree(None, {**pool, "members": members})
    run_month(MARCH)
    bea.delete()
    CommissionRule.objects.update(deleted_at=timezone.now())
    client.force_login(manager)
    page = text_of(client.get(reverse("statement", args=[statement_of(ana).pk])))
    assert "10% of what was collected, from Jan 1, 2026" in page
    assert "shared by Ana RN and Bea RN" in page


@pytest.mark.parametrize("who", ["manager", "superuser"])
def test_pages_of_a_month_lead_back_to_it(
    who: str, march: Statement, request: pytest.FixtureRequest, client: Client
) -> None:
    """Also those who may see statements of their own."""
    client.force_login(request.getfixturevalue(who))
    for name, about in (
        ("statement", [march.pk]),
        ("statement_changes", [march.pk]),
        ("line_payments", [march.lines.get().pk]),
        ("uncredited", []),
    ):
        answer = client.get(reverse(name, args=about), MONTH)
        back = f"{reverse('commissions')}?month=2026-03"
        assert answer.context["breadcrumbs_trail"][0] == (back, "Commissions"), name


@pytest.mark.slow
def test_a_statement_of_many_lines_has_pages_and_few_queries(
    ana: Provider, manager: User, client: Client, django_assert_max_num_queries
) -> None:
    for number in range(120):
        pay(ana, 1_000 + number)
    run_month(MARCH)
    client.force_login(manager)
    address = reverse("statement", args=[statement_of(ana).pk])
    client.get(address)
    # Session, person, permissions (2), statement, count, lines, events, rules,
    # disputes, vanished disputes, revisions; savepoints of none.
    with django_assert_max_num_queries(14):
        page = text_of(client.get(address))
    assert "Page 1 of 3" in page
    assert "Page 2 of 3" in text_of(client.get(address, {"page": "2"}))


def test_the_month_page_asks_as_much_for_30_people_as_for_2(
    march: Statement, manager: User, client: Client, django_assert_max_num_queries
) -> None:
    for _ in range(30):
        hire()
    run_month(MARCH)
    client.force_login(manager)
    client.get(reverse("commissions"), MONTH)
    # Session, person, permissions (2), statements, last work, uncredited, any provider.
    with django_assert_max_num_queries(8):
        client.get(reverse("commissions"), MONTH)


def test_year_to_date_sums_the_months(
    march: Statement, manager: User, client: Client
) -> None:
    pay(march.provider, 100_000, APRIL)
    run_month(APRIL)
    client.force_login(manager)
    page = text_of(client.get(reverse("commissions_year"), {"year": "2026"}))
    assert "$145.01" in page


@pytest.mark.parametrize("month", ["", "2026-13", "nonsense", "0000-01", "9999-12"])
def test_a_month_that_is_none_shows_the_last_one(
    month: str, manager: User, client: Client
) -> None:
    client.force_login(manager)
    answer = client.get(reverse("commissions"), {"month": month})
    assert answer.status_code == 200
    assert answer.context["overview"].month == default_month()


def test_the_last_month_is_that_of_the_clinic_s_day() -> None:
    """In New York it's March for four more hours."""
    assert default_month(datetime(2026, 4, 1, 3, 59, tzinfo=UTC)) == date(2026, 2, 1)
    assert default_month(datetime(2026, 4, 1, 4, 0, tzinfo=UTC)) == MARCH


# What they do ---------------------------------------------------------------


def test_the_buttons_close_a_month(
    ana: Provider, manager: User, client: Client
) -> None:
    client.force_login(manager)
    run_month(MARCH)
    for name, status in (
        ("approve_statements", "approved"),
        ("lock_statements", "locked"),
        ("pay_statements", "paid"),
    ):
        ticked = {**MONTH, "statement": [statement_of(ana).pk], "confirmed": "1"}
        client.post(reverse(name), ticked)
        assert statement_of(ana).status == status


def test_only_the_ticked_ones_are_approved(
    march: Statement, manager: User, client: Client
) -> None:
    other = hire()
    run_month(MARCH)
    client.force_login(manager)
    ticked = {**MONTH, "statement": [march.pk]}
    client.post(reverse("approve_statements"), ticked)
    assert statement_of(march.provider).status == "approved"
    assert statement_of(other).status == "draft"


def test_a_dispute_is_raised_once_and_answered(
    march: Statement, manager: User, client: Client
) -> None:
    client.force_login(manager)
    line = march.lines.get()
    for _ in range(2):
        client.post(reverse("dispute_line", args=[line.pk]), {"reason": "amount"})
    dispute = march.disputes.get()
    assert "disputed" in text_of(client.get(reverse("statement", args=[march.pk])))
    assert "1 disputed" in text_of(client.get(reverse("commissions"), MONTH))
    client.post(reverse("settle_dispute", args=[dispute.pk]), {"answer": "nonsense"})
    assert march.disputes.open().exists()
    client.post(reverse("settle_dispute", args=[dispute.pk]), {"answer": "stands"})
    assert not march.disputes.open().exists()
    assert "1 disputed" not in text_of(client.get(reverse("commissions"), MONTH))


def test_what_changed_since_the_lock_is_shown(
    march: Statement, manager: User, client: Client
) -> None:
    closing.approve(MARCH, manager)
    closing.lock(MARCH, manager)
    client.force_login(manager)
    address = reverse("statement_changes", args=[march.pk])
    assert "No changes." in text_of(client.get(address))
    pay(march.provider, 100_000)
    page = text_of(client.get(address))
    assert "would differ by <strong>$100.00</strong>" in page
    run_month(APRIL)
    assert "All of it is posted" in text_of(client.get(address))


# Files ----------------------------------------------------------------------


def rows_of(answer: object) -> list[list[str]]:
    return list(csv.reader(StringIO(b"".join(answer.streaming_content).decode())))


@pytest.mark.parametrize(
    ("name", "what", "form"),
    [
        ("commissions_csv", "commissions of a month", "csv"),
        ("statement_csv", "a statement", "csv"),
        ("statement_pdf", "a statement", "pdf"),
    ],
)
def test_who_takes_a_file_is_recorded(
    name: str, what: str, form: str, march: Statement, manager: User, client: Client
) -> None:
    client.force_login(manager)
    about = [march.pk] if name.startswith("statement") else []
    assert client.get(reverse(name, args=about), MONTH).status_code == 200
    event = AuditEvent.objects.get(kind="downloaded")
    assert (event.person, event.subject_id) == (manager, "".join(about))
    assert event.details == {"what": what, "form": form}


def test_csv_files_run_no_formulas(manager: User, client: Client) -> None:
    mallory = hire('=HYPERLINK("x")')
    agree(mallory, TEN_PERCENT)
    pay(mallory, 45_005)
    run_month(MARCH)
    client.force_login(manager)
    header, row = rows_of(client.get(reverse("commissions_csv"), MONTH))
    assert dict(zip(header, row, strict=True))["Provider"] == '\'=HYPERLINK("x")'
    assert dict(zip(header, row, strict=True))["Payable ($)"] == "45.01"
    address = reverse("statement_csv", args=[statement_of(mallory).pk])
    header, row = rows_of(client.get(address))
    assert dict(zip(header, row, strict=True))["Base ($)"] == "450.05"
