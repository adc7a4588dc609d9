"""Cost exports of ad platforms: which campaign cost how much in which month."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import islice

from campaigns.models import SpendSource
from campaigns.spend.text import (
    EMPTY_CELLS,
    OUR_CURRENCY,
    SeveralMonths,
    TextRefused,
    read_spend_cents,
    read_spend_month,
    refuse_sum,
)
from medspa.money import round_half_away
from medspa.reading.text_file import NotText, decode
from medspa.refusals import Refused

LONGEST_NAME = 300
HEADERS_WITHIN = 12
NAME_HEADERS = ("campaign name", "campaign")
# The most precise first. A week is not here: it may belong to two months.
DAY_HEADERS = ("day", "date", "month")
# For rows without a day of their own: both dates have to be in one month.
START_HEADERS = ("reporting starts", "start date")
END_HEADERS = ("reporting ends", "end date")
AMOUNT_HEADERS = ("amount spent", "cost", "spend", "amount", "total cost")
CURRENCY_HEADERS = ("currency code", "currency", "account currency")
TOTAL_NAMES = ("total", "totals", "grand total")


class SpendFileRefused(Refused):
    """Nothing of the file can be used."""

    code = "spend_file_refused"


@dataclass(frozen=True)
class SpendColumns:
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

    source: SpendSource
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
        shown = [part for part, count in zip(parts, counts, strict=True) if count]
        rows = f"{self.rows:,} row{'' if self.rows == 1 else 's'}"
        return f"{self.source.label}, {rows}: {', '.join(shown)}."

    def add(self, name: str, month: date, cents: Fraction) -> None:
        months = self.cents.setdefault(name, defaultdict(Fraction))
        refuse_sum(months[month] + cents)
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
        spending = Spending(_source(headers, before))
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
        headers = [_plain(cell) for cell in cells]
        if (
            _find(headers, NAME_HEADERS) is not None
            and _find(headers, AMOUNT_HEADERS) is not None
        ):
            return before, [cell.casefold() for cell in cells]
        before.append(", ".join(filter(None, cells)))
    raise SpendFileRefused(
        "No row names the columns. The table needs Campaign name, Month or Day, "
        "and Amount spent or Cost."
    )


def _plain(header: str) -> str:
    """`Amount spent (USD)` → `amount spent`."""
    return header.casefold().replace("_", " ").partition("(")[0].strip()


def _find(headers: Sequence[str], names: Sequence[str]) -> int | None:
    return next((headers.index(name) for name in names if name in headers), None)


def _columns(headers: Sequence[str]) -> SpendColumns:
    bare = [_plain(header) for header in headers]
    name, amount = _find(bare, NAME_HEADERS), _find(bare, AMOUNT_HEADERS)
    assert name is not None and amount is not None  # noqa: S101  (found by them)
    named = headers[amount].partition("(")[2].strip(" )").upper()
    if named and named != OUR_CURRENCY:
        raise _other_currency(named)
    currency = _find(bare, CURRENCY_HEADERS)
    when = _find(bare, DAY_HEADERS)
    if when is not None:
        return SpendColumns(name, amount, when, None, currency)
    return SpendColumns(
        name, amount, _find(bare, START_HEADERS), _find(bare, END_HEADERS), currency
    )


def _other_currency(code: str) -> SpendFileRefused:
    shown = code if len(code) <= 4 and code.isalpha() else "another currency"
    return SpendFileRefused(
        f"The file is in {shown}, and all money here is in US dollars. "
        "Export it in US dollars, or enter the months by hand."
    )


def _source(headers: Sequence[str], before: Sequence[str]) -> SpendSource:
    if any(header.startswith(("amount spent", "reporting")) for header in headers):
        return SpendSource.META
    is_google = {"currency code", "campaign"} <= set(headers) or any(
        line.casefold().endswith("report") for line in before
    )
    return SpendSource.GOOGLE if is_google else SpendSource.OTHER


def _only_month(before: Sequence[str]) -> date:
    """The month that the lines above the headers say the report is about."""
    for line in before:
        try:
            return read_spend_month(line)
        except SeveralMonths:
            raise SpendFileRefused(
                "The report covers several months in one sum. Add Month or Day "
                "to its columns and export it again."
            ) from None
        except TextRefused:
            continue
    raise SpendFileRefused(
        "The file does not say which month the spend is of. Add Month or Day to the "
        "report's columns and export it again."
    )


def _take(
    spending: Spending,
    columns: SpendColumns,
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
    if amount in EMPTY_CELLS:
        spending.empty += 1
        return
    currency = row.get(columns.currency, "").upper()
    if columns.currency is not None and currency not in {OUR_CURRENCY, *EMPTY_CELLS}:
        raise _other_currency(currency)
    try:
        spending.add(
            _name(name), whole or _month(row, columns), read_spend_cents(amount)
        )
        spending.used += 1
    except TextRefused as refusal:
        spending.refused.append((number, str(refusal)))


def _is_total(name: str) -> bool:
    """Sums have no campaign; Google writes `Total: Account`, Meta an empty name."""
    words = name.casefold()
    return name in EMPTY_CELLS or words in TOTAL_NAMES or words.startswith("total:")


def _name(name: str) -> str:
    if len(name) > LONGEST_NAME:
        raise TextRefused(f"A name of more than {LONGEST_NAME} letters is none.")
    return name


def _month(row: Mapping[int | None, str], columns: SpendColumns) -> date:
    month = read_spend_month(row.get(columns.when, ""))
    ends = row.get(columns.ends, "")
    if ends and read_spend_month(ends) != month:
        raise SeveralMonths("This covers several months. Export it by month or by day.")
    return month
