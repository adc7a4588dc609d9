"""Counts by the person to whom a lead is assigned now."""

from collections.abc import Iterable
from typing import Any

from kpis.metrics.definitions import Basis
from kpis.metrics.figures import Counts, row_figures
from kpis.metrics.sql import query
from kpis.models.rollup import Dimension
from kpis.period import Window
from kpis.queries.breakdown import Breakdown, Row
from kpis.queries.counts import keyed_counts
from kpis.queries.database import rows
from kpis.rollups import reading
from medspa.models import User

UNASSIGNED = "Unassigned"
# The key of the last row of a table whose numbers aren't those of the cards.
ALL_PEOPLE = "all"
ASSIGNED_TO = "lead.assigned_to_id"
Assigned = dict[str | None, Counts]


def by_assigned(
    window: Window, basis: Basis, freshness: reading.Freshness | None = None
) -> Assigned:
    """Person's id → what their leads count up to; under None what has nobody."""
    fresh = freshness or reading.freshness(window)
    if fresh.for_cohort if basis == Basis.COHORT else fresh.for_period:
        return by_assigned_from_rollups(window, basis)
    return by_assigned_from_rows(window, basis)


def by_assigned_from_rollups(window: Window, basis: Basis) -> Assigned:
    """From the rollups, which have to be fresh."""
    ask = reading.cohort_rows if basis == Basis.COHORT else reading.period_rows
    answer = ask(window.period, Dimension.ASSIGNED, reading.BY_KEY)
    return keyed_counts(answer, "key")


def by_assigned_from_rows(window: Window, basis: Basis) -> Assigned:
    """The same, counted from leads and events themselves."""
    names = ("cohort",) if basis == Basis.COHORT else ("leads", "events")
    answers = (row for name in names for row in _ask(name, window))
    return keyed_counts(answers, "assigned_to_id")


def _ask(name: str, window: Window) -> list[dict[str, Any]]:
    sql = query("counts", name, group_by=ASSIGNED_TO, joined="")
    return rows(f"{sql} GROUP BY 1", window)


def assigned_rows(assigned: Assigned) -> Breakdown:
    names = names_of_people(assigned)
    found = [
        Row(person, names[person], row_figures(base, None))
        for person, base in assigned.items()
    ]
    return Breakdown("assigned", found)


def names_of_people(ids: Iterable[str | None]) -> dict[str | None, str]:
    """What rows are called; people who can't sign in any more are named as such."""
    people = User.objects.filter(pk__in=[person for person in ids if person])
    names: dict[str | None, str] = {
        person.pk: str(person) if person.may_sign_in else f"{person} (deactivated)"
        for person in people
    }
    return names | {None: UNASSIGNED}
