"""Counts by tag. A lead with two tags is in both rows, so rows overlap."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from kpis.metrics.definitions import Basis
from kpis.metrics.figures import COUNTED_MEASURES, Counts, row_figures
from kpis.metrics.sql import query
from kpis.models.rollup import Dimension
from kpis.period import Window
from kpis.queries.breakdown import Breakdown, Row
from kpis.queries.database import rows
from kpis.rollups import reading
from leads.models import Tag

UNTAGGED = "Without a tag"
NOTE = (
    "A lead with two tags counts in both rows, so the rows can add up to more than "
    "the last one."
)
Tagged = dict[str | None, Counts]
BY_TAG = set(COUNTED_MEASURES) - {"immature_leads"}


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
    return _collect(ask(window.period, Dimension.TAG, reading.BY_KEY), "key")


def by_tag_from_rows(window: Window, basis: Basis) -> Tagged:
    """The same, counted from leads and events themselves."""
    names = ("cohort",) if basis == Basis.COHORT else ("leads", "events")
    return _collect((row for name in names for row in _ask(name, window)), "tag_id")


def _collect(answer: Iterable[dict[str, Any]], key: str) -> Tagged:
    """Only of tags of which there is anything. How young the leads are isn't asked."""
    found: dict[str | None, list[Counts]] = defaultdict(list)
    for row in answer:
        counts = {name: value for name, value in row.items() if name in BY_TAG}
        found[row[key]].append(Counts(**counts))
    summed = {tag: Counts.sum(bases) for tag, bases in found.items()}
    return {tag: base for tag, base in summed.items() if base != Counts()}


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
