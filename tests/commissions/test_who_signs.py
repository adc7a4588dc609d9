"""Who may sign what, in which order, and what a signature leaves behind."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from commissions.models import Provider
from commissions.statements import closing
from commissions.statements.calculate import run_month
from medspa.audit.actors import acting
from medspa.clinic_time import clinic_zone, start_of_day
from medspa.models import User
from tests.commissions.clinic import (
    APRIL,
    MARCH,
    MAY,
    TEN_PERCENT,
    agree,
    close,
    hire,
    pay,
    statement_of,
    was_linked,
)
from tests.factories import UserFactory
from tests.rules import let_history_change

pytestmark = pytest.mark.django_db
PAID = {"event": "invoice_paid"}
TYPES: dict[str, dict[str, Any]] = {
    "percent": TEN_PERCENT,
    "flat": {"type": "flat", **PAID, "amount_cents": 500},
    "tiered": {
        "type": "tiered",
        **PAID,
        "brackets": [{"up_to_cents": None, "rate_bps": 500}],
    },
    "bonus": {"type": "bonus", **PAID, "threshold_cents": 1, "amount_cents": 700},
    "pool": {"type": "pool", **PAID, "rate_bps": 100},
    "draw": {"type": "draw", "amount_cents": 9_000, "recoverable": False},
}


@pytest.fixture
def bea() -> Provider:
    return hire("Bea RN")


# The author of a rule -------------------------------------------------------


def made_by(author: User, kind: str, ana: Provider) -> Any:
    terms = TYPES[kind]
    if kind == "pool":
        terms = {**terms, "members": {ana.pk: 1}}
    with acting(user=author):
        return agree(None if kind == "pool" else ana, terms)


@pytest.mark.parametrize("kind", TYPES)
def test_the_author_of_a_rule_of_any_type_does_not_approve_what_it_pays(
    kind: str, ana: Provider, bea: Provider, manager: User
) -> None:
    author = UserFactory()
    made_by(author, kind, ana)
    pay(ana, 10_000)
    run_month(MARCH)
    signed = closing.approve(MARCH, author)
    assert signed.refused == [
        f"{statement_of(ana)}: your rules pay it, so someone else must approve it."
    ]
    assert signed.done == [statement_of(bea)]
    assert closing.approve(MARCH, manager).done == [statement_of(ana)]


@pytest.mark.parametrize("kind", ["percent", "draw"])
def test_who_changed_a_rule_does_not_approve_what_it_pays_either(
    kind: str, ana: Provider, manager: User
) -> None:
    author, changer = UserFactory(), UserFactory()
    rule = made_by(author, kind, ana)
    rule.priority = 1
    with acting(user=changer):
        rule.save()
    pay(ana, 10_000)
    run_month(MARCH)
    assert closing.approve(MARCH, author).refused
    assert closing.approve(MARCH, changer).refused
    assert closing.approve(MARCH, manager).done


def test_the_author_of_a_rule_does_not_approve_what_it_pays_late_either(
    ana: Provider, manager: User
) -> None:
    """The rule ended with March, and pays in April by a correction alone."""
    author = UserFactory()
    with acting(user=author):
        agree(ana, TEN_PERCENT, effective_to=date(2026, 3, 31))
    close(MARCH, manager)
    pay(ana, 10_000)
    run_month(APRIL)
    assert statement_of(ana, APRIL).lines.get().is_correction
    (sentence,) = closing.approve(APRIL, author).refused
    assert "your rules pay it, so someone else must approve it" in sentence
    assert closing.approve(APRIL, manager).done == [statement_of(ana, APRIL)]


def test_who_only_removed_a_rule_may_approve_what_another_pays(
    ana: Provider, manager: User
) -> None:
    agree(ana, TEN_PERCENT)
    gone = agree(ana, {**TEN_PERCENT, "rate_bps": 100})
    pay(ana, 10_000)
    with acting(user=manager):
        gone.delete()
    run_month(MARCH)
    assert closing.approve(MARCH, manager).done == [statement_of(ana)]


def test_the_author_of_a_rule_approves_months_that_it_pays_nothing_in(
    ana: Provider, bea: Provider
) -> None:
    author = UserFactory()
    made_by(author, "percent", ana)
    run_month(MARCH)
    assert closing.approve(MARCH, author).done == [statement_of(ana), statement_of(bea)]


# Four eyes on every step ----------------------------------------------------

STEPS: dict[str, Any] = {
    "approve it": closing.approve,
    "lock it": closing.lock,
    "mark it as paid": closing.mark_paid,
}


@pytest.mark.parametrize("verb", STEPS)
def test_nobody_signs_their_own_statement(
    verb: str, ana: Provider, bea: Provider, manager: User
) -> None:
    payee = UserFactory()
    ana.user = payee
    ana.save()
    run_month(MARCH)
    for before, step in STEPS.items():
        if before == verb:
            signed = step(MARCH, payee)
            assert signed.refused == [
                f"{statement_of(ana)}: it's your own, so someone else must {verb}."
            ]
            assert signed.done == [statement_of(bea)]
        assert step(MARCH, manager).done


def test_nobody_unlocks_their_own_statement(ana: Provider, manager: User) -> None:
    payee = UserFactory()
    ana.user = payee
    ana.save()
    close(MARCH, manager)
    (sentence,) = closing.unlock(statement_of(ana), payee).refused
    assert "it's your own, so someone else must unlock it" in sentence
    assert statement_of(ana).status == "locked"


@pytest.mark.parametrize("verb", ["lock it", "mark it as paid"])
def test_the_author_of_a_rule_neither_locks_nor_pays(
    verb: str, ana: Provider, manager: User
) -> None:
    author = UserFactory()
    made_by(author, "percent", ana)
    pay(ana, 10_000)
    run_month(MARCH)
    closing.approve(MARCH, manager)
    if verb == "mark it as paid":
        closing.lock(MARCH, manager)
    step = closing.lock if verb == "lock it" else closing.mark_paid
    assert step(MARCH, author).refused == [
        f"{statement_of(ana)}: your rules pay it, so someone else must {verb}."
    ]


def test_who_stops_signing_in_as_a_provider_still_signs_nothing_of_theirs(
    ana: Provider, manager: User
) -> None:
    payee = UserFactory()
    ana.user = payee
    ana.save()
    ana.user = None
    ana.save()
    run_month(MARCH)
    assert closing.approve(MARCH, payee).refused
    assert closing.approve(MARCH, manager).done


def test_who_was_linked_only_before_the_month_may_sign(ana: Provider) -> None:
    payee = UserFactory()
    for person in (payee, None):
        ana.user = person
        ana.save()
    long_ago = datetime(2025, 11, 26, tzinfo=UTC)
    let_history_change(Provider)
    Provider.history.filter(id=ana.pk).update(history_date=long_ago)
    run_month(MARCH)
    assert closing.approve(MARCH, payee).done


@pytest.mark.parametrize(
    ("ended", "may_sign"),
    [
        (timedelta(microseconds=-1), True),
        (timedelta(0), False),
        (timedelta(hours=12), False),
    ],
    ids=["before", "as_it_began", "on_its_first_day"],
)
def test_who_was_linked_when_the_month_began_signs_nothing_of_it(
    ended: timedelta, may_sign: bool, ana: Provider
) -> None:
    payee, began = UserFactory(), start_of_day(MARCH, clinic_zone())
    was_linked(ana, payee, began - timedelta(days=60), began + ended)
    run_month(MARCH)
    assert bool(closing.approve(MARCH, payee).done) == may_sign


def test_who_signs_in_as_somebody_who_left_signs_nothing_of_theirs(
    ana: Provider, manager: User
) -> None:
    payee = UserFactory()
    ana.user = payee
    ana.save()
    ana.delete()
    agree(ana, TEN_PERCENT)
    pay(ana, 10_000)
    run_month(MARCH)
    let_history_change(Provider)
    ana.history.update(history_date=datetime(2025, 11, 26, tzinfo=UTC))
    assert closing.approve(MARCH, payee).refused
    assert closing.approve(MARCH, manager).done


# Which statements, seen when ------------------------------------------------


def test_only_the_chosen_ones_are_signed(
    ana: Provider, bea: Provider, manager: User
) -> None:
    run_month(MARCH)
    chosen = [statement_of(bea).pk]
    for act in (closing.approve, closing.lock, closing.mark_paid):
        assert [row.pk for row in act(MARCH, manager, chosen).done] == chosen
        assert act(MARCH, manager, []).done == []
    assert (statement_of(ana).status, statement_of(bea).status) == ("draft", "paid")


@pytest.mark.parametrize("number", [0, 1, 2], ids=["approve", "lock", "pay"])
def test_only_the_chosen_ones_take_a_step_that_all_are_ready_for(
    number: int, ana: Provider, bea: Provider, manager: User
) -> None:
    run_month(MARCH)
    *before, step = list(STEPS.values())[: number + 1]
    for act in before:
        act(MARCH, manager)
    was = statement_of(ana).status
    signed = step(MARCH, manager, [statement_of(bea).pk])
    assert (signed.done, signed.refused) == ([statement_of(bea)], [])
    assert statement_of(ana).status == was != statement_of(bea).status


def test_signatures_are_of_one_month(ana: Provider, manager: User) -> None:
    close(MARCH, manager)
    run_month(APRIL)
    assert closing.mark_paid(APRIL, manager).done == []
    assert closing.lock(APRIL, manager).done == []
    assert statement_of(ana, APRIL).status == "draft"
    assert statement_of(ana).status == "locked"


def test_what_was_worked_out_after_one_looked_is_not_approved(
    ana: Provider, manager: User
) -> None:
    run_month(MARCH)
    seen = statement_of(ana).computed_at
    early = seen - timedelta(microseconds=1)
    (sentence,) = closing.approve(MARCH, manager, seen_at=early).refused
    assert sentence.endswith("something has changed. Check it again.")
    assert closing.approve(MARCH, manager, seen_at=seen).done == [statement_of(ana)]


def test_each_step_notes_its_person_and_moment_once(ana: Provider) -> None:
    people = {step: UserFactory() for step in ("approved", "locked", "paid")}
    acts = {"approved": closing.approve, "locked": closing.lock}
    acts["paid"] = closing.mark_paid
    run_month(MARCH)
    began = timezone.now()
    for step, person in people.items():
        assert acts[step](MARCH, person).refused == []
    row = statement_of(ana)
    assert (row.approved_by, row.locked_by, row.paid_by) == tuple(people.values())
    assert began <= row.approved_at <= row.locked_at <= row.paid_at
    versions = row.history.order_by("history_id").values_list(
        "history_type", "status", "history_user"
    )
    assert list(versions)[1:] == [("~", step, who.pk) for step, who in people.items()]


# One month after another ----------------------------------------------------


def test_a_month_is_locked_after_the_one_before_was_paid(
    ana: Provider, manager: User
) -> None:
    close(MARCH, manager)
    closing.mark_paid(MARCH, manager)
    close(APRIL, manager)
    assert statement_of(ana, APRIL).status == "locked"


def test_the_last_open_month_before_is_named(ana: Provider, manager: User) -> None:
    for month in (MARCH, APRIL, MAY):
        run_month(month)
        closing.approve(month, manager)
    (sentence,) = closing.lock(MAY, manager).refused
    assert "lock April 2026 first: its balance carries forward" in sentence
    assert statement_of(ana, MAY).status == "approved"


def test_somebody_else_s_open_month_keeps_nobody_from_being_locked(
    ana: Provider, bea: Provider, manager: User
) -> None:
    for month in (MARCH, APRIL):
        run_month(month)
        closing.approve(month, manager)
    closing.lock(MARCH, manager, [statement_of(ana).pk])
    signed = closing.lock(APRIL, manager)
    assert signed.done == [statement_of(ana, APRIL)]
    assert [sentence.split(":")[0] for sentence in signed.refused] == [
        "Bea RN, April 2026"
    ]


def test_a_later_open_month_keeps_nobody_from_being_locked(
    ana: Provider, manager: User
) -> None:
    run_month(APRIL)
    close(MARCH, manager)
    assert statement_of(ana).status == "locked"


def test_how_many_approvals_fell_is_said(
    ana: Provider, bea: Provider, manager: User
) -> None:
    agree(None, TEN_PERCENT)
    run_month(MARCH)
    closing.approve(MARCH, manager)
    pay(ana, 10_000)
    signed = closing.lock(MARCH, manager)
    assert signed.done == [statement_of(bea)]
    assert signed.refused == ["1 no longer approved: the amounts have changed."]
