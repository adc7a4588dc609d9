"""The tables of how soon leads were contacted."""

from kpis.metrics import definitions
from kpis.metrics.definitions import Basis
from kpis.metrics.display import Value
from kpis.page.table import KpiTable
from kpis.queries.assigned import ALL_PEOPLE, names_of_people
from kpis.queries.breakdown import Row
from kpis.queries.durations import Speed
from kpis.queries.numbers import KpiData

NAMES = {"any": "Any touch", "human": "By a person"}


def speed(numbers: KpiData) -> KpiTable:
    return KpiTable(
        "speed",
        "Speed to lead",
        "First touch",
        Basis.COHORT,
        list(definitions.SPEED.values()),
        [
            Row(who, NAMES[who], _figures(speed))
            for who, speed in numbers.speeds.items()
        ],
        period=numbers.window.period,
        note=_not_counted(numbers.speeds["any"].not_counted),
    )


def speed_by_assigned(numbers: KpiData) -> KpiTable:
    """The first touch by a person, of the leads that are assigned to each."""
    found = numbers.speed_by_assigned
    names = names_of_people(found)
    rows = [
        Row(person, names[person], _figures(speed))
        for person, speed in found.items()
        if speed.leads
    ]
    return KpiTable(
        "assigned_speed",
        "Speed to lead by assigned person",
        "Assigned to",
        Basis.COHORT,
        list(definitions.SPEED.values()),
        sorted(rows, key=_most_leads_first),
        Row(ALL_PEOPLE, "All", _figures(numbers.first_human_touch)),
        numbers.window.period,
        note="Touches by people; automatic texts don't count.",
    )


def _most_leads_first(row: Row) -> tuple[bool, int, str]:
    leads = row.figures["leads"]
    assert isinstance(leads, int)  # noqa: S101
    return row.id is None, -leads, row.name


def _figures(speed: Speed) -> dict[str, Value]:
    return {
        "leads": speed.leads,
        "contacted": speed.contacted,
        "uncontacted": speed.uncontacted,
        "median_seconds": speed.median_seconds,
        "within_5min": speed.within_5min,
        "within_5min_share_of_all_leads": speed.within_5min_share,
    }


def _not_counted(leads: int) -> str:
    if not leads:
        return ""
    which = "1 imported lead is" if leads == 1 else f"{leads:,} imported leads are"
    return f"{which} not counted: created more than a day before the import."
