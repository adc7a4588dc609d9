"""Counts by the person to whom a lead is assigned now."""

from collections.abc import Iterable

from kpis.metrics.figures import row_figures
from kpis.models.rollup import Dimension
from kpis.queries.breakdown import Breakdown, Row
from kpis.queries.keyed_counts import CountsByKey, KeyedCounts
from medspa.models import User

UNASSIGNED = "Unassigned"
# The key of the last row of a table whose numbers aren't those of the cards.
ALL_PEOPLE = "all"
ASSIGNED_TO = "lead.assigned_to_id"
# By the person's id; under None what has nobody.
BY_ASSIGNED = CountsByKey(Dimension.ASSIGNED, ASSIGNED_TO)


def assigned_rows(assigned: KeyedCounts) -> Breakdown:
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
