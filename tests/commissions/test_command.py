"""manage.py commissions: works a month out, prints it, locks what is approved."""

import csv
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from commissions.models import Provider
from commissions.statements import closing
from medspa.models import User
from tests.commissions.clinic import (
    MARCH,
    TEN_PERCENT,
    agree,
    hire,
    pay,
    statement_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> Provider:
    ana = hire("Ana RN")
    agree(ana, TEN_PERCENT)
    pay(ana, 45_005)
    return ana


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("commissions", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_the_table_shows_everybody(ana: Provider) -> None:
    table = run("--period", "2026-03")
    assert "Ana RN" in table
    assert "$45.01" in table
    assert "1 statements, $45.01 payable" in table


def test_json_has_the_keys_of_the_reference_cases(ana: Provider) -> None:
    (statement,) = json.loads(run("--period", "2026-03", "--format", "json"))
    assert statement["period"] == "2026-03"
    assert statement["payable_cents"] == 4501
    (line,) = statement["lines"]
    assert (line["exact"], line["amount_cents"], line["note"]) == ("9001/2", 4501, "")


def test_csv_is_one_row_a_statement(ana: Provider) -> None:
    text = run("--period", "2026-03", "--format", "csv")
    (row,) = csv.DictReader(StringIO(text))
    assert (row["Provider"], row["Payable ($)"]) == ("Ana RN", "45.01")


def test_one_provider_by_name_or_id(ana: Provider) -> None:
    other = hire("Bea RN")
    assert "Bea RN" not in run("--period", "2026-03", "--provider", "ana rn")
    assert "Ana RN" not in run("--period", "2026-03", "--provider", other.pk)
    with pytest.raises(CommandError, match="no provider"):
        run("--period", "2026-03", "--provider", "Nobody")


@pytest.mark.parametrize("period", ["2026", "2026-13", "March", "2099-01"])
def test_a_period_that_is_none_is_refused(period: str) -> None:
    with pytest.raises(CommandError):
        run("--period", period)


def test_lock_takes_what_is_approved_and_who_may(
    ana: Provider, manager: User, front_desk: User
) -> None:
    run("--period", "2026-03")
    run("--period", "2026-03", "--lock", "--user", manager.username)
    assert statement_of(ana).status == "draft"
    closing.approve(MARCH, manager)
    with pytest.raises(CommandError, match="can lock"):
        run("--period", "2026-03", "--lock", "--user", front_desk.username)
    run("--period", "2026-03", "--lock", "--user", manager.username)
    assert statement_of(ana).locked_by == manager


def test_the_history_of_a_lock_names_who_locked(ana: Provider, manager: User) -> None:
    run("--period", "2026-03")
    closing.approve(MARCH, manager)
    run("--period", "2026-03", "--lock", "--user", manager.username)
    row = statement_of(ana).history.latest()
    assert (row.status, row.history_user) == ("locked", manager)


def test_payments_that_lack_credit_are_counted_as_such(
    ana: Provider,
) -> None:
    pay(None, 10_000)
    pay(ana, 10_000, share=5_000)
    said = StringIO()
    call_command("commissions", "--period", "2026-03", stdout=StringIO(), stderr=said)
    assert "2 payments without full credit" in said.getvalue()
    assert "refunds of voided payments" not in said.getvalue()


def test_with_one_provider_only_their_statement_is_locked(
    ana: Provider, manager: User
) -> None:
    bea = hire("Bea RN")
    run("--period", "2026-03")
    closing.approve(MARCH, manager)
    chosen = ["--provider", "ana rn", "--lock", "--user", manager.username]
    run("--period", "2026-03", *chosen)
    assert (statement_of(ana).status, statement_of(bea).status) == (
        "locked",
        "approved",
    )
