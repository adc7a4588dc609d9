"""The clinic's settings as a request, a background job or a command has read them.

They stand in one row (`medspa.setup.models.Clinic`). Each reads it at most once and
goes on with what it read, so that one answer never mixes two time zones; the next one
sees what was changed meanwhile.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.formats import reset_format_cache

from medspa.clinic.read_once import (
    begin_reading_once,
    forget,
    is_reading_once,
    read_once,
    what_is_known,
)
from medspa.clinic.settings import ClinicSettings

# The one row as JSON. The person of a request is loaded together with it.
CLINIC_AS_JSON = """
(SELECT row_to_json(clinic)::text FROM (
    SELECT name, country, time_zone, currency, week_start, opening_hours, holidays,
        leads_kept_years, kpi_events_kept_years, activities_kept_years,
        requires_second_step, logo_id,
        set_up_at IS NOT NULL AS is_set_up
    FROM medspa_clinic WHERE id = 1
) clinic)
"""


CLINIC = "clinic"


def current_clinic() -> ClinicSettings:
    """The clinic's settings; outside a scope they are read at each call."""
    return read_once(CLINIC, _read_clinic)


def known_clinic() -> ClinicSettings:
    """What was read already; else the defaults, for pages made without a database."""
    return what_is_known(CLINIC) or ClinicSettings()


def remember_clinic(row: str | None) -> None:
    """For who has read `CLINIC_AS_JSON` along with something else."""
    if is_reading_once():
        read_once(CLINIC, lambda: _parse_clinic(row))


def forget_clinic() -> None:
    """After a change, so that the rest of the request sees it."""
    forget(CLINIC)


def _read_clinic() -> ClinicSettings:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {CLINIC_AS_JSON}")
        return _parse_clinic(cursor.fetchone()[0])


def _parse_clinic(row: str | None) -> ClinicSettings:
    """The defaults while there is no row."""
    settings = ClinicSettings(**json.loads(row)) if row else ClinicSettings()
    _use_formats_of(settings)
    return settings


@contextmanager
def clinic_scope(settings: ClinicSettings | None = None) -> Iterator[None]:
    """Inside, the clinic and its lists are read once; `settings` if known already.

    Django's own dates follow the clinic's zone, too.
    """
    close = open_scope(settings)
    try:
        yield
    finally:
        close()


def open_scope(settings: ClinicSettings | None = None) -> Callable[[], None]:
    """As `clinic_scope`, for who can't use a block; returns what closes it."""
    end = begin_reading_once({CLINIC: settings} if settings else {})
    zone = timezone.override(CLINIC_ZONE)
    zone.__enter__()

    def close() -> None:
        read = what_is_known(CLINIC)
        end()
        zone.__exit__(None, None, None)
        if read:
            _use_formats_of(read)

    return close


class _ClinicZone(tzinfo):
    """The zone of whatever the current clinic is, read when a date needs it."""

    def utcoffset(self, moment: datetime | None) -> Any:
        return current_clinic().zone.utcoffset(moment)

    def dst(self, moment: datetime | None) -> Any:
        return current_clinic().zone.dst(moment)

    def tzname(self, moment: datetime | None) -> str | None:
        return current_clinic().zone.tzname(moment)

    def fromutc(self, moment: datetime) -> datetime:
        zone = current_clinic().zone
        return zone.fromutc(moment.replace(tzinfo=zone))

    def __str__(self) -> str:
        return current_clinic().time_zone


CLINIC_ZONE = _ClinicZone()

_formats_are_of: tuple[str, int] | None = None


def _use_formats_of(settings: ClinicSettings) -> None:
    """Django keeps formats for the life of a process; another country empties them.

    Also when a scope ends: it may have filled them again with those of before.
    """
    global _formats_are_of
    key = (settings.country, settings.week_start)
    if key != _formats_are_of:
        _formats_are_of = key
        reset_format_cache()
