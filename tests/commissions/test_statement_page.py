"""The page of a statement: its totals, who signed it, and what each line opens."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from commissions.models import Provider, Statement
from commissions.statements import closing
from commissions.statements.calculate import run_month
from commissions.statements.page import SOURCES_PER_PAGE, read_contents
from medspa.models import User
from medspa.roles import PROVIDER
from medspa.templatetags.clinic import moment
from tests.commissions.clinic import (
    APRIL,
    DRAW,
    MARCH,
    MAY,
    TEN_PERCENT,
    agree,
    close,
    hire,
    pay,
    refund,
    statement_of,
)
from tests.factories import DisputeFactory, UserFactory
from tests.page_text import text_of

pytestmark = pytest.mark.django_db
BONUS = {
    "type": "bonus",
    "event": "invoice_paid",
    "threshold_cents": 10_000,
    "amount_cents": 700,
}


def page_of(site: Client, statement: Statement) -> str:
    return text_of(site.get(reverse("statement", args=[statement.pk])))


# Head -----------------------------------------------------------------------


def test_each_step_names_its_own_person(site: Client, ana: Provider) -> None:
    people = [UserFactory() for _ in range(3)]
    run_month(MARCH)
    for step, person in zip(
        (closing.approve, closing.lock, closing.mark_paid), people, strict=True
    ):
        assert step(MARCH, person).done
    page = page_of(site, statement_of(ana))
    for step, person in zip(("approved", "locked", "paid"), people, strict=True):
        assert re.search(rf"· {step} [^·]* by {person}( ·|</span>)", page), step


def test_the_status_is_named_with_the_revision_from_the_second_on(
    site: Client, ana: Provider, manager: User
) -> None:
    close(MARCH, manager)
    first = statement_of(ana)
    assert '<span class="pay-status locked">Locked</span>' in page_of(site, first)
    assert "revision 1" not in page_of(site, first)
    closing.unlock(first, manager)
    page = page_of(site, statement_of(ana))
    assert '<span class="pay-status draft">Draft</span>' in page
    assert '<span class="mute">revision 2</span>' in page


def test_other_revisions_are_listed_from_the_first_on(
    ana: Provider, manager: User
) -> None:
    for _ in range(3):
        close(MARCH, manager)
        closing.unlock(statement_of(ana), manager)
    run_month(APRIL)
    found = read_contents(statement_of(ana), None).revisions
    assert [(row.month, row.revision) for row in found] == [
        (MARCH, 1),
        (MARCH, 2),
        (MARCH, 3),
    ]


def test_what_a_draw_paid_and_recovered_are_told_apart(
    site: Client, ana: Provider
) -> None:
    draw = agree(ana, DRAW)
    agree(ana, TEN_PERCENT)
    pay(ana, 120_000, APRIL)
    run_month(MARCH)
    run_month(APRIL)
    march, april = (page_of(site, statement_of(ana, each)) for each in (MARCH, APRIL))
    assert "draw paid $90<" in march and "draw recovered" not in march
    assert "open draw $90<" in march
    assert "draw recovered $30<" in april and "draw paid" not in april
    draw.effective_to = APRIL.replace(day=30)
    draw.save()
    run_month(MAY)
    assert statement_of(ana, MAY).draw_rule is None
    assert "open draw $60<" in page_of(site, statement_of(ana, MAY))


def test_corrections_are_told_apart_from_a_recovered_draw(
    site: Client, ana: Provider, manager: User
) -> None:
    agree(ana, DRAW)
    agree(ana, TEN_PERCENT)
    close(MARCH, manager)
    pay(ana, 20_000)
    pay(ana, 120_000, APRIL)
    run_month(APRIL)
    april = statement_of(ana, APRIL)
    assert (april.draw_recovered_cents, april.corrections_cents) == (5_000, 2_000)
    assert "corrections $20<" in page_of(site, april)


# Lines ----------------------------------------------------------------------


def test_a_voided_event_is_marked_where_its_line_stays(
    site: Client, ana: Provider, manager: User
) -> None:
    agree(ana, TEN_PERCENT)
    sale = pay(ana, 10_000)
    close(MARCH, manager)
    assert "voided since" not in page_of(site, statement_of(ana))
    sale.delete()
    assert "voided since" in page_of(site, statement_of(ana))


def test_a_voided_payment_is_marked_and_named_under_its_line(
    site: Client, ana: Provider, manager: User
) -> None:
    agree(ana, BONUS)
    sale = pay(ana, 10_000)
    close(MARCH, manager)
    assert "voided since" not in page_of(site, statement_of(ana))
    sale.delete()
    page = page_of(site, statement_of(ana))
    assert "Payment of $100, Botox" in page
    assert "voided since" in page


def test_a_payment_under_a_line_shows_what_counts_of_it(
    site: Client, ana: Provider
) -> None:
    agree(ana, BONUS)
    pay(ana, 30_000, share=4_000)
    run_month(MARCH)
    sources = page_of(site, statement_of(ana)).split('class="pay-sources"')[1]
    assert "Payment of $300, Botox, 40% share" in sources
    assert '<span class="number">$120.00</span>' in sources


def test_leads_are_linked_for_those_who_may_see_them(
    site: Client, ana: Provider, provider: User
) -> None:
    """The event of a line, and the payments under one."""
    agree(ana, TEN_PERCENT)
    agree(ana, BONUS)
    sale = pay(ana, 10_000)
    run_month(MARCH)
    ana.user = provider
    ana.save()
    link = f'href="{reverse("lead", args=[sale.lead_id])}"'
    assert page_of(site, statement_of(ana)).count(link) == 2
    assert provider.groups.get().name == PROVIDER
    site.force_login(provider)
    assert page_of(site, statement_of(ana)).count(link) == 0


def test_a_refund_names_its_procedure_and_the_payment_that_it_is_about(
    site: Client, ana: Provider, manager: User
) -> None:
    agree(ana, TEN_PERCENT)
    sale = pay(ana, 10_000)
    close(MARCH, manager)
    refund(sale, 4_000, APRIL)
    run_month(APRIL)
    page = page_of(site, statement_of(ana, APRIL))
    assert "Refund clawback, Botox" in page
    assert f"of the payment of $100, {moment(sale.occurred_at)}" in page


def test_a_correction_links_to_the_line_that_it_corrects(
    site: Client, ana: Provider, manager: User
) -> None:
    agree(ana, TEN_PERCENT)
    sale = pay(ana, 10_000)
    close(MARCH, manager)
    sale.delete()
    run_month(APRIL)
    march = statement_of(ana)
    address = f"{reverse('statement', args=[march.pk])}#{march.lines.get().pk}"
    assert f'href="{address}"' in page_of(site, statement_of(ana, APRIL))


def test_a_net_rate_shows_the_product_cost(site: Client, ana: Provider) -> None:
    agree(ana, {**TEN_PERCENT, "base": "net_of_cost"})
    pay(ana, 10_000, cost_cents=2_500)
    run_month(MARCH)
    assert "($100 − $25 cost) × 10% = $7.50" in page_of(site, statement_of(ana))


def test_all_payments_under_a_line_are_counted_on_each_of_their_pages(
    site: Client, ana: Provider
) -> None:
    agree(ana, {**BONUS, "threshold_cents": 100})
    count = SOURCES_PER_PAGE + 1
    for _ in range(count):
        pay(ana, 100)
    run_month(MARCH)
    address = reverse("line_payments", args=[statement_of(ana).lines.get().pk])
    for number, link in ((1, "?page=2"), (2, "?page=1")):
        page = text_of(site.get(address, {"page": str(number)}))
        assert f"payments and refunds ({count})" in page
        assert f"Page {number} of 2" in page
        assert f'href="{link}"' in page


# Disputes -------------------------------------------------------------------


def test_only_who_resolves_disputes_is_offered_to_answer(
    site: Client, ana: Provider, provider: User
) -> None:
    agree(ana, TEN_PERCENT)
    pay(ana, 10_000)
    run_month(MARCH)
    ana.user = provider
    ana.save()
    statement = statement_of(ana)
    forms = [
        reverse("settle_dispute", args=[DisputeFactory(statement=statement, **on).pk])
        for on in ({"line": statement.lines.get()}, {"line": None})
    ]

    def offered() -> list[bool]:
        page = page_of(site, statement)
        return [f'action="{form}"' in page for form in forms]

    assert offered() == [True, True]
    site.force_login(provider)
    assert offered() == [False, False]


def test_the_form_of_an_answer_can_be_sent(ana: Provider, manager: User) -> None:
    """As a browser does: with the token and an answer that stand in it."""
    agree(ana, TEN_PERCENT)
    pay(ana, 10_000)
    run_month(MARCH)
    statement = statement_of(ana)
    dispute = DisputeFactory(statement=statement, line=statement.lines.get())
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(manager)
    address = reverse("settle_dispute", args=[dispute.pk])
    page = page_of(browser, statement)
    form = page.split(f'action="{address}"')[1].split("</form>")[0]
    fields = dict(re.findall(r'name="(csrf\w+)" value="([^"]+)"', form))
    answers = re.findall(r'<option value="([^"]+)">([^<]+)</option>', form)
    assert ("stands", "Checked, no change") in answers
    # Nothing is chosen until somebody does.
    assert re.search(r'<select [^>]*> <option value="">Choose</option> <option ', form)
    browser.post(address, {**fields, "answer": "stands"})
    dispute.refresh_from_db()
    assert (dispute.answer, dispute.settled_by) == ("stands", manager)


def test_a_disputed_line_and_a_removed_one_say_the_reason_in_words(
    site: Client, ana: Provider
) -> None:
    agree(ana, TEN_PERCENT)
    pay(ana, 10_000)
    run_month(MARCH)
    statement = statement_of(ana)
    DisputeFactory(statement=statement, line=statement.lines.get(), reason="share")
    DisputeFactory(statement=statement, line=None, reason="who")
    page = page_of(site, statement)
    assert "The share is wrong, " in page
    assert "“Someone else earned this”, " in page


def test_who_may_not_see_a_statement_disputes_none_of_its_lines(
    site: Client, ana: Provider, provider: User
) -> None:
    hire("Bea RN", user=provider)
    agree(ana, TEN_PERCENT)
    pay(ana, 10_000)
    run_month(MARCH)
    site.force_login(provider)
    form = reverse("dispute_line", args=[statement_of(ana).lines.get().pk])
    assert site.post(form, {"reason": "amount"}).status_code == 403
    assert not statement_of(ana).disputes.exists()
