"""Counts by tag. A lead with two tags is in both rows, so rows overlap."""

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
from leads.models import Tag

UNTAGGED = "Without a tag"
NOTE = (
    "A lead with two tags counts in both rows, so the rows can add up to more than "
    "the last one."
)
Tagged = dict[str | None, Counts]


def by_tag(
    window: Window, basis: Basis, freshness: reading.Freshness | None = None
) -> Tagged:
    """Tag id → what its leads count up to; under None what has no tag."""
    fresh = freshness or reading.freshness(window)
    if fresh.for_cohort if basis == Basis.COHORT else fresh.for_period:
        return by_tag_from_rollups(window, basis)
    return by_tag_from_rows(window, basis)


def by_tag_from_rollups(window: Window, basis: Basis) -> Tagged:
    """From the rollups, which have to be fresh."""
    ask = reading.cohort_rows if basis == Basis.COHORT else reading.period_rows
    return keyed_counts(ask(window.period, Dimension.TAG, reading.BY_KEY), "key")


def by_tag_from_rows(window: Window, basis: Basis) -> Tagged:
    """The same, counted from leads and events themselves."""
    names = ("cohort",) if basis == Basis.COHORT else ("leads", "events")
    answers = (row for name in names for row in _ask(name, window))
    return keyed_counts(answers, "tag_id")


def _ask(name: str, window: Window) -> list[dict[str, Any]]:
    joined = query("counts", "by_tag")
    sql = query("counts", name, group_by="tagged.tag_id", joined=joined)
    return rows(f"{sql} GROUP BY 1", window)


def tag_rows(tagged: Tagged) -> Breakdown:
    """Every tag that somebody has, by name, then those without one."""
    names = dict(Tag.objects.values_list("id", "name"))
    found = [
        Row(tag, names[tag] if tag else UNTAGGED, row_figures(base, None))
        for tag, base in tagged.items()
        if tag is None or tag in names
    ]
    found.sort(key=lambda row: (row.id is None, row.name))
    return Breakdown("tag", found)
