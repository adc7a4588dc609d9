"""Lines that one event makes, and what it adds to the bases of its month."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from commissions.engine.journal import Entry
from commissions.engine.rulebook import (
    RuleBook,
    group_of,
    is_monthly,
    pays_each_event,
)
from commissions.engine.schemas import (
    PAYMENT,
    WHOLE_BPS,
    Event,
    Line,
    LineKind,
    RuleRow,
    Share,
    nearest,
)
from commissions.rule_language import Flat, Percent

# A base is kept in cents times basis points, so that shares stay whole numbers.
PARTS = WHOLE_BPS


class Place(NamedTuple):
    """A rule's month with one provider; a pool's month has none."""

    month: date
    rule: str
    provider: str


class Earned(NamedTuple):
    """A line on somebody's statement; `gates` must be reached for it to stand."""

    provider: str
    line: Line
    gate: Place | None


class About(NamedTuple):
    """One provider, and the leads that they ever did something for."""

    provider: str
    leads: Collection[str | None]


class Ledger:
    """What all events together came to, by month; with `about` for one provider."""

    def __init__(
        self, book: RuleBook, months: Collection[date], about: About | None = None
    ) -> None:
        self.book = book
        self.months = set(months)
        # A pool that competes in a group is filled through everybody's shares.
        self.about = None if book.has_pools_in_groups else about
        self.bases: dict[Place, int] = defaultdict(int)
        self.lines: dict[date, list[Earned]] = defaultdict(list)
        self.once: dict[tuple[str, str], str] = {}
        self.paid_flats: set[tuple[str, str, str]] = set()

    def post(self, entry: Entry) -> None:
        is_past = entry.month not in self.months
        if entry.payment is None:
            for share in entry.event.credits:
                if self._concerns(share, entry.event):
                    self._earn(entry, share, is_past)
        else:
            for share in entry.payment.credits:
                if self._concerns(share, entry.payment):
                    self._take_back(entry, entry.payment, share)
        if not is_past:
            self._fill_pools(entry)

    def _concerns(self, share: Share, event: Event) -> bool:
        about = self.about
        return (
            about is None
            or share.provider == about.provider
            or event.lead in about.leads
        )

    # Earning ----------------------------------------------------------------

    def _earn(self, entry: Entry, share: Share, is_past: bool) -> None:
        event = entry.event
        if is_past and not self.book.looks_back:
            return
        for rule in self.book.winners(share.provider, event, entry.day):
            if isinstance(rule.terms, Percent):
                self._percent(entry, share, rule, rule.terms)
            elif isinstance(rule.terms, Flat):
                self._flat(entry, share, rule, rule.terms)
            else:
                place = Place(entry.month, rule.id, _owner(rule, share))
                self.bases[place] += event.value_cents * share.share_bps

    def _percent(
        self, entry: Entry, share: Share, rule: RuleRow, terms: Percent
    ) -> None:
        base = base_of(terms, entry.event)
        place = Place(entry.month, rule.id, share.provider)
        if terms.min_period_base_cents:
            self.bases[place] += base * share.share_bps
        if entry.month in self.months:
            numerator = base * share.share_bps * terms.rate_bps
            line = _line(rule, entry, LineKind.SALE, base, numerator, share)
            self._write(entry, share, line, _gate(terms, place))

    def _flat(self, entry: Entry, share: Share, rule: RuleRow, terms: Flat) -> None:
        event = entry.event
        if terms.once_per_lead and event.lead:
            first = self.once.setdefault((rule.chain or rule.id, event.lead), event.id)
            if first != event.id:
                return
        self.paid_flats.add((rule.id, event.id, share.provider))
        if entry.month in self.months:
            line = _flat_line(rule, terms, entry, share, 1)
            self._write(entry, share, line, None)

    # Taking back ------------------------------------------------------------

    def _take_back(self, entry: Entry, payment: Event, share: Share) -> None:
        paid_on = entry.paid_on
        if paid_on is None or not entry.part_cents:
            return
        settled_groups = set()
        for rule in self.book.winners(share.provider, payment, paid_on):
            if isinstance(rule.terms, Percent):
                self._refund(entry, payment, share, rule, rule.terms)
            elif isinstance(rule.terms, Flat):
                self._reverse(entry, share, rule, rule.terms)
            if pays_each_event(rule) and group_of(rule):
                settled_groups.add(group_of(rule))
        if not self.book.has_monthly:
            return
        for rule in self.book.winners(share.provider, payment, entry.day):
            if is_monthly(rule) and group_of(rule) not in settled_groups:
                place = Place(entry.month, rule.id, _owner(rule, share))
                self.bases[place] -= entry.part_cents * share.share_bps

    def _refund(
        self, entry: Entry, payment: Event, share: Share, rule: RuleRow, terms: Percent
    ) -> None:
        if terms.refund == "none" or _is_too_late(entry, terms.clawback_days):
            return
        base = -base_of(terms, payment) * entry.part_cents
        place = Place(entry.month, rule.id, share.provider)
        if terms.min_period_base_cents:
            self.bases[place] += nearest(base * share.share_bps, payment.value_cents)
        if entry.month in self.months and entry.paid_on:
            line = _line(
                rule,
                entry,
                LineKind.REFUND,
                nearest(base, payment.value_cents),
                base * share.share_bps * terms.rate_bps,
                share,
                payment.value_cents,
            )
            paid = place._replace(month=entry.paid_on.replace(day=1))
            self._write(entry, share, line, _gate(terms, paid))

    def _reverse(self, entry: Entry, share: Share, rule: RuleRow, terms: Flat) -> None:
        was_paid = (rule.id, _payment_id(entry), share.provider) in self.paid_flats
        if not entry.is_rest or not was_paid:
            return
        if entry.month in self.months and not _is_too_late(entry, terms.clawback_days):
            line = _flat_line(rule, terms, entry, share, -1)
            self._write(entry, share, line, None)

    # Pools of the whole clinic ----------------------------------------------

    def _fill_pools(self, entry: Entry) -> None:
        """A pool takes every matching payment, whoever is credited with it."""
        event = entry.payment or entry.event
        if event.kind != PAYMENT:
            return
        cents = -entry.part_cents if entry.payment else event.value_cents
        for rule in self.book.pools_of(event, entry.day):
            self.bases[Place(entry.month, rule.id, "")] += cents * PARTS

    def _write(
        self, entry: Entry, share: Share, line: Line, gate: Place | None
    ) -> None:
        self.lines[entry.month].append(Earned(share.provider, line, gate))


