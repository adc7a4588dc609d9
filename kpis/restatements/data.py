"""The numbers of a past month that changed, as the pages print them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from kpis.choices import Kind
from kpis.metrics.definitions import PERIOD, Metric, Unit
from kpis.metrics.display import text
from kpis.restatements.causes import Cause, NumberChange
from medspa.formats import format_cents

# The numbers of the cards, and those that the ratios among them are made of.
HEADLINE_KEYS = (
    "net_revenue_cents",
    "leads",
    "booked_leads",
    "shown_leads",
    "new_customers",
    "spend_cents",
    "leads_with_campaign",
    "attributed_new_customers",
    "attributed_net_revenue_cents",
)
# Numbers that have no card, and so no definition of their own.
MEASURE_LABELS = {
    "leads_with_campaign": "Leads with a campaign",
    "attributed_new_customers": "New customers with a campaign",
    "attributed_net_revenue_cents": "Net revenue of leads with a campaign",
}
PLURALS = {
    Cause.REFUND: "refunds recorded late",
    Cause.PAYMENT: "payments recorded late",
    Cause.EVENT: "events recorded late",
    Cause.VOIDED: "events voided",
    Cause.BACK: "voided events restored",
    Cause.ADDED: "leads added late",
    Cause.DELETED: "leads deleted",
    Cause.RESTORED: "leads restored",
    Cause.MERGED: "leads merged",
    Cause.UNMERGED: "merges undone",
    Cause.REMOVED: "records removed",
    Cause.CAMPAIGN: "leads of another campaign",
    Cause.MOVED: "dates changed",
    Cause.SPEND: "spends entered or changed",
    Cause.OTHER: "other changes",
}


@dataclass(frozen=True)
class Reason:
    """One cause of a number's difference: `count` changes that add up to `amount`."""

    cause: Cause
    count: int
    amount: int
    unit: Unit

    @property
    def words(self) -> str:
        """`1 refund recorded late`"""
        words = self.cause if self.count == 1 else PLURALS[self.cause]
        return f"{self.count:,} {words}"

    @property
    def signed(self) -> str:
        return signed(self.amount, self.unit)


@dataclass(frozen=True)
class RestatedNumber:
    """A number that was `then` in the snapshot and is `now` something else."""

    key: str
    then: int
    now: int
    reasons: Sequence[Reason] = ()

    @property
    def unit(self) -> Unit:
        return metric_of(self.key).unit

    @property
    def label(self) -> str:
        return metric_of(self.key).label

    @property
    def signed(self) -> str:
        return signed(self.now - self.then, self.unit)

    @property
    def reasons_text(self) -> str:
        return ", ".join(reason.words for reason in self.reasons)

    @property
    def then_text(self) -> str:
        return text(self.then, self.unit)

    @property
    def now_text(self) -> str:
        return text(self.now, self.unit)


@dataclass(frozen=True)
class ChangeLine:
    """A row of the page: what changed, and by how much in each column."""

    change: NumberChange
    amounts: Sequence[str]

    @property
    def event(self) -> str:
        event = self.change.event
        if event is None:
            return ""
        kind = str(Kind(event.kind).label)
        return f"{kind} {format_cents(event.cents)}" if event.cents else kind


@dataclass(frozen=True)
class RestatedMonth:
    """A month of which some numbers are not what they were on the day `since`."""

    month: date
    since: date
    numbers: Sequence[RestatedNumber]

    @property
    def query(self) -> str:
        return month_query(self.month)


@dataclass(frozen=True)
class RestatementPageData:
    """A month's numbers that changed, with the causes and the rows behind them.

    `differences` are all that differ, by key, now less then. `only` is the key of the
    one number whose rows are shown, empty for all; `metrics` are the columns of the
    rows, and `sums` stand below them.
    """

    month: date
    taken_at: datetime
    since: date
    only: str
    differences: Mapping[str, int]
    changes: Sequence[NumberChange]
    numbers: Sequence[RestatedNumber]
    metrics: Sequence[Metric]
    lines: Sequence[ChangeLine]
    sums: Sequence[str]

    @property
    def query(self) -> str:
        return month_query(self.month)


def month_query(month: date) -> str:
    return urlencode({"month": f"{month:%Y-%m}"})


def signed(amount: int, unit: Unit) -> str:
    """`−$200`, `+3`"""
    words = text(amount, unit)
    return f"+{words}" if amount > 0 else words


def metric_of(key: str) -> Metric:
    if key in MEASURE_LABELS:
        unit = Unit.CENTS if key.endswith("_cents") else Unit.COUNT
        return Metric(key, MEASURE_LABELS[key], unit, MEASURE_LABELS[key])
    return PERIOD[key]
