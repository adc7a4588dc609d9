"""The arithmetic of the KPIs: from counts and sums to rates, costs and intervals.

Pure and exact: money is integer cents, rates are fractions. A rate or cost whose
denominator is zero is None. The words of each formula: `kpis.metrics.definitions`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal, localcontext
from fractions import Fraction
from operator import attrgetter
from typing import Self

from kpis.metrics.spend import Spend
from medspa.money import round_half_away

Z_95 = Decimal("1.959963984540054")
ZERO, ONE = Fraction(0), Fraction(1)
SMALL_SAMPLE = 20


@dataclass(frozen=True)
class Counts:
    """What is counted and summed up; all other figures follow from it.

    Each lead belongs to one campaign, source and procedure, so the counts of disjoint
    sets of leads can be added.
    """

    leads: int = 0
    immature_leads: int = 0
    ad_clicks: int = 0
    booked_events: int = 0
    booked_leads: int = 0
    show_events: int = 0
    shown_leads: int = 0
    shown_and_won: int = 0
    paid_invoices: int = 0
    paying_leads: int = 0
    new_customers: int = 0
    gross_collected_cents: int = 0
    refunds_cents: int = 0

    def __add__(self, other: Self) -> Self:
        return self.sum([self, other])

    @classmethod
    def sum(cls, bases: Iterable[Self]) -> Self:
        """All of them added up, measure by measure."""
        return cls(*map(sum, zip(*map(_measured, bases), strict=True)))

    @property
    def net_revenue_cents(self) -> int:
        return self.gross_collected_cents - self.refunds_cents


COUNTED_MEASURES = tuple(field.name for field in fields(Counts))
_measured = attrgetter(*COUNTED_MEASURES)


@dataclass(frozen=True)
class Ratio:
    """`num / den`, kept as counted: "4 of 5" is not "8 of 10"."""

    num: int
    den: int

    @property
    def value(self) -> Fraction:
        return Fraction(self.num, self.den)


@dataclass(frozen=True)
class RateShare:
    """`k` of `n` and the Wilson 95% interval of the rate behind it.

    The interval is None when `k` exceeds `n` (a consult shown that nobody booked).
    """

    k: int
    n: int
    low: Fraction | None
    high: Fraction | None

    @property
    def value(self) -> Fraction:
        return Fraction(self.k, self.n)


@dataclass(frozen=True)
class SoFar:
    """An amount in cents whose time is not over yet: more may still come."""

    cents: int

    @property
    def value(self) -> Fraction:
        return Fraction(self.cents)


Figure = int | Fraction | Ratio | RateShare | SoFar | None
Figures = dict[str, Figure]


def ratio(num: int, den: int) -> Ratio | None:
    return Ratio(num, den) if den else None


def per(cents: int | None, count: int) -> int | None:
    """Cents for each of `count`, rounded half up; None for nobody."""
    if cents is None or not count:
        return None
    return round_half_away(Fraction(cents, count))


def share(k: int, n: int) -> RateShare | None:
    """The rate with its Wilson score interval (Wilson 1927, JASA 22, 209–212)."""
    if not n:
        return None
    if k > n:
        return RateShare(k, n, None, None)
    with localcontext(prec=40):
        rate, square = Decimal(k) / n, Z_95**2
        scale = 1 + square / n
        center = (rate + square / (2 * n)) / scale
        spread = (rate * (1 - rate) / n + square / (4 * n * n)).sqrt()
        half = Z_95 * spread / scale
        low, high = Fraction(center - half), Fraction(center + half)
    exact = Fraction(k, n)  # the last digits of a square root are not
    return RateShare(k, n, max(min(low, exact), ZERO), min(max(high, exact), ONE))


def period_figures(whole: Counts, attributed: Counts, spend: Spend) -> Figures:
    """Every figure of a set of leads and events.

    `attributed` is the part of `whole` that belongs to leads with a campaign.
    """
    cents = spend.total_cents
    return {
        **_counts(whole),
        "spend_cents": cents,
        "spend_exact": spend.total_exact,
        "leads_with_campaign": attributed.leads,
        "attributed_net_revenue_cents": attributed.net_revenue_cents,
        "attributed_new_customers": attributed.new_customers,
        **_costs(whole, attributed, cents),
        **_returns(whole, attributed, cents),
        **_rates(whole),
        "aov_cents": per(whole.gross_collected_cents, whole.paid_invoices),
        "click_to_lead": ratio(attributed.leads, whole.ad_clicks),
    }


def _counts(base: Counts) -> Figures:
    return {
        "leads": base.leads,
        "ad_clicks": base.ad_clicks,
        "booked_events": base.booked_events,
        "booked_leads": base.booked_leads,
        "show_events": base.show_events,
        "shown_leads": base.shown_leads,
        "paid_invoices": base.paid_invoices,
        "paying_leads": base.paying_leads,
        "new_customers": base.new_customers,
        "gross_collected_cents": base.gross_collected_cents,
        "refunds_cents": -base.refunds_cents,
        "net_revenue_cents": base.net_revenue_cents,
    }


def _costs(whole: Counts, attributed: Counts, cents: int) -> Figures:
    return {
        "cpl_cents": per(cents, whole.leads),
        "paid_cpl_cents": per(cents, attributed.leads),
        "cost_per_booked_cents": per(cents, whole.booked_leads),
        "cost_per_show_cents": per(cents, whole.shown_leads),
        "cac_blended_cents": per(cents, whole.new_customers),
        "cac_paid_cents": per(cents, attributed.new_customers),
    }


def _returns(whole: Counts, attributed: Counts, cents: int) -> Figures:
    return {
        "roas_attributed": ratio(attributed.net_revenue_cents, cents),
        "mer_blended": ratio(whole.net_revenue_cents, cents),
        "roi_attributed": ratio(attributed.net_revenue_cents - cents, cents),
    }


def _rates(base: Counts) -> Figures:
    return {
        "revenue_per_lead_cents": per(base.net_revenue_cents, base.leads),
        "lead_to_booked": ratio(base.booked_leads, base.leads),
        "show_rate": ratio(base.shown_leads, base.booked_leads),
        "close_rate": ratio(base.new_customers, base.shown_leads),
    }


def row_figures(base: Counts, spend_cents: int | None) -> Figures:
    """The figures of one row of a table.

    `spend_cents` is None for rows that cannot have any, such as "Unattributed":
    their costs are None, not zero.
    """
    return {
        **_counts(base),
        **_rates(base),
        "spend_cents": spend_cents or 0,
        "cpl_cents": per(spend_cents, base.leads),
        "cac_cents": per(spend_cents, base.new_customers),
        "roas": ratio(base.net_revenue_cents, spend_cents or 0),
    }


def total_row(figures: Figures) -> Figures:
    """The last row of a table that costs something: the same numbers as the cards."""
    return {
        **figures,
        "cac_cents": figures["cac_paid_cents"],
        "roas": figures["roas_attributed"],
    }


def cohort_figures(base: Counts) -> Figures:
    """What came of the leads of a range, followed up to a moment."""
    return {
        "leads": base.leads,
        "booked": base.booked_leads,
        "shown": base.shown_leads,
        "won": base.new_customers,
        "shown_and_won": base.shown_and_won,
        "net_revenue_cents": base.net_revenue_cents,
        "lead_to_booked": share(base.booked_leads, base.leads),
        "booked_to_shown": share(base.shown_leads, base.booked_leads),
        "shown_to_won": share(base.shown_and_won, base.shown_leads),
        "lead_to_won": share(base.new_customers, base.leads),
    }
