"""Every part, file and page of rows of the KPIs, for a month and for two years.

And the figures of the board that are loaded after it, of now and of a past day, and the
lists of facts in the admin.
"""

from datetime import timedelta
from typing import Any

from bench.questions import Clinic, Question
from kpis.page.parts import PAGE_PARTS, PART_GROUPS
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
LISTS = ("kpis/kpievent", "leads/leadstage", "leads/activity", "leads/task")


def kpi_questions(clinic: Clinic) -> list[Question]:
    get = clinic.get
    today = clinic_today()
    ranges = {
        days: {"from": str(today - timedelta(days=days - 1)), "to": str(today)}
        for days in (30, 730)
    }
    found = [
        Question(
            f"KPI page with its parts, {days} days",
            lambda asked=asked: _whole_page(clinic, asked),
        )
        for days, asked in ranges.items()
    ]
    found += [
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
    return [*found, *_ages(clinic), *_lists(clinic)]


def _whole_page(clinic: Clinic, asked: dict[str, str]) -> None:
    """What a browser asks for that scrolls to its end."""
    clinic.get(KPIS, **asked)
    for group in PART_GROUPS:
        clinic.get_part(KPIS, part=[part.key for part in group], **asked)


def _lists(clinic: Clinic) -> list[Question]:
    search = {"q": clinic.lead.pk}
    return [
        *(
            Question(
                f"admin list {name}",
                lambda name=name: _list(clinic, name),
                is_page=True,
            )
            for name in LISTS
        ),
        Question(
            "admin search of events",
            lambda: _list(clinic, LISTS[0], **search),
            is_page=True,
        ),
    ]


def _list(clinic: Clinic, name: str, **asked: str) -> Any:
    return clinic.get(f"/admin/{name}/", **asked)


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
