"""Which column of a cost export is what, and what the lines above the headers say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from campaigns.models import SpendSource
from campaigns.spend.export_rows import TableRow
from campaigns.spend.text import TextRefused, read_spend_days
from medspa.formats import clinic_formats
from medspa.months import DayRange
from medspa.refusals import Refused

SPEND_HEADERS_WITHIN = 12
NAME_HEADERS = ("campaign name", "campaign")
# The most precise first. A week is not here: its days depend on where weeks begin.
DAY_HEADERS = ("day", "gregorian date", "date", "month")
# A row's own days, or the days that its month or day was exported for.
START_HEADERS = ("reporting starts", "start date")
END_HEADERS = ("reporting ends", "end date")
AMOUNT_HEADERS = ("amount spent", "cost", "spend", "amount", "total cost")
CURRENCY_HEADERS = ("currency code", "currency", "account currency")


class SpendFileRefused(Refused):
    """Nothing of the file can be used."""

    code = "spend_file_refused"


@dataclass(frozen=True)
class SpendColumns:
    """Where in a row the name, the days, the amount and the currency stand.

    `named` are the columns that have a header; `is_by_month` says that a date in
    `when` stands for its month, `may_be_by_month` that it does where all are firsts.
    """

    name: int
    amount: int
    named: tuple[bool, ...]
    when: int | None = None
    starts: int | None = None
    ends: int | None = None
    currency: int | None = None
    is_by_month: bool = False
    may_be_by_month: bool = False


def find_headers(rows: Iterator[TableRow]) -> tuple[list[str], list[str]]:
    """The lines above the headers, and the headers."""
    before: list[str] = []
    for row in islice(rows, SPEND_HEADERS_WITHIN):
        headers = [_plain(cell) for cell in row.cells]
        if (
            _find(headers, NAME_HEADERS) is not None
            and _find(headers, AMOUNT_HEADERS) is not None
        ):
            return before, [cell.casefold() for cell in row.cells]
        before.append(", ".join(filter(None, row.cells)))
    raise SpendFileRefused(
        "No row names the columns. The table needs Campaign name, Month or Day, "
        "and Amount spent or Cost."
    )


def _plain(header: str) -> str:
    """`Amount spent (USD)` → `amount spent`."""
    return header.casefold().replace("_", " ").partition("(")[0].strip()


def _find(headers: Sequence[str], names: Sequence[str]) -> int | None:
    return next((headers.index(name) for name in names if name in headers), None)


def find_columns(headers: Sequence[str]) -> SpendColumns:
    """Raises SpendFileRefused for amounts in another currency."""
    bare = [_plain(header) for header in headers]
    name, amount = _find(bare, NAME_HEADERS), _find(bare, AMOUNT_HEADERS)
    assert name is not None and amount is not None  # noqa: S101  (found by them)
    named = headers[amount].partition("(")[2].strip(" )").upper()
    if named:
        refuse_other_currency(named)
    when = _find(bare, DAY_HEADERS)
    return SpendColumns(
        name,
        amount,
        tuple(map(bool, headers)),
        when,
        _find(bare, START_HEADERS),
        _find(bare, END_HEADERS),
        _find(bare, CURRENCY_HEADERS),
        when is not None and bare[when] == "month",
        when is not None and bare[when] == "date",
    )


def refuse_other_currency(code: str) -> None:
    """Raises SpendFileRefused; where the clinic's currency isn't known, any will do."""
    ours = clinic_formats().currency
    if ours in ("", code):
        return
    shown = code if len(code) <= 4 and code.isalpha() else "another currency"
    raise SpendFileRefused(
        f"The file is in {shown}, but this clinic uses {ours}. "
        f"Export it in {ours}, or enter the amounts by hand."
    )


def source_of(headers: Sequence[str], before: Sequence[str]) -> SpendSource:
    if any(header.startswith(("amount spent", "reporting")) for header in headers):
        return SpendSource.META
    is_google = {"currency code", "campaign"} <= set(headers) or any(
        line.casefold().endswith("report") for line in before
    )
    return SpendSource.GOOGLE if is_google else SpendSource.OTHER


def days_of_report(before: Sequence[str]) -> DayRange | None:
    """The days that the lines above the headers say the report is about."""
    for line in before:
        try:
            return read_spend_days(line)
        except TextRefused:
            continue
    return None
