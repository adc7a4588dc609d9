"""The clinic itself: one row, edited on the Settings page."""

from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KT
from django.db.models.functions import Now
from django.db.models.lookups import GreaterThan

from medspa.audit.history import History
from medspa.clinic.current import forget_clinic
from medspa.clinic.settings import (
    DAY_ENDS,
    MONDAY,
    SATURDAY,
    SUNDAY,
    WEEKDAYS,
    Holiday,
    OpeningWeek,
)
from medspa.extension_points import recorded_amounts
from medspa.formats import CURRENCY_SIGNS
from medspa.ids import CuidField
from medspa.json_columns import HasOnlyKeys, IsArray, Schema, parse_json
from medspa.validation import Validated

# The only id that a clinic can have.
THE_CLINIC = 1
LONGEST_CLINIC_NAME = 80
MOST_HOLIDAYS = 200
TOO_MANY_HOLIDAYS = f"Enter at most {MOST_HOLIDAYS} holidays."
# How many years each kind of record may be kept: at least as long as last year's
# numbers need them, at most as long as people were promised.
LEADS_KEPT, KPI_EVENTS_KEPT, ACTIVITIES_KEPT = (2, 7), (2, 5), (2, 3)


class WeekStart(models.IntegerChoices):
    SUNDAY = SUNDAY, "Sunday"
    MONDAY = MONDAY, "Monday"
    SATURDAY = SATURDAY, "Saturday"


class HolidayList(Schema):
    holidays: tuple[Holiday, ...]


class ClinicLogo(Validated):
    """A picture, as it is sent to browsers and printed. It never changes."""

    id = CuidField(primary_key=True)
    media_type = models.CharField(max_length=20)
    width = models.SmallIntegerField()
    height = models.SmallIntegerField()
    content = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="medspa_cliniclogo_is_a_picture",
                condition=Q(media_type__in=("image/png", "image/jpeg", "image/webp")),
                violation_error_message="Upload a PNG, JPEG or WebP image.",
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.media_type.partition('/')[2].upper()}, {self.width} × {self.height}"
        )


