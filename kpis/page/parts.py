"""The parts of the KPI page that are loaded after its numbers, and its anchors."""

from collections.abc import Callable
from typing import NamedTuple

from kpis.extension_points import PersonTable, person_tables
from kpis.page import people_tables, speed_tables, tables
from kpis.page.table import KpiTable
from kpis.queries.numbers import KpiData
from medspa.extension_points import NamedExtensionPoint

TableBuilder = Callable[[KpiData], KpiTable]


class PagePart(NamedTuple):
    """Tables that are loaded after the page, so that its numbers don't wait for them.

    A paired part shows its two tables side by side. `added` are tables of apps above.
    `short` is its name in the list of parts.
    """

    key: str
    title: str
    short: str
    tables: tuple[TableBuilder, ...]
    is_paired: bool = False
    added: NamedExtensionPoint[PersonTable] | None = None

    @property
    def builders(self) -> tuple[TableBuilder, ...]:
        more = self.added.items().values() if self.added else ()
        return (*self.tables, *(table.build for table in more))


PAGE_PARTS = {
    part.key: part
    for part in (
        PagePart(
            "places",
            "By source, platform, procedure and tag",
            "Sources",
            (
                tables.by_source,
                tables.by_platform,
                tables.by_procedure,
                tables.by_tag,
            ),
        ),
        PagePart(
            "persons",
            "By person",
            "By person",
            (tables.by_assigned, speed_tables.speed_by_assigned),
            added=person_tables,
        ),
        PagePart(
            "people",
            "Cohorts by month and drop-off",
            "Cohorts",
            (people_tables.by_month, people_tables.drop_off),
        ),
        PagePart(
            "paces",
            "Speed to lead and consults",
            "Speed",
            (speed_tables.speed, tables.consults),
            is_paired=True,
        ),
        PagePart("arrivals", "Leads by hour", "Hours", (people_tables.by_hour,)),
        PagePart(
            "stages",
            "Time in stage and forecast",
            "Stages",
            (tables.time_in_stage, tables.forecast_table),
            is_paired=True,
        ),
    )
}

# What is loaded by one request when it is scrolled to: asking for each part by itself
# costs 5 ms more than its numbers do.
_PARTS = tuple(PAGE_PARTS.values())
PART_GROUPS = (_PARTS[:3], _PARTS[3:])


class PageAnchor(NamedTuple):
    """A place on the page that the list of its parts leads to."""

    id: str
    label: str


# What stands above the parts that are loaded later.
FIRST_ANCHORS = (
    PageAnchor("kpi-cards", "Key numbers"),
    PageAnchor("kpi-funnel", "Funnel"),
    PageAnchor("kpi-trend", "Trend"),
    PageAnchor("kpi-figures", "All figures"),
    PageAnchor("kpi-campaigns", "Campaigns"),
)
