"""Every part, file and page of rows of the KPIs, for a month and for two years.

And the figures of the board that are loaded after it, of now and of a past day.
"""

from datetime import timedelta

from bench.questions import Clinic, Question
from kpis.page.parts import PAGE_PARTS
from kpis.page.tables import KPI_TABLES
from medspa.clinic_time import clinic_today

KPIS, ROWS, AGES = "/kpis/", "/kpis/rows/", "/leads/board/ages/"
# What opens rows that no other question walks: the metric, its table, its row.
DRILLED = (
    ("reached", "leaks", "leads"),
    ("went_on", "leaks", "booked"),
    ("lost", "leaks", "shown"),
    ("given_up", "leaks", "leads"),
    ("lost_cents", "leaks", "shown"),
    ("open_count", "forecast", "all"),
    ("weighted_cents", "forecast", "all"),
    ("overdue_count", "forecast", "all"),
    ("weighted_cents", "forecast", ""),
    ("booked_leads", "procedure", "LASER"),
    ("net_revenue_cents", "procedure", "LASER"),
    ("new_customers", "procedure", ""),
    ("leads", "tag", ""),
)
PAST_DAYS = (7, 30, 180)


def kpi_questions(clinic: Clinic) -> list[Question]:
    get = clinic.get
    today = clinic_today()
    ranges = {
        days: {"from": str(today - timedelta(days=days - 1)), "to": str(today)}
        for days in (30, 730)
    }
    found = [
        Question(
            f"KPI part {key}, {days} days",
            lambda key=key, asked=asked: clinic.get_part(KPIS, part=key, **asked),
            is_page=True,
        )
        for days, asked in ranges.items()
        for key in PAGE_PARTS
    ]
    found += [
        Question(
            f"KPI file {key}, 730 days",
            lambda key=key: b"".join(get(KPIS, export=key, **ranges[730])),
        )
        for key in KPI_TABLES
    ]
    drilled = [
        *DRILLED,
        *(
            (metric, "stages", clinic.open_stages[1].pk)
            for metric in ("n", "ageing_median_seconds")
        ),
    ]
    found += [
        Question(
            f"KPI rows {metric} {by} {key[:6]}",
            lambda metric=metric, by=by, key=key: get(
                ROWS, rows=metric, by=by, key=key, **ranges[730]
            ),
            is_page=True,
        )
        for metric, by, key in drilled
    ]
    return [*found, *_ages(clinic)]


def _ages(clinic: Clinic) -> list[Question]:
    today = clinic_today()
    return [
        Question("board ages", lambda: clinic.get(AGES), is_page=True),
        *(
            Question(
                f"board ages, {days} days ago",
                lambda day=today - timedelta(days=days): clinic.get(
                    AGES, as_of=str(day)
                ),
                is_page=True,
            )
            for days in PAST_DAYS
        ),
    ]
