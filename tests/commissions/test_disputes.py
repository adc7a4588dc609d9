"""An open dispute holds its statement, and goes on with a new revision."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commissions.models import Dispute, Provider, Statement
from commissions.refusals import DisputeRefused
from commissions.statements import closing, disputes
from commissions.statements.calculate import run_month
from medspa.models import User
from tests.commissions.clinic import (
    APRIL,
    MARCH,
    TEN_PERCENT,
    agree,
    at,
    close,
    hire,
    pay,
    statement_of,
    was_linked,
)
from tests.commissions.test_stays_as_signed import check_at_once
from tests.factories import StatementLineFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> Provider:
    provider = hire("Ana RN")
    agree(provider, TEN_PERCENT)
    pay(provider, 10_000, day=3)
    pay(provider, 20_000, day=4)
    run_month(MARCH)
    return provider


def raised(statement: Statement, number: int = 0) -> Dispute:
    return Dispute.objects.create(
        statement=statement,
        line=statement.lines.all()[number],
        reason="amount",
        raised_by=UserFactory(),
    )


STEPS = [closing.approve, closing.lock, closing.mark_paid]


@pytest.mark.parametrize("number", [0, 1, 2], ids=["approve", "lock", "pay"])
def test_an_open_dispute_holds_every_step(
    number: int, ana: Provider, manager: User
) -> None:
    steps: list[Any] = STEPS
    for step in steps[:number]:
        assert step(MARCH, manager).done
    dispute = raised(statement_of(ana))
    assert steps[number](MARCH, manager).refused == [
        "Ana RN, March 2026: a line is disputed. Resolve that first."
    ]
    disputes.answer(dispute, "stands", manager)
    assert steps[number](MARCH, manager).done


def test_a_dispute_of_one_holds_nobody_else(ana: Provider, manager: User) -> None:
    bea = hire("Bea RN")
    run_month(MARCH)
    raised(statement_of(ana))
    signed = closing.approve(MARCH, manager)
    assert signed.done == [statement_of(bea)]


def test_nobody_answers_a_dispute_on_their_own_statement(
    ana: Provider, manager: User
) -> None:
    ana.user = manager
    ana.save()
    dispute = raised(statement_of(ana))
    with pytest.raises(DisputeRefused, match="Someone else must resolve"):
        disputes.answer(dispute, "stands", manager)
    assert Dispute.objects.open().exists()


def test_who_was_linked_in_the_statement_s_month_answers_none_of_its_disputes(
    ana: Provider, manager: User
) -> None:
    """Though the dispute was raised when they no longer were."""
    payee = UserFactory()
    was_linked(ana, payee, at(MARCH, 5), at(APRIL, 10))
    dispute = raised(statement_of(ana))
    with pytest.raises(DisputeRefused):
        disputes.answer(dispute, "stands", payee)
    disputes.answer(dispute, "stands", manager)


def test_an_answer_names_who_gave_it(ana: Provider, manager: User) -> None:
    dispute = raised(statement_of(ana))
    disputes.answer(dispute, "explained", manager)
    dispute.refresh_from_db()
    assert (dispute.answer, dispute.settled_by) == ("explained", manager)
    assert dispute.raised_by != manager
    assert dispute.raised_at < dispute.settled_at


def test_an_answer_leaves_the_dispute_where_unlocking_took_it(
    ana: Provider, manager: User
) -> None:
    """The page that it is answered on was opened before."""
    closing.approve(MARCH, manager)
    closing.lock(MARCH, manager)
    dispute = raised(statement_of(ana))
    (new,) = closing.unlock(statement_of(ana), manager).done
    disputes.answer(dispute, "stands", manager)
    dispute.refresh_from_db()
    assert (dispute.statement, dispute.line.statement) == (new, new)


def test_an_answered_line_shows_its_answer_and_can_be_disputed_again(
    ana: Provider, manager: User, client: Client
) -> None:
    statement = statement_of(ana)
    dispute = raised(statement)
    disputes.answer(dispute, "stands", manager)
    client.force_login(manager)
    page = client.get(reverse("statement", args=[statement.pk])).text
    assert f"Checked, no change, {manager}" in page
    assert 'class="disputed"' not in page
    form = reverse("dispute_line", args=[dispute.line_id])
    assert f'action="{form}"' in page


def test_what_was_answered_is_not_answered_again(
    ana: Provider, manager: User, client: Client
) -> None:
    dispute = raised(statement_of(ana))
    disputes.answer(dispute, "stands", manager)
    client.force_login(manager)
    form = reverse("settle_dispute", args=[dispute.pk])
    told = client.post(form, {"answer": "corrected"}, follow=True).text
    assert f"{manager} already resolved this dispute on" in told
    assert "Checked, no change. Nothing was changed." in told
    dispute.refresh_from_db()
    assert dispute.answer == "stands"


def by(person: User, statement: Statement, number: int = 0) -> Dispute:
    return disputes.dispute_line(statement.lines.all()[number], "amount", person)


@pytest.fixture
def statement(ana: Provider, provider: User) -> Statement:
    """Of the provider who signs in."""
    ana.user = provider
    ana.save()
    return statement_of(ana)


def test_who_raised_a_dispute_withdraws_it(
    statement: Statement, provider: User, manager: User, client: Client
) -> None:
    mine, managers = by(provider, statement), by(manager, statement, 1)
    client.force_login(provider)
    page = client.get(reverse("statement", args=[statement.pk])).text
    form = reverse("withdraw_dispute", args=[mine.pk])
    assert page.count("Withdraw dispute") == 1
    assert f'action="{form}"' in page
    told = client.post(form, follow=True).text
    assert "Dispute withdrawn." in told
    assert f"Withdrawn, {provider}" in told
    assert "Withdraw dispute" not in told
    mine.refresh_from_db()
    assert (mine.answer, mine.settled_by) == ("withdrawn", provider)
    assert list(mine.history.values_list("answer", flat=True)) == ["withdrawn", ""]
    # The other one still holds the statement.
    assert closing.approve(MARCH, manager).refused
    disputes.withdraw(managers, manager)
    assert closing.approve(MARCH, manager).done


def test_nobody_withdraws_what_another_raised_or_what_is_resolved(
    statement: Statement, provider: User, manager: User, client: Client
) -> None:
    theirs = by(provider, statement)
    client.force_login(manager)
    page = client.get(reverse("statement", args=[statement.pk])).text
    assert "Withdraw dispute" not in page
    form = reverse("withdraw_dispute", args=[theirs.pk])
    told = client.post(form, follow=True).text
    assert f"Only {provider} can withdraw this dispute." in told
    disputes.answer(theirs, "stands", manager)
    client.force_login(provider)
    told = client.post(form, follow=True).text
    assert f"{manager} already resolved this dispute on" in told
    theirs.refresh_from_db()
    assert theirs.answer == "stands"


def test_withdrawn_is_no_answer_of_somebody_else(ana: Provider, manager: User) -> None:
    dispute = raised(statement_of(ana))
    with pytest.raises(DisputeRefused, match="Choose a resolution"):
        disputes.answer(dispute, "withdrawn", manager)
    assert Dispute.objects.open().exists()


def test_a_dispute_of_a_line_that_is_gone_is_withdrawn_on_the_statement_s_page(
    ana: Provider, manager: User, client: Client
) -> None:
    statement = statement_of(ana)
    dispute = by(manager, statement)
    dispute.line.event.delete()
    run_month(MARCH)
    client.force_login(manager)
    page = client.get(reverse("statement", args=[statement.pk])).text
    form = reverse("withdraw_dispute", args=[dispute.pk])
    assert f'action="{form}"' in page
    assert '<option value="withdrawn">' not in page
    assert "Dispute withdrawn." in client.post(form, follow=True).text


@pytest.mark.parametrize(("position", "page"), [(50, 1), (51, 2)])
def test_who_disputes_a_line_sees_the_page_with_it(
    position: int, page: int, manager: User, client: Client
) -> None:
    line = StatementLineFactory(position=position)
    client.force_login(manager)
    form = reverse("dispute_line", args=[line.pk])
    address = client.post(form, {"reason": "who"})["Location"]
    assert address.endswith(f"?page={page}#{line.pk}")
    assert line.disputes.get().reason == "who"


def test_a_line_and_the_correction_of_an_earlier_month_s_same_line_are_two(
    manager: User,
) -> None:
    """A bonus is of its month: April's, and the one that March came to later."""
    bea = hire("Bea RN")
    bonus = {"type": "bonus", "event": "invoice_paid", "threshold_cents": 10_000}
    agree(bea, {**bonus, "amount_cents": 700})
    close(MARCH, manager)
    pay(bea, 10_000, MARCH)
    pay(bea, 10_000, APRIL)
    close(APRIL, manager)
    old = statement_of(bea, APRIL)
    assert old.lines.earned().get().engine_line.key == (
        old.lines.corrections().get().engine_line.key
    )
    of_april, of_march = raised(old, 0), raised(old, 1)
    (new,) = closing.unlock(old, manager).done
    of_april.refresh_from_db()
    of_march.refresh_from_db()
    assert of_april.line == new.lines.earned().get()
    assert (of_march.statement, of_march.line) == (new, None)


