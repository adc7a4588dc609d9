"""Cost exports of ad platforms: which campaign cost how much in which month."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import islice

from campaigns.models import Door
from campaigns.spend.text import (
    MOST_CENTS,
    NOTHING,
    OURS,
    TextRefused,
    read_cents,
    read_month,
)
from medspa.money import round_half_away
from medspa.reading.text_file import NotText, decode

LONGEST_NAME = 300
HEADERS_WITHIN = 12
NAME = ("campaign name", "campaign")
# The finest first: a day says more than the range that the report covers. A week is
# not here, it may lie in two months.
WHEN = ("day", "date", "month")
# Of a row that has no day of its own; both have to lie in one month.
STARTS = ("reporting starts", "start date")
ENDS = ("reporting ends", "end date")
AMOUNT = ("amount spent", "cost", "spend", "amount", "total cost")
CURRENCY = ("currency code", "currency", "account currency")
TOTALS = ("total", "totals", "grand total")


class SpendFileRefused(Exception):
    """Nothing of the file can be used; the message is a sentence."""


@dataclass(frozen=True)
class Columns:
    """Where in a row the name, the days, the amount and the currency stand."""

    name: int
    amount: int
    when: int | None = None
    ends: int | None = None
    currency: int | None = None


@dataclass
class Spending:
    """What a file says: exact cents by the platform's campaign name and month.

    `rows` = used + `totals` + `empty` + refused.
    """

    door: Door
    cents: dict[str, dict[date, Fraction]] = field(default_factory=dict)
    rows: int = 0
    used: int = 0
    totals: int = 0
    empty: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)

    @property
    def months(self) -> dict[str, dict[date, int]]:
        """Whole cents; days are added up exactly and rounded once."""
        return {
            name: {month: round_half_away(cents) for month, cents in months.items()}
            for name, months in self.cents.items()
        }

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
        told = [part for part, count in zip(parts, counts, strict=True) if count]
        rows = f"{self.rows:,} row{'' if self.rows == 1 else 's'}"
        return f"{self.door.label}, {rows}: {', '.join(told)}."

    def add(self, name: str, month: date, cents: Fraction) -> None:
        months = self.cents.setdefault(name, defaultdict(Fraction))
        if months[month] + cents > MOST_CENTS:
            raise TextRefused("More than $10,000,000 in one month can't be right.")
        months[month] += cents


def read_spend_file(data: bytes) -> Spending:
    """The spend in an export; raises SpendFileRefused with a sentence."""
    try:
        text = decode(data)
    except NotText as error:
        raise SpendFileRefused(str(error)) from None
    return read_spend_table(text)


def read_spend_table(text: str) -> Spending:
    """As `read_spend_file`, for a table that was pasted with its headers."""
    records = _records(text)
    try:
        before, headers = _find_headers(records)
        columns = _columns(headers)
        spending = Spending(_door(headers, before))
        whole = _only_month(before) if columns.when is None else None
        for number, cells in records:
            _take(spending, columns, number, cells, whole)
    except csv.Error:
        raise SpendFileRefused(
            "A quotation mark in the file never closes. Export it again as CSV."
        ) from None
    if not spending.rows:
        raise SpendFileRefused("There is no row below the headers.")
    return spending


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Every row that is not blank, with its number in a spreadsheet."""
    sample = [line for line in text.splitlines() if line.strip()][:HEADERS_WITHIN]
    separator = max(
        "\t;,", key=lambda mark: max((line.count(mark) for line in sample), default=0)
    )
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    for number, cells in enumerate(reader, 1):
        cells = [" ".join(cell.split()) for cell in cells]
        if any(cells):
            yield number, cells


