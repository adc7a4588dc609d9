"""What a printed statement says: who signed, its sections, payments and draws."""

import pytest
from django.test import Client
from django.urls import reverse

from commissions.models import Provider, Statement
from commissions.statements import closing
from commissions.statements.calculate import run_month
from commissions.statements.lines import line_views
from commissions.statements.page import draw_sentence
from commissions.statements.pdf import statement_as_pdf
from medspa.formats import clinic_formats
from medspa.models import User
from tests.commissions.clinic import (
    APRIL,
    MARCH,
    TEN_PERCENT,
    agree,
    close,
    hire,
    pay,
    statement_of,
)
from tests.commissions.pdf_text import texts_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
TIERS = {
    "type": "tiered",
    "event": "invoice_paid",
    "brackets": [
        {"up_to_cents": 10_000, "rate_bps": 1_000},
        {"up_to_cents": None, "rate_bps": 2_000},
    ],
}


def printed(statement: Statement) -> list[str]:
    lines = line_views(statement.lines.all())
    return texts_of(statement_as_pdf(statement, lines, draw_sentence(statement)))


def amount_of(label: str, words: list[str]) -> str:
    """What stands at the right of `label`."""
    return words[words.index(label) + 1]


def test_what_is_written_is_read_again_whatever_its_letters() -> None:
    statement = hire("Zoë (Łukasz) \\ Щ")
    run_month(MARCH)
    assert "Zoë (Łukasz) \\ Щ: March 2026" in printed(statement_of(statement))


def test_each_step_is_signed_by_its_own_person(ana: Provider) -> None:
    people = [UserFactory() for _ in range(3)]
    run_month(MARCH)
    for step, person in zip(
        (closing.approve, closing.lock, closing.mark_paid), people, strict=True
    ):
        assert step(MARCH, person).done
    statement = statement_of(ana)
    day = clinic_formats().local_date(statement.paid_at)
    signed = " ".join(printed(statement))
    for step, person in zip(("Approved", "Locked", "Paid"), people, strict=True):
        assert f"{step} {day} by {person}." in signed


def test_the_payments_under_several_lines_are_listed_once(ana: Provider) -> None:
    agree(ana, TIERS)
    pay(ana, 15_000)
    run_month(MARCH)
    assert statement_of(ana).lines.count() == 2
    words = printed(statement_of(ana))
    assert words.count("Mar 10, 2026, Payment, Botox: $150.00") == 1
    assert words.count("Same payments as above.") == 1


def test_corrections_have_a_section_and_a_sum_of_their_own(
    ana: Provider, manager: User
) -> None:
    agree(ana, TEN_PERCENT)
    close(MARCH, manager)
    pay(ana, 10_000)
    pay(ana, 20_000, APRIL)
    pay(ana, 30_000, APRIL)
    run_month(APRIL)
    words = printed(statement_of(ana, APRIL))
    rule = "10% of what was collected, from Jan 1, 2026."
    assert words.count(rule) == 1
    assert words.count(f"Corrections by the rule: {rule}") == 1
    assert amount_of("Subtotal (2)", words) == "$50.00"
    assert amount_of("Subtotal (1)", words) == "$10.00"


def test_the_open_draw_is_the_one_that_is_left(ana: Provider) -> None:
    agree(ana, {"type": "draw", "amount_cents": 9_000, "recoverable": True})
    run_month(MARCH)
    run_month(APRIL)
    april = statement_of(ana, APRIL)
    assert (april.draw_opening_cents, april.draw_balance_cents) == (9_000, 18_000)
    words = printed(april)
    assert amount_of("Open draw after this month", words) == "$180.00"
    assert amount_of("Payable", words) == "$90.00"


def test_the_file_of_a_statement_names_its_draw(
    ana: Provider, manager: User, client: Client
) -> None:
    agree(ana, {"type": "draw", "amount_cents": 9_000, "recoverable": True})
    run_month(MARCH)
    statement = statement_of(ana)
    client.force_login(manager)
    answer = client.get(reverse("statement_pdf", args=[statement.pk]))
    assert f"Draw: {draw_sentence(statement)}." in texts_of(answer.content)
