"""Filters of the admin's lists."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.dateparse import parse_date, parse_time
from unfold.contrib.filters.admin import RangeDateTimeFilter

from medspa.clinic_time import clinic_zone, start_of_day


class OfferedFiltersMixin:
    """An address can filter only by what the list offers as a filter.

    Django would filter by every column of the table. Somebody who may not see an
    amount could find it out by filtering for rows above a guess.
    """

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        name = lookup.partition("__")[0]
        return name in self._offered(request) and super().lookup_allowed(  # type: ignore[misc]
            lookup, value, request
        )

    def _offered(self, request: HttpRequest) -> set[str]:
        names = {self.date_hierarchy} if self.date_hierarchy else set()  # type: ignore[attr-defined]
        for item in self.get_list_filter(request):  # type: ignore[attr-defined]
            match item:
                case str():
                    names.add(item)
                case (field, _):
                    names |= {field, *_range_parameters(field)}
                case _:
                    names.add(item.parameter_name)
        return names


class ClinicRangeFilter(RangeDateTimeFilter):
    """A range of moments in the clinic's time; a day without a time is all of it."""

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        entered = [
            self.used_parameters.get(name) for name in self.expected_parameters()
        ]
        from_day, from_time, to_day, to_time = (str(value or "") for value in entered)
        try:
            if from_day:
                since = _moment(from_day, from_time)
                queryset = queryset.filter(**{f"{self.field_path}__gte": since})
            if to_day and to_time:
                until = _moment(to_day, to_time)
                queryset = queryset.filter(**{f"{self.field_path}__lte": until})
            elif to_day:
                until = _moment(to_day, "", days_later=1)
                queryset = queryset.filter(**{f"{self.field_path}__lt": until})
        except (ValueError, OverflowError):
            return queryset.none()
        return queryset


def _range_parameters(field: str) -> set[str]:
    return {f"{field}_{end}_{part}" for end in ("from", "to") for part in (0, 1)}


def _moment(day: str, time: str, days_later: int = 0) -> datetime:
    """The moment, or the day's start without a time; ValueError if it can't be read."""
    on, at = parse_date(day), parse_time(time) if time else None
    if on is None or (time and at is None):
        raise ValueError
    if at is None:
        return start_of_day(on + timedelta(days=days_later), clinic_zone())
    return datetime.combine(on, at.replace(tzinfo=None), clinic_zone())
