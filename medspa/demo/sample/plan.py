"""How many leads come on which day, in chunks that are generated one by one."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from random import Random

from medspa.clinic_time import clinic_zone, local_date
from medspa.demo.sample.channels import procedure_wheels
from medspa.demo.sample.clinic import SampleClinic
from medspa.demo.sample.days import DAY, Days
from medspa.demo.sample.distributions import Distributions
from medspa.demo.sample.people import ContactKeys
from medspa.months import months_earlier

LEADS_PER_CHUNK = 1_000
# Bookings reach 45 days and consults 35 days (and a closed day) beyond the last day.
DAYS_AHEAD = 120
FRESH_LEADS = 6


@dataclass(frozen=True)
class Request:
    """`leads` over the `months` before `now`. The same request, the same clinic."""

    leads: int
    months: int
    seed: int
    now: datetime

    @property
    def rng(self) -> Random:
        """For what is drawn once and not per lead."""
        return Random(f"{self.seed}")  # noqa: S311  (invented people, no secrets)


@dataclass(frozen=True)
class Chunk:
    """Some leads that are generated together, from random numbers of their own.

    `arrivals` says how many come on which day; `fresh` more came just now.
    """

    index: int
    first_number: int
    arrivals: tuple[tuple[int, int], ...]
    fresh: int

    @property
    def leads(self) -> int:
        return sum(count for _, count in self.arrivals) + self.fresh


class World:
    """Everything that generating a chunk needs; it is pickled for other processes."""

    def __init__(
        self,
        request: Request,
        known: Distributions,
        days: Days,
        clinic: SampleClinic,
        keys: ContactKeys,
    ) -> None:
        self.seed = request.seed
        self.now = int(request.now.timestamp())
        self.known = known
        self.days = days
        self.clinic = clinic
        self.keys = keys
        self.procedures = procedure_wheels(known)


def calendar(request: Request, known: Distributions) -> Days:
    """The days from the request's first month to well after its end."""
    zone = clinic_zone()
    last = local_date(request.now, zone)
    first = months_earlier(last, request.months)
    count = (last - first).days + 1 + DAYS_AHEAD
    return Days(first, count, zone, known.delays.opening_hours)


def leads_by_day(
    request: Request, known: Distributions, days: Days
) -> list[tuple[int, int]]:
    """Days that leads come on, and how many; the fresh ones are not among them."""
    now = int(request.now.timestamp())
    last = days.index(now)
    weights = [
        known.month_index[day.month - 1] * known.weekday_index_mon_sun[day.weekday()]
        for day in days.dates[: last + 1]
    ]
    weights[last] *= min(1, (now - days.midnights[last]) / DAY)
    count = request.leads - fresh_leads(request.leads)
    drawn = request.rng.choices(range(last + 1), weights, k=count)
    return sorted(Counter(drawn).items())


def fresh_leads(leads: int) -> int:
    """How many came within the last minutes and wait for a first call."""
    return max(1, min(FRESH_LEADS, leads // 20))


def chunks(by_day: list[tuple[int, int]], fresh: int) -> Iterator[Chunk]:
    """Whole days of about `LEADS_PER_CHUNK` leads; the last has the fresh ones too."""
    before = 0
    portions = []
    for day, count in by_day:
        portions.append((before // LEADS_PER_CHUNK, day, count))
        before += count
    groups = [
        tuple((day, count) for _, day, count in group)
        for _, group in groupby(portions, key=lambda portion: portion[0])
    ] or [()]
    number = 1
    for index, arrivals in enumerate(groups):
        is_last = index == len(groups) - 1
        chunk = Chunk(index, number, arrivals, fresh if is_last else 0)
        number += chunk.leads
        yield chunk
