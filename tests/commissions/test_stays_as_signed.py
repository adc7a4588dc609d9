"""What was signed, and the rules it was calculated by, change no more; by any SQL."""

from typing import Any

import pytest
from django.db import connection

from commissions.models import CommissionRule, Provider, Statement
from commissions.refusals import RuleChangeRefused
from commissions.statements import closing
from commissions.statements.calculate import run_month
from medspa.models import User
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
    statement_of,
)
from tests.commissions.test_signatures import refused_by
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
AS_LOCKED = "commissions_statement_stays_as_locked"
AS_SIGNED = "commissions_statementline_stays_as_signed"
ADD_UP = "commissions_statement_lines_add_up"
AS_USED = "commissions_commissionrule_stays_as_used"
# Paying and replacing write these.
FREE = {"status", "paid_at", "paid_by", "superseded_at", "superseded_by"}


@pytest.fixture
def ana() -> Provider:
    ana = hire("Ana RN")
    agree(ana, TEN_PERCENT)
    pay(ana, 100_000)
    return ana


@pytest.fixture
def locked(ana: Provider, manager: User) -> Statement:
    close(MARCH, manager)
    return statement_of(ana)


def refused_change(change: str, *values: Any) -> str:
    """The constraint that refuses `change` of a statement; the last value is its id."""
    return refused_by(
        f"UPDATE commissions_statement SET {change} WHERE id = %s",  # noqa: S608
        *values,
    )


# Statements -----------------------------------------------------------------


def test_no_other_column_of_a_locked_statement_changes(locked: Statement) -> None:
    filled = {
        field.column
        for field in Statement._meta.concrete_fields
        if field.name not in FREE and getattr(locked, field.attname) is not None
    }
    assert {"locked_by_id", "locked_at", "snapshot_json", "payable_cents"} <= filled
    for column in filled:
        assert refused_change(f"{column} = NULL", locked.pk) == AS_LOCKED, column


@pytest.mark.parametrize(
    "change",
    [
        "paid_by_id = %s",
        "paid_at = paid_at + interval '1 day', paid_by_id = %s",
        "superseded_at = now(), superseded_by_id = %s",
    ],
)
def test_a_paid_statement_is_neither_paid_again_nor_replaced(
    change: str, locked: Statement, manager: User
) -> None:
    closing.mark_paid(MARCH, manager)
    assert refused_change(change, UserFactory().pk, locked.pk) == AS_LOCKED


@pytest.mark.parametrize(
    "change",
    [
        "superseded_by_id = %s",
        "superseded_at = superseded_at - interval '1 day', superseded_by_id = %s",
        "status = 'paid', paid_at = now(), paid_by_id = %s",
    ],
)
def test_a_replaced_revision_changes_no_more(
    change: str, locked: Statement, manager: User
) -> None:
    assert closing.unlock(locked, manager).done
    assert refused_change(change, UserFactory().pk, locked.pk) == AS_LOCKED


# Lines ----------------------------------------------------------------------

COPY_LINE = """
INSERT INTO commissions_statementline SELECT (jsonb_populate_record(
    line, '{"id": "copied", "position": 9, "amount_cents": 0}')).*
FROM commissions_statementline line WHERE statement_id = %s
"""


@pytest.mark.parametrize(
    "sql",
    [
        COPY_LINE,
        "UPDATE commissions_statementline SET position = 9 WHERE statement_id = %s",
        "DELETE FROM commissions_statementline WHERE statement_id = %s",
    ],
    ids=["added", "changed", "removed"],
)
@pytest.mark.parametrize("status", ["approved", "locked"])
def test_the_lines_of_a_signed_statement_stay(
    status: str, sql: str, ana: Provider, manager: User
) -> None:
    run_month(MARCH)
    closing.approve(MARCH, manager)
    if status == "locked":
        closing.lock(MARCH, manager)
    assert statement_of(ana).status == status
    assert refused_by(sql, statement_of(ana).pk) == AS_SIGNED


def test_no_line_moves_between_a_signed_statement_and_a_draft(
    locked: Statement, ana: Provider
) -> None:
    pay(ana, 50_000, APRIL)
    run_month(APRIL)
    draft = statement_of(ana, APRIL)
    move = (
        "UPDATE commissions_statementline SET statement_id = %s WHERE statement_id = %s"
    )
    assert refused_by(move, draft.pk, locked.pk) == AS_SIGNED
    assert refused_by(move, locked.pk, draft.pk) == AS_SIGNED


def check_at_once() -> None:
    """What waits for the end of the transaction is checked now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.parametrize("total", ["lines_cents", "adjustments_cents"])
def test_totals_are_compared_with_the_lines_at_each_change(
    total: str, ana: Provider
) -> None:
    run_month(MARCH)
    check_at_once()
    change = f"{total} = {total} + 5, payable_cents = payable_cents + 5"
    assert refused_change(change, statement_of(ana).pk) == ADD_UP


def test_a_new_statement_is_compared_with_its_lines_too(ana: Provider) -> None:
    run_month(MARCH)
    copy = """
        INSERT INTO commissions_statement SELECT (jsonb_populate_record(
            s, '{"id": "copied", "month": "2026-04-01"}')).*
        FROM commissions_statement s WHERE id = %s
    """
    assert refused_by(copy, statement_of(ana).pk) == ADD_UP


def test_what_a_draw_recovers_is_part_of_the_totals(ana: Provider) -> None:
    agree(ana, DRAW)
    pay(ana, 200_000, MAY)
    for month in (MARCH, APRIL, MAY):
        run_month(month)
    check_at_once()
    may = statement_of(ana, MAY)
    assert (may.draw_recovered_cents, may.adjustments_cents) == (9_000, -9_000)
    change = "adjustments_cents = 0, payable_cents = payable_cents + 9000"
    assert refused_change(change, may.pk) == ADD_UP


# Rules ----------------------------------------------------------------------


@pytest.mark.parametrize("terms", [TEN_PERCENT, DRAW], ids=["line", "draw"])
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE commissions_commissionrule SET priority = 3 WHERE id = %s",
        "UPDATE commissions_commissionrule SET effective_from = '2026-01-02' "
        "WHERE id = %s",
        "DELETE FROM commissions_commissionrule WHERE id = %s",
    ],
    ids=["priority", "first_day", "gone"],
)
def test_what_a_statement_was_calculated_by_stays(
    change: str, terms: dict[str, Any], manager: User
) -> None:
    bea = hire("Bea RN")
    rule: CommissionRule = agree(bea, terms)
    pay(bea, 10_000)
    run_month(MARCH)
    assert refused_by(change, rule.pk) == AS_USED


@pytest.mark.parametrize("terms", [TEN_PERCENT, DRAW], ids=["line", "draw"])
def test_what_a_statement_was_calculated_by_is_not_removed(
    terms: dict[str, Any], manager: User
) -> None:
    bea = hire("Bea RN")
    rule: CommissionRule = agree(bea, terms)
    pay(bea, 10_000)
    run_month(MARCH)
    with pytest.raises(RuleChangeRefused, match="Set an end date instead"):
        rule.delete()
    assert CommissionRule.objects.get() == rule
