"""The same counts by tag. A lead with two tags is in both rows, so rows overlap."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from kpis.metrics.definitions import Basis
from kpis.metrics.figures import MEASURES, Base, row_figures
from kpis.period import Window
from kpis.queries.breakdown import Breakdown, Row
from kpis.queries.counts import COHORT, EVENTS, LEADS
from kpis.queries.database import rows
from kpis.rollups import reading
from kpis.rollups.dimensions import TAGS
from leads.models import Tag

UNTAGGED = "Without a tag"
NOTE = (
    "A lead with two tags counts in both rows, so the rows can add up to more than "
    "the last one."
)
# Retired tags mark nobody.
PLACE = "tagged.tag_id"
JOINED = """
LEFT JOIN (
    leads_leadtag tagged
    JOIN leads_tag tag ON tag.id = tagged.tag_id AND tag.deleted_at IS NULL
) ON tagged.lead_id = lead.id
"""

Tagged = dict[str | None, Base]
COUNTED = set(MEASURES) - {"immature_leads"}


def by_tag(window: Window, basis: Basis, trust: reading.Trust | None = None) -> Tagged:
    """Tag id → what its leads count up to; under None what has no tag."""
    trust = trust or reading.trusted(window)
    if trust.follows if basis == Basis.COHORT else trust.is_kept:
        return kept_by_tag(window, basis)
    return counted_by_tag(window, basis)


def kept_by_tag(window: Window, basis: Basis) -> Tagged:
    """From the sums, which have to be kept."""
    ask = reading.cohort_rows if basis == Basis.COHORT else reading.period_rows
    return _collect(ask(window.period, TAGS), "campaign_id")


def counted_by_tag(window: Window, basis: Basis) -> Tagged:
    """The same, counted from the rows themselves."""
    questions = (COHORT,) if basis == Basis.COHORT else (LEADS, EVENTS)
    return _collect((row for sql in questions for row in _ask(sql, window)), "tag_id")


def _collect(answer: Iterable[dict[str, Any]], name: str) -> Tagged:
    """Only of tags of which there is anything. How young the leads are isn't asked."""
    found: dict[str | None, list[Base]] = defaultdict(list)
    for row in answer:
        counts = {key: value for key, value in row.items() if key in COUNTED}
        found[row[name]].append(Base(**counts))
    summed = {tag: Base.sum(bases) for tag, bases in found.items()}
    return {tag: base for tag, base in summed.items() if base != Base()}


def _ask(sql: str, window: Window) -> list[dict[str, Any]]:
    return rows(f"{sql.format(place=PLACE, joined=JOINED)} GROUP BY 1", window)


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