def test_a_line_of_a_replaced_revision_is_disputed_no_more(
    ana: Provider, manager: User, client: Client
) -> None:
    """The page was opened before somebody unlocked. The dispute would hold nothing."""
    closing.approve(MARCH, manager)
    closing.lock(MARCH, manager)
    line = statement_of(ana).lines.all()[0]
    closing.unlock(line.statement, manager)
    client.force_login(manager)
    form = reverse("dispute_line", args=[line.pk])
    told = client.post(form, {"reason": "amount"}, follow=True).text
    assert "This revision was replaced. Dispute the line of the new one." in told
    assert not Dispute.objects.exists()


def test_an_open_dispute_follows_the_new_revision(ana: Provider, manager: User) -> None:
    closing.approve(MARCH, manager)
    closing.lock(MARCH, manager)
    old = statement_of(ana)
    answered, still_open = raised(old), raised(old, 1)
    disputes.answer(answered, "stands", manager)
    event = old.lines.all()[1].event_id
    (new,) = closing.unlock(old, manager).done
    still_open.refresh_from_db()
    answered.refresh_from_db()
    assert (still_open.statement, still_open.line.event_id) == (new, event)
    assert still_open.line.statement == new
    assert answered.statement == old
    assert closing.approve(MARCH, manager).refused


