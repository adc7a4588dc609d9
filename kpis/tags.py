"""The same counts by tag. A lead with two tags is in both rows, so rows overlap."""

from collections import defaultdict
from typing import Any

from kpis.breakdown import Breakdown, Row
from kpis.database import rows
from kpis.definitions import Basis
from kpis.figures import Base, row_figures
from kpis.period import Window
from kpis.queries import COHORT, EVENTS, LEADS
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


def by_tag(window: Window, basis: Basis) -> Tagged:
    """Tag id → what its leads count up to; under None what has no tag."""
    questions = (COHORT,) if basis == Basis.COHORT else (LEADS, EVENTS)
    found: dict[str | None, list[Base]] = defaultdict(list)
    for sql in questions:
        for row in _ask(sql, window):
            found[row.pop("tag_id")].append(Base(**row))
    return {tag: Base.sum(bases) for tag, bases in found.items()}


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