def base_of(terms: Percent, event: Event) -> int:
    if terms.base == "collected":
        return event.value_cents
    return max(0, event.value_cents - event.cost_cents)


def _owner(rule: RuleRow, share: Share) -> str:
    return "" if rule.terms.type == "pool" else share.provider


def _gate(terms: Percent, place: Place) -> Place | None:
    return place if terms.min_period_base_cents else None


def _is_too_late(entry: Entry, clawback_days: int | None) -> bool:
    if clawback_days is None or entry.paid_on is None:
        return False
    return (entry.day - entry.paid_on).days > clawback_days


def _payment_id(entry: Entry) -> str:
    return entry.payment.id if entry.payment else ""


def _line(
    rule: RuleRow,
    entry: Entry,
    kind: LineKind,
    base: int,
    numerator: int,
    share: Share,
    divisor: int = 1,
) -> Line:
    denominator = PARTS * WHOLE_BPS * divisor
    return Line(
        rule=rule.id,
        event=entry.event.id,
        kind=kind,
        base_cents=base,
        numerator=numerator,
        denominator=denominator,
        amount_cents=nearest(numerator, denominator),
        share_bps=share.share_bps,
        rate_bps=rule.terms.rate_bps if isinstance(rule.terms, Percent) else None,
    )


def _flat_line(
    rule: RuleRow, terms: Flat, entry: Entry, share: Share, sign: int
) -> Line:
    kind = LineKind.SALE if sign > 0 else LineKind.REVERSAL
    numerator = sign * terms.amount_cents * share.share_bps * WHOLE_BPS
    return _line(rule, entry, kind, 0, numerator, share)
