"""Which rules and people a month is worked out from, and the digest of it all."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection

from commissions.engine import Earner as Person
from commissions.engine import InputRefused, Inputs
from commissions.models import CommissionRule, Provider
from commissions.rules.versions import RuleChange, change_rule
from commissions.statements.calculate import run_month
from commissions.statements.loading import digest_of, load, load_rules
from medspa.clinic_time import clinic_zone
from tests.commissions import small_month
from tests.commissions.clinic import APRIL, MARCH, MAY, TEN_PERCENT, agree, hire, pay
from tests.rules import let_history_change

pytestmark = pytest.mark.django_db


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clinic_zone())


@pytest.mark.parametrize(
    ("begins", "is_read"), [(date(2026, 4, 30), True), (MAY, False)]
)
def test_rules_that_begin_by_the_end_of_the_month_are_read(
    begins: date, is_read: bool
) -> None:
    rule = agree(hire(), TEN_PERCENT, effective_from=begins)
    assert [row.id for row in load_rules(APRIL)] == [rule.pk] * is_read


def test_ended_rules_are_read_and_removed_ones_are_not() -> None:
    ended = agree(hire(), TEN_PERCENT, effective_to=date(2026, 1, 31))
    agree(hire(), TEN_PERCENT).delete()
    assert [row.id for row in load_rules(APRIL)] == [ended.pk]


def test_a_rule_s_columns_are_read_as_they_are() -> None:
    ana = hire()
    own = agree(ana, TEN_PERCENT, priority=3, effective_to=date(2026, 12, 31))
    roles = agree(None, TEN_PERCENT, role="laser")
    found = {row.id: row for row in load_rules(APRIL)}
    row = found[own.pk]
    assert (row.provider, row.role, row.priority) == (ana.pk, None, 3)
    assert (row.effective_from, row.effective_to) == (
        date(2026, 1, 1),
        date(2026, 12, 31),
    )
    assert row.terms == own.rule
    assert (found[roles.pk].provider, found[roles.pk].role) == (None, "laser")


def test_every_version_names_the_first_also_over_one_set_aside() -> None:
    ana = hire()
    pay(ana, 10_000)
    first = row = agree(ana, TEN_PERCENT)
    run_month(MARCH)
    for number, begins in enumerate((MARCH, MARCH, APRIL)):
        terms = {**TEN_PERCENT, "rate_bps": 100 + number}
        row = change_rule(row, RuleChange(ana.pk, "", terms, 0, begins, None))
        run_month(MARCH)
    assert CommissionRule.all_objects.deleted().exists()
    assert {row.chain for row in load_rules(APRIL)} == {first.pk}


def test_a_rule_that_cannot_be_read_is_named() -> None:
    rule = agree(hire(), TEN_PERCENT)
    rows = CommissionRule.objects.filter(pk=rule.pk)
    rows.update(rule_json={**TEN_PERCENT, "rate_bps": -1})
    with pytest.raises(
        InputRefused, match=f"The rule {rule.pk} cannot be read. rate_bps"
    ):
        load_rules(APRIL)


def history_at(person: Provider, moment: datetime) -> None:
    """The person's last change was at `moment`."""
    let_history_change(Provider)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE commissions_providerhistory SET history_date = %s "
            "WHERE history_id = (SELECT max(history_id) "
            "FROM commissions_providerhistory WHERE id = %s)",
            [moment, person.pk],
        )


@pytest.mark.parametrize(
    ("promoted", "role"),
    [
        ("2026-04-30T23:59:59", "laser"),
        ("2026-05-01T00:00:00", "injector"),
        ("2026-03-01T00:00:00", "laser"),
    ],
)
def test_a_role_is_that_of_the_month_s_end(promoted: str, role: str) -> None:
    ana = hire()
    history_at(ana, local("2026-01-01T00:00:00"))
    ana.role = "laser"
    ana.save()
    history_at(ana, local(promoted))
    assert load(APRIL).inputs.providers[ana.pk].role == role


def test_who_came_later_has_the_role_of_today() -> None:
    ana = hire(role="laser")
    assert load(date(2020, 1, 1)).inputs.providers[ana.pk].role == "laser"


@pytest.mark.parametrize(
    ("left", "day"),
    [
        ("2026-04-30T23:59:59", date(2026, 4, 30)),
        ("2026-05-01T00:00:00", None),
        ("2026-01-31T23:00:00", date(2026, 1, 31)),
    ],
)
def test_who_left_by_the_month_s_end_has_left_on_their_local_day(
    left: str, day: date | None
) -> None:
    ana = hire()
    Provider.objects.filter(pk=ana.pk).update(deleted_at=local(left))
    assert load(APRIL).inputs.providers[ana.pk].left_on == day


# The digest -----------------------------------------------------------------

RULE = small_month.rule("R1", small_month.TENTH, effective_to=date(2026, 4, 15))
SALE = small_month.paid("e1", 100)
ANA = Person("P1", "injector")


def digest(rules: Any = (RULE,), events: Any = (SALE,), people: Any = (ANA,)) -> str:
    known = {person.id: person for person in people}
    return digest_of(Inputs(rules, events, known, small_month.ZONE), APRIL, MARCH)


@pytest.mark.parametrize(
    "other",
    [
        {"id": "R2"},
        {"terms": small_month.rule("R1", small_month.FLAT).terms},
        {"effective_from": date(2026, 1, 2)},
        {"effective_to": date(2026, 4, 14)},
        {"effective_to": None},
        {"provider": "P1"},
        {"role": "laser"},
        {"priority": 1},
        {"chain": "R0"},
    ],
    ids=str,
)
def test_the_digest_changes_with_everything_of_a_rule(other: dict) -> None:
    assert digest(rules=[replace(RULE, **other)]) != digest()
    assert digest(rules=[]) != digest()


@pytest.mark.parametrize(
    "other",
    [
        {"id": "e2"},
        {"kind": "consult_show"},
        {"occurred_at": datetime(2026, 3, 10, 17, 0, 0, 1, tzinfo=UTC)},
        {"value_cents": 101},
        {"lead": "L2"},
        {"procedure": "BTX"},
        {"category": "retail"},
        {"cost_cents": 1},
        {"credits": ()},
        {"refund_of": "e0"},
    ],
    ids=str,
)
def test_the_digest_changes_with_everything_of_an_event(other: dict) -> None:
    assert digest(events=[SALE._replace(**other)]) != digest()


def test_the_digest_changes_with_every_event_also_the_last_of_thousands() -> None:
    events = [SALE._replace(id=f"e{number}") for number in range(2_001)]
    found = {digest(events=events[:count]) for count in (999, 1_000, 1_001, 2_000)}
    assert len({*found, digest(events=events)}) == 5


@pytest.mark.parametrize(
    "other", [{"id": "P2"}, {"role": "laser"}, {"left_on": APRIL}], ids=str
)
def test_the_digest_changes_with_everything_of_a_provider(other: dict) -> None:
    assert digest(people=[replace(ANA, **other)]) != digest()


def test_an_end_after_the_month_changes_no_digest() -> None:
    ends = (None, date(2026, 4, 30), date(2026, 5, 1), date(2030, 1, 1))
    found = {digest(rules=[replace(RULE, effective_to=end)]) for end in ends}
    assert len(found) == 1
