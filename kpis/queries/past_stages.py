"""How many leads every stage had at the end of a past day, and what they are worth now.

Leads that were deleted since were there then, and count.
"""

from datetime import datetime, timedelta

from kpis.metrics.sql import query
from kpis.period import Period, Window
from kpis.queries.database import rows
from kpis.rollups import reading
from kpis.rollups.refresh import are_built
from leads.board.past_figures import past_figures
from medspa import clock
from medspa.clinic_time import clinic_zone, local_date

# Stage id → (leads, cents).
StageFigures = dict[str, tuple[int, int]]
STAGES_AT = query("reading", "stages_at")


def stages_at(end: datetime) -> StageFigures | None:
    """Just before `end`; None if no day begins then, or the rollups can't answer."""
    zone = clinic_zone()
    day = local_date(end, zone)
    window = Window(Period(day, day), zone, clock.now())
    # A small clinic's totals are built by its KPI page, not by a board.
    if window.start != end or not are_built(zone.key) or not reading.is_fresh(window):
        return None
    return _before(window)


def stages_from_rollups(window: Window) -> StageFigures | None:
    """At the end of the window, from the rollups, which have to be fresh."""
    after = window.period.last + timedelta(days=1)
    return _before(Window(Period(after, after), window.zone, window.as_of))


def stages_from_rows(window: Window) -> StageFigures:
    """The same, worked back from the stages of now."""
    return {id: found for id, found in past_figures(window.end).items() if any(found)}


def _before(window: Window) -> StageFigures | None:
    """None if something changed since the rollups were brought up to date."""
    found = rows(STAGES_AT, window, day=window.period.first)
    if any(row["is_dirty"] for row in found):
        return None
    figures = {row["stage"]: (row["leads"], row["cents"]) for row in found}
    return {stage: pair for stage, pair in figures.items() if any(pair)}
