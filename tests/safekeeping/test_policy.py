"""Every table of the database has a rule, or a reason why it needs none."""

from datetime import date

from django.apps import apps

from medspa.months import years_before
from safekeeping.retention.policy import KEPT, RULES


def test_every_table_has_a_rule_or_a_reason() -> None:
    models = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    ruled = {table for rule in RULES for table in rule.tables}
    assert models - ruled - set(KEPT) == set()
    assert (ruled | set(KEPT)) - models == set()
    assert not ruled & set(KEPT)


def test_a_period_ends_on_the_same_day_of_the_year() -> None:
    assert years_before(date(2026, 11, 27), 7) == date(2019, 11, 27)
    assert years_before(date(2028, 2, 29), 7) == date(2021, 3, 1)
