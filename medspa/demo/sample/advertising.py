"""The clinic's campaigns and what it paid for them, by what a lead costs."""

from calendar import monthrange
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from medspa.demo.sample.channels import CAMPAIGNS, Channel, channels, group_shares
from medspa.demo.sample.days import Days
from medspa.demo.sample.distributions import Distributions
from medspa.demo.sample.rows import Rows, stamp
from medspa.ids import RANDOM_SPACE, cuid

NOISE = 0.1
ROUND_CENTS = 1_000


@dataclass(frozen=True)
class Month:
    """A calendar month: its leads, had it been full, and when it began for us."""

    first: date
    leads: float
    began: int


def new_ids(rng: Random, count: int, moment: int) -> list[str]:
    return [cuid(moment * 1000, rng.randrange(RANDOM_SPACE)) for _ in range(count)]


def advertise(
    rows: Rows, rng: Random, known: Distributions, days: Days, months: list[Month]
) -> dict[tuple[str, str], str]:
    """Write campaigns and spends; returns ids by platform and what is advertised."""
    opened = days.midnights[0]
    ids = new_ids(rng, len(CAMPAIGNS), opened)
    ads = {way.platform: way for way in channels(known) if way.platform}
    campaigns = {}
    for campaign, (platform, group, name) in zip(ids, CAMPAIGNS, strict=True):
        campaigns[platform, group] = campaign
        spends = [_cents(rng, known, ads[platform], group, month) for month in months]
        planned = round(sum(spends) / len(spends) / ROUND_CENTS) * ROUND_CENTS
        begun, made = days.date_texts[0], stamp(opened)
        row = (campaign, name, platform, str(planned), begun, made, made)
        rows.add("campaigns_campaign", row)
        _write_spends(rows, rng, campaign, months, spends)
    return campaigns


def months_of(days: Days, by_day: Sequence[tuple[int, int]], last: int) -> list[Month]:
    """The months from the first day to the day `last`.

    A month that is cut short counts as if it had gone on: what is spent in a part of
    a month is found by its days.
    """
    covered = Counter(day.replace(day=1) for day in days.dates[: last + 1])
    leads: Counter[date] = Counter()
    for day, count in by_day:
        leads[days.dates[day].replace(day=1)] += count
    return [
        Month(
            first=month,
            leads=leads[month] * monthrange(month.year, month.month)[1] / count,
            began=days.midnights[max(0, (month - days.dates[0]).days)],
        )
        for month, count in covered.items()
    ]


def _cents(
    rng: Random, known: Distributions, ad: Channel, group: str, month: Month
) -> int:
    """Whole dollars, a tenth more or less than what the leads should cost."""
    leads = month.leads * ad.mix * group_shares(known, month.first.month - 1)[group]
    noise = rng.uniform(1 - NOISE, 1 + NOISE)
    return int(ad.cost_per_lead_cents * leads * noise / 100) * 100


def _write_spends(
    rows: Rows, rng: Random, campaign: str, months: list[Month], spends: list[int]
) -> None:
    for month, cents in zip(months, spends, strict=True):
        (spend,) = new_ids(rng, 1, month.began)
        row = (spend, campaign, month.first.isoformat(), str(cents))
        rows.add("campaigns_campaignspend", row)