class OwnerLink(models.Model):
    """A link that the terminal printed for the first person of an empty site.

    Of its token only the SHA-256 is kept.
    """

    token_hash = models.CharField(primary_key=True, max_length=64, editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"owner link until {self.expires_at:%Y-%m-%d %H:%M}"


def _kept_between(field: str, years: tuple[int, int]) -> models.CheckConstraint:
    shortest, longest = years
    return models.CheckConstraint(
        name=f"medspa_clinic_{field}_fit",
        condition=Q(**{f"{field}__gte": shortest, f"{field}__lte": longest}),
        violation_error_message=f"Choose {shortest} to {longest} years.",
    )


def _kept_years(label: str, years: tuple[int, int]) -> models.SmallIntegerField:
    return models.SmallIntegerField(label, default=years[1])


def _closes_after_it_opens() -> Q:
    condition = Q()
    for day in WEEKDAYS:
        closes, opens = (
            KT(f"opening_hours__{day}__{end}") for end in ("closes", "opens")
        )
        condition &= Q(GreaterThan(closes, opens))
    return condition


def _breaks_lie_within() -> Q:
    condition = Q()
    for day in WEEKDAYS:
        times = [KT(f"opening_hours__{day}__{end}") for end in DAY_ENDS]
        for earlier, later in pairwise(times):
            condition &= Q(GreaterThan(later, earlier))
    return condition


class Clinic(Validated):
    """The one clinic of this site. Read it by `medspa.clinic.current.current_clinic`.

    `opening_hours` and `holidays` have the schemas `OpeningWeek` and `Holiday`.
    `skipped_steps` are keys of the first-run checklist.
    """

    id = models.SmallIntegerField(primary_key=True, default=THE_CLINIC, editable=False)
    name = models.CharField(max_length=LONGEST_CLINIC_NAME)
    logo = models.ForeignKey(
        ClinicLogo, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    country = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    week_start = models.SmallIntegerField(
        "week starts on", choices=WeekStart, default=WeekStart.SUNDAY
    )
    opening_hours = models.JSONField(default=dict, blank=True)
    holidays = models.JSONField(default=list, blank=True)
    leads_kept_years = _kept_years("leads kept for (years)", LEADS_KEPT)
    kpi_events_kept_years = _kept_years(
        "payments and events kept for (years)", KPI_EVENTS_KEPT
    )
    activities_kept_years = _kept_years("activities kept for (years)", ACTIVITIES_KEPT)
    requires_second_step = models.BooleanField(
        "managers and administrators need two-step sign-in",
        default=False,
        # The version before this field goes on writing while an upgrade runs.
        db_default=False,
    )
    skipped_steps = models.JSONField(default=list, blank=True, editable=False)
    set_up_at = models.DateTimeField(null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True, editable=False)

    history = History(excluded_fields=["skipped_steps", "set_up_at"])

    class Meta:
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(
                name="medspa_clinic_is_the_only_one",
                condition=Q(id=THE_CLINIC),
                violation_error_message="There is only one clinic.",
            ),
            models.CheckConstraint(
                name="medspa_clinic_name_is_given",
                condition=Q(name__regex=r"\S"),
                violation_error_message="Enter the clinic's name.",
            ),
            models.CheckConstraint(
                name="medspa_clinic_country_is_a_code",
                condition=Q(country__regex="^[A-Z]{2}$"),
                violation_error_message="Choose a country from the list.",
            ),
            models.CheckConstraint(
                name="medspa_clinic_time_zone_is_given",
                condition=Q(time_zone__regex="^[A-Za-z]"),
                violation_error_message="Choose a time zone from the list.",
            ),
            models.CheckConstraint(
                name="medspa_clinic_currency_is_known",
                condition=Q(currency__in=list(CURRENCY_SIGNS)),
                violation_error_message="Choose a currency from the list.",
            ),
            models.CheckConstraint(
                name="medspa_clinic_week_start_is_known",
                condition=Q(week_start__in=WeekStart.values),
                violation_error_message="Choose a weekday from the list.",
            ),
            models.CheckConstraint(
                name="medspa_clinic_opening_hours_name_weekdays",
                condition=Q(HasOnlyKeys("opening_hours", list(WEEKDAYS))),
                violation_error_message="Opening hours are given by weekday.",
            ),
            models.CheckConstraint(
                name="medspa_clinic_closes_after_it_opens",
                condition=_closes_after_it_opens(),
                violation_error_message=(
                    "The closing time must be after the opening time."
                ),
            ),
            models.CheckConstraint(
                name="medspa_clinic_breaks_lie_within_opening_hours",
                condition=_breaks_lie_within(),
                violation_error_message="A break must lie within the opening hours.",
            ),
            models.CheckConstraint(
                name="medspa_clinic_holidays_are_a_list",
                condition=Q(IsArray("holidays")),
                violation_error_message="Holidays are given as a list.",
            ),
            models.CheckConstraint(
                name="medspa_clinic_skipped_steps_are_a_list",
                condition=Q(IsArray("skipped_steps")),
                violation_error_message="Skipped steps are given as a list.",
            ),
            _kept_between("leads_kept_years", LEADS_KEPT),
            _kept_between("kpi_events_kept_years", KPI_EVENTS_KEPT),
            _kept_between("activities_kept_years", ACTIVITIES_KEPT),
            models.CheckConstraint(
                name="medspa_clinic_leads_outlast_their_records",
                condition=Q(leads_kept_years__gte=models.F("kpi_events_kept_years"))
                & Q(leads_kept_years__gte=models.F("activities_kept_years")),
                violation_error_message=(
                    "Keep leads at least as long as their payments and activities."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_set_up(self) -> bool:
        """Whether the first-run checklist is over."""
        return self.set_up_at is not None

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        forget_clinic()

    def clean(self) -> None:
        super().clean()
        stored = Clinic.objects.filter(pk=self.pk).values_list("currency", flat=True)
        before = stored.first() or self.currency
        if self.currency != before and has_recorded_amounts():
            raise ValidationError({"currency": currency_stays(before)})
        if not is_zone(self.time_zone):
            raise ValidationError({"time_zone": "Choose a time zone from the list."})
        parse_json(OpeningWeek, self.opening_hours, "opening_hours")
        holidays: Any = parse_json(HolidayList, {"holidays": self.holidays}, "holidays")
        days = [holiday.on for holiday in holidays.holidays]
        if len(days) > MOST_HOLIDAYS:
            raise ValidationError({"holidays": TOO_MANY_HOLIDAYS})
        if len(set(days)) < len(days):
            raise ValidationError({"holidays": "A day is entered twice."})


def has_recorded_amounts() -> bool:
    """Whether another currency would relabel what was recorded, so there is none."""
    return any(has() for has in recorded_amounts)


def currency_stays(currency: str) -> str:
    return (
        f"Amounts were recorded in {currency}, and they are never converted. The "
        "currency can't be changed anymore."
    )


def is_zone(name: str) -> bool:
    """Whether this computer knows the time zone; the database knows the same ones."""
    return "/" in name and name in known_zones() and bool(ZoneInfo(name).key)


@cache
def known_zones() -> set[str]:
    """Read once: the folder of zones takes 15 ms."""
    return available_timezones()


def the_clinic(*, lock: bool = False) -> Clinic:
    """The row itself, for who changes it."""
    rows = Clinic.objects.all()
    return (rows.select_for_update(no_key=True) if lock else rows).get(pk=THE_CLINIC)
