"""The clinic's campaigns and their spend, from the cost per lead."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from medspa.demo.sample.channels import CAMPAIGNS, Channel, channels, group_shares
from medspa.demo.sample.days import Days
from medspa.demo.sample.distributions import Distributions
from medspa.demo.sample.rows import CopyRows, stamp
from medspa.ids import RANDOM_SPACE, cuid
from medspa.months import days_in, last_day, month_of

NOISE = 0.1
ROUND_CENTS = 1_000


@dataclass(frozen=True)
class AdvertisingMonth:
    """A calendar month: its leads as if all its days counted, its first moment here."""

    first: date
    leads: float
    began: int


def new_ids(rng: Random, count: int, moment: int) -> list[str]:
    return [cuid(moment * 1000, rng.randrange(RANDOM_SPACE)) for _ in range(count)]


def advertise(
    rows: CopyRows,
    rng: Random,
    known: Distributions,
    days: Days,
    months: list[AdvertisingMonth],
) -> dict[tuple[str, str], str]:
    """Write campaigns and spend; returns ids by platform and what is advertised."""
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
        # Nobody has entered yet what one of them cost in the newest month.
        is_late = campaign == ids[-1]
        entered = months[:-1] if is_late else months
        _write_spends(rows, rng, campaign, entered, spends[: len(entered)])
    return campaigns


def months_of(
    days: Days, by_day: Sequence[tuple[int, int]], last: int
) -> list[AdvertisingMonth]:
    """The months from the first day to the day `last`.

    Leads of a month that is not complete are scaled up to a whole one, because spend
    is entered per month and reports take the part that falls on their days.
    """
    covered = Counter(month_of(day) for day in days.dates[: last + 1])
    leads: Counter[date] = Counter()
    for day, count in by_day:
        leads[month_of(days.dates[day])] += count
    return [
        AdvertisingMonth(
            first=month,
            leads=leads[month] * days_in(month) / count,
            began=days.midnights[max(0, (month - days.dates[0]).days)],
        )
        for month, count in covered.items()
    ]


def _cents(
    rng: Random, known: Distributions, ad: Channel, group: str, month: AdvertisingMonth
) -> int:
    """Whole dollars, a tenth more or less than what the leads should cost."""
    leads = month.leads * ad.mix * group_shares(known, month.first.month - 1)[group]
    noise = rng.uniform(1 - NOISE, 1 + NOISE)
    return int(ad.cost_per_lead_cents * leads * noise / 100) * 100


def _write_spends(
    rows: CopyRows,
    rng: Random,
    campaign: str,
    months: list[AdvertisingMonth],
    spends: list[int],
) -> None:
    for month, cents in zip(months, spends, strict=True):
        (spend,) = new_ids(rng, 1, month.began)
        until = last_day(month.first)
        row = (spend, campaign, str(month.first), str(until), str(cents))
        rows.add("campaigns_campaignspend", row)
