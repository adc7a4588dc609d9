"""Acts on money wait for the row that they are about before they read it further.

Another connection holds the row as any change of it does; a reference to it, or what
triggers lock later, would be too late: the act has decided by then.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from commissions.credits.crediting import split
from commissions.models import CommissionRule, Provider, StatementLine
from commissions.rules.versions import RuleChange, change_rule
from commissions.statements.disputes import dispute_line
from kpis.choices import VoidReason
from kpis.events import payments, undoing, voiding
from kpis.models import KpiEvent
from medspa.models import User
from tests.commissions.clinic import TEN_PERCENT, agree, hire, pay
from tests.committed import database_url
from tests.factories import StatementLineFactory


class Rows(NamedTuple):
    sale: KpiEvent
    rule: CommissionRule
    ana: Provider
    line: StatementLine


@pytest.fixture(scope="module")
def rows(committed_once: None) -> Rows:
    """Committed once: no act of these tests comes to change anything."""
    ana = hire("Ana RN")
    rule, line = agree(ana, TEN_PERCENT), StatementLineFactory()
    return Rows(pay(ana, 10_000), rule, ana, line)


def refund(rows: Rows) -> Any:
    return payments.record_refund(rows.sale.lead, rows.sale.pk, 10_000)


def void(rows: Rows) -> Any:
    return voiding.void(rows.sale.pk, VoidReason.TEST)


def take_back(rows: Rows) -> Any:
    nobody = User(username="nobody")
    return undoing.void(rows.sale.lead, rows.sale.pk, nobody, VoidReason.TEST)


def split_again(rows: Rows) -> Any:
    return split(rows.sale, {rows.ana.pk: 5_000})


def change(rows: Rows) -> Any:
    rule = rows.rule
    changed = RuleChange(
        rule.provider_id, "", rule.rule_json, 5, rule.effective_from, None
    )
    return change_rule(rule, changed)


def dispute(rows: Rows) -> Any:
    return dispute_line(rows.line, "amount", User(username="nobody"))


EVENTS, RULES = "kpis_kpievent", "commissions_commissionrule"
STATEMENTS = "commissions_statement"


@pytest.mark.parametrize(
    ("act", "table"),
    [
        (refund, EVENTS),
        (void, EVENTS),
        (take_back, EVENTS),
        (split_again, EVENTS),
        (change, RULES),
        (dispute, STATEMENTS),
    ],
    ids=["refund", "void", "take_back", "split_again", "change", "dispute"],
)
def test_an_act_waits_for_its_row_first(
    act: Callable[[Rows], Any], table: str, rows: Rows
) -> None:
    held = {
        EVENTS: rows.sale.pk,
        RULES: rows.rule.pk,
        STATEMENTS: rows.line.statement_id,
    }[table]
    with psycopg.connect(database_url()) as other:
        other.execute(
            f"SELECT FROM {table} WHERE id = %s FOR NO KEY UPDATE",
            [held],
        )
        with (
            CaptureQueriesContext(connection) as queries,
            pytest.raises(OperationalError, match="lock timeout"),
            transaction.atomic(),
        ):
            connection.cursor().execute("SET LOCAL lock_timeout = 50")
            act(rows)
    asked = [query["sql"] for query in queries if "FROM" in query["sql"]]
    assert len(asked) == 1, "the first thing asked for is the locked row"
    assert f'FROM "{table}"' in asked[0]
    assert "FOR " in asked[0]
