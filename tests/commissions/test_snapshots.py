"""What a statement's snapshot keeps of its lines and of the rules that paid them."""

from datetime import date

import pytest

from commissions.models import Provider
from commissions.rules.versions import RuleChange, change_rule
from commissions.statements.calculate import run_month
from commissions.statements.snapshot import earned_lines
from medspa.models import User
from tests.commissions.clinic import (
    APRIL,
    MARCH,
    TEN_PERCENT,
    agree,
    close,
    pay,
    statement_of,
)

pytestmark = pytest.mark.django_db


def test_the_lines_are_in_the_order_of_the_statement(
    ana: Provider, manager: User
) -> None:
    """Whichever was written first."""
    agree(ana, TEN_PERCENT)
    pay(ana, 20_000, day=20)
    run_month(MARCH)
    pay(ana, 5_000, day=5)
    close(MARCH, manager)
    march = statement_of(ana)
    assert [line["amount_cents"] for line in march.snapshot_json["lines"]] == [
        500,
        2_000,
    ]
    assert [line["id"] for line in march.snapshot_json["lines"]] == list(
        march.lines.order_by("position").values_list("pk", flat=True)
    )


def test_a_rule_is_kept_with_its_days(ana: Provider, manager: User) -> None:
    last = date(2026, 12, 31)
    ends = agree(ana, TEN_PERCENT, effective_to=last)
    pay(ana, 10_000)
    close(MARCH, manager)
    kept = statement_of(ana).snapshot_json["rules"][ends.pk]
    assert (kept["effective_from"], kept["effective_to"]) == (
        "2026-01-01",
        "2026-12-31",
    )


def test_a_draw_s_rule_is_kept_though_no_line_names_it(
    ana: Provider, manager: User
) -> None:
    draw = agree(ana, {"type": "draw", "amount_cents": 9_000, "recoverable": True})
    close(MARCH, manager)
    kept = statement_of(ana).snapshot_json
    assert kept["lines"] == []
    assert kept["rules"][draw.pk]["rule_json"] == draw.rule_json


def test_a_rule_that_is_gone_is_kept_with_the_line_that_takes_back_what_it_paid(
    ana: Provider, manager: User
) -> None:
    gone = agree(ana, TEN_PERCENT)
    pay(ana, 10_000)
    close(MARCH, manager)
    terms = {**TEN_PERCENT, "rate_bps": 2_000}
    change = RuleChange(ana.pk, "", terms, 0, gone.effective_from, None)
    following = change_rule(gone, change)
    close(APRIL, manager)
    kept = statement_of(ana, APRIL).snapshot_json
    assert sorted(line["amount_cents"] for line in kept["lines"]) == [-1_000, 2_000]
    assert {key: rule["version"] for key, rule in kept["rules"].items()} == {
        gone.pk: 1,
        following.pk: 2,
    }


def test_what_was_earned_is_told_from_what_was_corrected(
    ana: Provider, manager: User
) -> None:
    agree(ana, TEN_PERCENT)
    close(MARCH, manager)
    pay(ana, 10_000, MARCH)
    pay(ana, 20_000, APRIL)
    close(APRIL, manager)
    snapshot = statement_of(ana, APRIL).snapshot_json
    assert [line["amount_cents"] for line in snapshot["lines"]] == [2_000, 1_000]
    assert [line.amount_cents for line in earned_lines(snapshot)] == [2_000]
