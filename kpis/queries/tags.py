"""Counts by tag. A lead with two tags is in both rows, so rows overlap."""

from kpis.metrics.figures import row_figures
from kpis.metrics.sql import query
from kpis.models.rollup import Dimension
from kpis.queries.breakdown import Breakdown, Row
from kpis.queries.keyed_counts import CountsByKey, KeyedCounts
from leads.models import Tag

UNTAGGED = "Without a tag"
NOTE = (
    "A lead with two tags counts in both rows, so the rows can add up to more than "
    "the last one."
)
# By the id of the tag; under None what has no tag.
BY_TAG = CountsByKey(Dimension.TAG, "tagged.tag_id", query("counts", "by_tag"))


def tag_rows(tagged: KeyedCounts) -> Breakdown:
    """Every tag that somebody has, by name, then those without one."""
    names = dict(Tag.objects.values_list("id", "name"))
    found = [
        Row(tag, names[tag] if tag else UNTAGGED, row_figures(base, None))
        for tag, base in tagged.items()
        if tag is None or tag in names
    ]
    found.sort(key=lambda row: (row.id is None, row.name))
    return Breakdown("tag", found)
