"""Cost exports of ad platforms: which campaign cost how much on which days."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from campaigns.models import SpendSource
from campaigns.spend.export_columns import (
    SpendColumns,
    SpendFileRefused,
    days_of_report,
    find_columns,
    find_headers,
    refuse_other_currency,
    source_of,
)
from campaigns.spend.export_rows import (
    QuoteNeverCloses,
    TableRow,
    misplaced,
    table_rows,
)
from campaigns.spend.pasting import are_months
from campaigns.spend.text import (
    TextRefused,
    has_no_value,
    read_spend_cents,
    read_spend_days,
    refuse_sum,
)
from medspa.formats import format_days
from medspa.money import round_half_away
from medspa.months import DayRange
from medspa.reading.dates import is_day_first
from medspa.reading.text_file import NotText, decode

LONGEST_NAME = 300
TOTAL_NAMES = ("total", "totals", "grand total")
Key = tuple[str, DayRange]


@dataclass
class Spending:
    """What a file says: exact cents by the platform's campaign name and days.

    `rows` = used + `totals` + `empty` + refused. `doubtful` are the rows that were
    refused, as far as their name and days are known.
    """

    source: SpendSource
    cents: dict[Key, Fraction] = field(default_factory=dict)
    rows: int = 0
    used: int = 0
    totals: int = 0
    empty: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)
    doubtful: list[tuple[str, DayRange | None]] = field(default_factory=list)
    counted: Counter[Key] = field(default_factory=Counter)

    @property
    def ranges(self) -> dict[str, dict[DayRange, int]]:
        """Whole cents of what the file says completely, by name and days.

        Exact sums are rounded day by day so that they add up to the rounded whole.
        """
        found: dict[str, dict[DayRange, int]] = {}
        exact: dict[str, Fraction] = {}
        left_out = {key for key, _ in self._left_out()}
        for (name, days), cents in sorted(self.cents.items()):
            if (name, days) in left_out:
                continue
            before = exact.get(name, Fraction(0))
            exact[name] = before + cents
            found.setdefault(name, {})[days] = round_half_away(
                exact[name]
            ) - round_half_away(before)
        return found

    @property
    def left_out(self) -> list[str]:
        """What is not believed though its own rows can be read, in sentences."""
        return [
            f"{name}, {format_days(days)} is skipped: {why}"
            for (name, days), why in self._left_out()
        ]

    def _left_out(self) -> list[tuple[Key, str]]:
        """A refused row may be part of a sum; of ranges that overlap one is a sum."""
        several = any(count > 1 for count in self.counted.values())
        overlapping = _overlapping(self.cents)
        found = []
        for key in sorted(self.cents):
            if any(
                key == part or (several and _may_be_of(key, part))
                for part in self.doubtful
            ):
                found.append((key, "a row of it could not be read."))
            elif key in overlapping:
                found.append((key, "its days overlap with those of another row."))
        return found

    @property
    def sentence(self) -> str:
        """`Meta Ads, 12 rows: 10 with spend, 1 total, 1 without an amount`"""
        parts = [
            f"{self.used} with spend",
            f"{self.totals} total{'' if self.totals == 1 else 's'}",
            f"{self.empty} without an amount",
            f"{len(self.refused)} refused",
        ]
        counts = (self.used, self.totals, self.empty, len(self.refused))
        shown = [part for part, count in zip(parts, counts, strict=True) if count]
        rows = f"{self.rows:,} row{'' if self.rows == 1 else 's'}"
        return f"{self.source.label}, {rows}: {', '.join(shown)}."

    def add(self, name: str, days: DayRange, cents: Fraction) -> None:
        total = self.cents.get((name, days), Fraction(0)) + cents
        refuse_sum(total)
        self.cents[name, days] = total
        self.counted[name, days] += 1

    def refuse(
        self, number: int, why: str, name: str = "", days: DayRange | None = None
    ) -> None:
        self.refused.append((number, why))
        self.doubtful.append((name, days))


def _may_be_of(key: Key, part: tuple[str, DayRange | None]) -> bool:
    """Whether a refused row may belong to these days of this name."""
    name, days = part
    return (not name or name == key[0]) and (days is None or days == key[1])


def _overlapping(keys: Iterable[Key]) -> set[Key]:
    """The ranges of one name that share a day with another of its ranges."""
    found: set[Key] = set()
    widest: Key | None = None
    for key in sorted(keys):
        if widest and widest[0] == key[0] and widest[1].last >= key[1].first:
            found |= {widest, key}
        is_new = widest is None or widest[0] != key[0]
        if is_new or (widest and key[1].last > widest[1].last):
            widest = key
    return found


def read_spend_file(data: bytes) -> Spending:
    """The spend in an export; raises SpendFileRefused with a sentence."""
    try:
        text = decode(data)
    except NotText as error:
        raise SpendFileRefused(str(error)) from None
    return read_spend_table(text)


def read_spend_table(text: str) -> Spending:
    """As `read_spend_file`, for a table that was pasted with its headers."""
    rows = table_rows(text)
    try:
        before, headers = find_headers(rows)
        columns = find_columns(headers)
        found = list(rows)
    except QuoteNeverCloses:
        raise SpendFileRefused(
            "A quotation mark in the file is never closed. Export it again as CSV."
        ) from None
    if not found:
        raise SpendFileRefused("There are no rows below the headers.")
    reading = _Reading(columns, days_of_report(before), found)
    spending = Spending(source_of(headers, before))
    for row in found:
        reading.take(spending, row)
    return spending


class _Reading:
    """How the rows of one table are read."""

    def __init__(
        self,
        columns: SpendColumns,
        report: DayRange | None,
        rows: Sequence[TableRow],
    ) -> None:
        self.columns = columns
        self.report = report
        if columns.when is None and columns.starts is None and report is None:
            raise SpendFileRefused(
                "The file doesn't say which dates the spend is for. Add Month or Day "
                "to the report's columns and export it again."
            )
        self.day_first = self._order_of_dates(rows)
        self.is_by_month = columns.is_by_month or (
            columns.may_be_by_month and self._has_months(rows)
        )

    def _order_of_dates(self, rows: Sequence[TableRow]) -> bool | None:
        """A number above 12 decides for all dates of the file; None if none does."""
        columns = (self.columns.when, self.columns.starts, self.columns.ends)
        found = {
            is_day_first(self._cell(row, column)) for row in rows for column in columns
        } - {None}
        return found.pop() if len(found) == 1 else None

    def _days_of(self, text: str) -> DayRange:
        return read_spend_days(text, day_first=self.day_first)

    def _has_months(self, rows: Sequence[TableRow]) -> bool:
        """Its dates are the first days of several months."""
        found = set()
        for row in rows:
            try:
                found.add(self._days_of(self._cell(row, self.columns.when)))
            except TextRefused:
                continue
        return len(found) > 1 and are_months(found)

    def _cell(self, row: TableRow, column: int | None) -> str:
        cells: Mapping[int | None, str] = dict(enumerate(row.cells))
        return cells.get(column, "")

    def take(self, spending: Spending, row: TableRow) -> None:
        """Count one row; raises SpendFileRefused for one in another currency."""
        spending.rows += 1
        columns = self.columns
        name, amount = self._cell(row, columns.name), self._cell(row, columns.amount)
        if name.casefold() in TOTAL_NAMES or name.casefold().startswith("total:"):
            spending.totals += 1
            return
        flaw = row.flaw or misplaced(row.cells, columns.named)
        if flaw:
            spending.refuse(row.number, f"{flaw[0].upper()}{flaw[1:]}.")
            return
        if has_no_value(name):  # Meta's total has no name
            spending.totals += 1
            return
        if has_no_value(amount):
            spending.empty += 1
            return
        self._refuse_currency(row)
        self._add(spending, row.number, name, row, amount)

    def _refuse_currency(self, row: TableRow) -> None:
        column = self.columns.currency
        code = self._cell(row, column).upper()
        if not has_no_value(code):
            refuse_other_currency(code)

    def _add(
        self, spending: Spending, number: int, name: str, row: TableRow, amount: str
    ) -> None:
        days = None
        try:
            if len(name) > LONGEST_NAME:
                name = ""
                raise TextRefused(
                    f"A name of more than {LONGEST_NAME} letters is none."
                )
            days = self._days(row)
            spending.add(name, days, read_spend_cents(amount))
            spending.used += 1
        except TextRefused as refusal:
            spending.refuse(number, str(refusal), name, days)

    def _days(self, row: TableRow) -> DayRange:
        """The row's own days, of which the export may have covered only a part."""
        columns = self.columns
        covered = self._covered(row)
        when = self._cell(row, columns.when)
        if columns.when is None and covered:
            return covered
        days = self._days_of(when)
        if self.is_by_month and days.days == 1:
            days = DayRange.of_month(days.first)
        within = covered and days.within(covered.first, covered.last)
        return within or days

    def _covered(self, row: TableRow) -> DayRange | None:
        starts = self._cell(row, self.columns.starts)
        ends = self._cell(row, self.columns.ends)
        if not (starts or ends):
            return self.report
        return self._days_of(f"{starts or ends} – {ends or starts}")