def test_a_dispute_of_a_line_that_is_gone_still_holds_the_new_revision(
    ana: Provider, manager: User
) -> None:
    closing.approve(MARCH, manager)
    closing.lock(MARCH, manager)
    old = statement_of(ana)
    dispute = raised(old)
    old.lines.all()[0].event.delete()
    (new,) = closing.unlock(old, manager).done
    dispute.refresh_from_db()
    assert (dispute.statement, dispute.line) == (new, None)
    assert closing.approve(MARCH, manager).refused


def test_an_answered_dispute_stays_when_its_line_is_gone(
    ana: Provider, manager: User
) -> None:
    dispute = raised(statement_of(ana))
    disputes.answer(dispute, "corrected", manager)
    dispute.line.event.delete()
    run_month(MARCH)
    check_at_once()
    dispute.refresh_from_db()
    assert (dispute.statement, dispute.line) == (statement_of(ana), None)


def test_a_dispute_of_a_line_that_is_gone_is_answered_on_the_statement_s_page(
    ana: Provider, manager: User, client: Client
) -> None:
    statement = statement_of(ana)
    dispute = raised(statement)
    statement.lines.all()[0].event.delete()
    run_month(MARCH)
    client.force_login(manager)
    address = reverse("statement", args=[statement.pk])
    form = reverse("settle_dispute", args=[dispute.pk])
    assert f'action="{form}"' in client.get(address).content.decode()
    client.post(form, {"answer": "corrected"})
    assert not Dispute.objects.open().exists()
    page = client.get(address).content.decode()
    assert "A disputed line was removed" in page
    assert f'action="{form}"' not in page