def _find_headers(
    records: Iterator[tuple[int, list[str]]],
) -> tuple[list[str], list[str]]:
    """The lines above the headers, and the headers."""
    before: list[str] = []
    for _, cells in islice(records, HEADERS_WITHIN):
        headers = [_bare(cell) for cell in cells]
        if _place(headers, NAME) is not None and _place(headers, AMOUNT) is not None:
            return before, [cell.casefold() for cell in cells]
        before.append(", ".join(filter(None, cells)))
    raise SpendFileRefused(
        "No row names the columns. The table needs Campaign name, Month or Day, "
        "and Amount spent or Cost."
    )


def _bare(header: str) -> str:
    """`Amount spent (USD)` → `amount spent`."""
    return header.casefold().replace("_", " ").partition("(")[0].strip()


def _place(headers: Sequence[str], names: Sequence[str]) -> int | None:
    return next((headers.index(name) for name in names if name in headers), None)


def _columns(headers: Sequence[str]) -> Columns:
    bare = [_bare(header) for header in headers]
    name, amount = _place(bare, NAME), _place(bare, AMOUNT)
    assert name is not None and amount is not None  # noqa: S101  (found by them)
    named = headers[amount].partition("(")[2].strip(" )").upper()
    if named and named != OURS:
        raise _other_currency(named)
    currency = _place(bare, CURRENCY)
    when = _place(bare, WHEN)
    if when is not None:
        return Columns(name, amount, when, None, currency)
    return Columns(name, amount, _place(bare, STARTS), _place(bare, ENDS), currency)


def _other_currency(code: str) -> SpendFileRefused:
    shown = code if len(code) <= 4 and code.isalpha() else "another currency"
    return SpendFileRefused(
        f"The file is in {shown}, and all money here is in US dollars. "
        "Export it in US dollars, or enter the months by hand."
    )


def _door(headers: Sequence[str], before: Sequence[str]) -> Door:
    if any(header.startswith(("amount spent", "reporting")) for header in headers):
        return Door.META
    is_google = {"currency code", "campaign"} <= set(headers) or any(
        line.casefold().endswith("report") for line in before
    )
    return Door.GOOGLE if is_google else Door.OTHER


def _only_month(before: Sequence[str]) -> date:
    """The month that the lines above the headers say the report is about."""
    for line in before:
        try:
            return read_month(line)
        except TextRefused as refusal:
            if "several" in str(refusal):
                raise SpendFileRefused(
                    "The report covers several months in one sum. Add Month or Day "
                    "to its columns and export it again."
                ) from None
    raise SpendFileRefused(
        "The file does not say which month the spend is of. Add Month or Day to the "
        "report's columns and export it again."
    )


def _take(
    spending: Spending,
    columns: Columns,
    number: int,
    cells: list[str],
    whole: date | None,
) -> None:
    """Count one row; raises SpendFileRefused for one in another currency."""
    spending.rows += 1
    row: Mapping[int | None, str] = dict(enumerate(cells))
    name, amount = row.get(columns.name, ""), row.get(columns.amount, "")
    if _is_total(name):
        spending.totals += 1
        return
    if amount in NOTHING:
        spending.empty += 1
        return
    currency = row.get(columns.currency, "").upper()
    if columns.currency is not None and currency not in {OURS, *NOTHING}:
        raise _other_currency(currency)
    try:
        spending.add(_name(name), whole or _month(row, columns), read_cents(amount))
        spending.used += 1
    except TextRefused as refusal:
        spending.refused.append((number, str(refusal)))


def _is_total(name: str) -> bool:
    """Sums have no campaign; Google writes `Total: Account`, Meta an empty name."""
    words = name.casefold()
    return name in NOTHING or words in TOTALS or words.startswith("total:")


def _name(name: str) -> str:
    if len(name) > LONGEST_NAME:
        raise TextRefused(f"A name of more than {LONGEST_NAME} letters is none.")
    return name


def _month(row: Mapping[int | None, str], columns: Columns) -> date:
    month = read_month(row.get(columns.when, ""))
    ends = row.get(columns.ends, "")
    if ends and read_month(ends) != month:
        raise TextRefused("This covers several months. Export it by month or by day.")
    return month
