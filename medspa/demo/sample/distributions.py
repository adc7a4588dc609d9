"""The distributions that the sample clinic is drawn from: `distributions.json`, typed.

Amounts are integer cents. A delay is lognormal with a median and a sigma.
"""

from functools import cache
from math import inf
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

FILE = Path(__file__).with_name("distributions.json")
SURGERY = frozenset({"BREAST", "RHINO", "TUMMY", "FACE"})
SPEED_BANDS = (
    (5, "<=5min"),
    (30, "5-30min"),
    (60, "30-60min"),
    (4 * 60, "1-4h"),
    (24 * 60, "4-24h"),
    (inf, ">24h"),
)


class Distribution(BaseModel):
    model_config = ConfigDict(frozen=True)


class SourceMix(Distribution):
    """A source's share of leads, cost per lead, and rates of booking and showing."""

    mix: float
    cpl: int
    book: float
    show: float


class ProcedureMix(Distribution):
    """A procedure's share of leads, close rate, price and share of cost."""

    mix: float
    close: float
    median: int
    sigma: float
    lo: int
    hi: int
    cost_pct: float


class Hours(Distribution):
    median: float
    sigma: float


class Minutes(Distribution):
    median_minutes: float
    sigma: float


class BookingDelay(Distribution):
    nonsurgical: Hours
    surgical: Hours
    max_days: int


class SampleOpeningHours(Distribution):
    mon_fri: tuple[int, int] | None
    sat: tuple[int, int] | None
    sun: tuple[int, int] | None

    def on(self, weekday: int) -> tuple[int, int] | None:
        """OpeningHours and closing hour of a weekday (Monday is 0)."""
        return self.mon_fri if weekday < 5 else (self.sat, self.sun)[weekday - 5]


class Delays(Distribution):
    auto_sms_seconds: tuple[int, int]
    auto_sms_share: float
    human_first_touch_open: Minutes
    never_contacted: float
    opening_hours: SampleOpeningHours
    speed_multiplier_on_booking: dict[str, float]
    lead_to_booked: BookingDelay
    booked_to_consult_days: dict[str, tuple[int, int]]
    show_to_first_payment: dict[str, dict[str, Any]]
    no_show_rebook: float
    refund_rate: dict[str, float]
    repeat: dict[str, Any]
    lost_after_days: tuple[int, int]
    soft_deleted: float
    duplicate_lead: float
    retail_attach: float

    def speed_multiplier(self, seconds: int | None) -> float:
        """How a first human touch after `seconds` (None: never) changes booking."""
        if seconds is None:
            return self.speed_multiplier_on_booking["never"]
        band = next(name for limit, name in SPEED_BANDS if seconds <= limit * 60)
        return self.speed_multiplier_on_booking[band]


class Distributions(Distribution):
    leads_per_month: int
    month_index: list[float] = Field(min_length=12, max_length=12)
    laser_month_index: list[float] = Field(min_length=12, max_length=12)
    weekday_index_mon_sun: list[float] = Field(min_length=7, max_length=7)
    hour_weights_digital: list[float] = Field(min_length=24, max_length=24)
    hour_weights_phone: list[float] = Field(min_length=24, max_length=24)
    sources: dict[str, SourceMix]
    procedures: dict[str, ProcedureMix]
    delays: Delays


@cache
def distributions() -> Distributions:
    return Distributions.model_validate_json(FILE.read_text())
