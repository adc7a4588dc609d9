"""Days and amounts that were pasted or typed for one campaign."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from campaigns.models import Campaign
from campaigns.spend.planning import SpendByDays, refuse_days, so_far
from campaigns.spend.text import (
    TextRefused,
    range_between,
    read_spend_days,
    read_whole_cents,
)
from medspa.formats import format_days
from medspa.months import DayRange

DAYS_THEN_COMMA = re.compile(r"(\d{4}-\d{1,2}(?:-\d{1,2})?)\s*,\s*(.+)")
MAX_PASTED_LINES = 500
MAX_CENTS_DIGITS = 18  # what a bigint column holds
INPUT_PREFIX = "spend-"
BEFORE_PREFIX = "was-"
# The inputs for days that the table has no line for.
NEW_INPUTS = ("new-first", "new-last", "new-amount")


@dataclass
class Pasted:
    """Cents by days, and (line number, sentence) for each line that is neither."""

    cents: dict[DayRange, int] = field(default_factory=dict)
    refused: list[tuple[int, str]] = field(default_factory=list)

    def given(self, campaign: Campaign) -> SpendByDays:
        return {(campaign.pk, days): cents for days, cents in self.cents.items()}


def read_pasted(text: str) -> Pasted:
    """Lines like `2026-03<TAB>1,200.50`; a line of headers above them is skipped."""
    pasted = Pasted()
    lines = [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line]
    read: list[tuple[int, DayRange, str]] = []
    for index, (number, line) in enumerate(lines[:MAX_PASTED_LINES]):
        when, amount = _days_and_amount(line)
        try:
            read.append((number, read_spend_days(when), amount))
        except TextRefused as refusal:
            if index or any(mark.isdigit() for mark in line):
                pasted.refused.append((number, str(refusal)))
    by_month = are_months(days for _, days, _ in read)
    for number, days, amount in read:
        try:
            _take(pasted, DayRange.of_month(days.first) if by_month else days, amount)
        except TextRefused as refusal:
            pasted.refused.append((number, str(refusal)))
    if len(lines) > MAX_PASTED_LINES:
        pasted.refused.append(
            (MAX_PASTED_LINES + 1, f"Paste at most {MAX_PASTED_LINES} lines.")
        )
    pasted.refused.sort()
    return pasted


def are_months(found: Iterable[DayRange]) -> bool:
    """Spreadsheets write a month as its first day: so are dates that all are one."""
    return all(days.days == 1 and days.first.day == 1 for days in found)


def _take(pasted: Pasted, days: DayRange, amount: str) -> None:
    refuse_days(days)
    days = so_far(days)
    if any(days.overlaps(other) for other in pasted.cents):
        raise TextRefused(f"{format_days(days)} appears twice.")
    pasted.cents[days] = read_whole_cents(amount)


def _days_and_amount(line: str) -> tuple[str, str]:
    """The days and the amount: between them a tab, a semicolon or a space."""
    if marks := [mark for mark in "\t;" if mark in line]:
        when, _, amount = line.partition(marks[0])
        return when.strip(), amount.strip(" \t;")
    if found := DAYS_THEN_COMMA.fullmatch(line):
        return found[1], found[2]
    when, _, amount = line.rpartition(" ")
    return when.strip(" ,"), amount


@dataclass
class SpendEdits:
    """What a person changed in the inputs of a campaign's page.

    `given` is the amount of each changed range (None takes it away), `expected` what
    the page had there.
    """

    given: dict[tuple[str, DayRange], int | None] = field(default_factory=dict)
    expected: dict[tuple[str, DayRange], int | None] = field(default_factory=dict)


def input_key(days: DayRange) -> str:
    """The name of a range's input: `2026-03`, or `2026-03-09_2026-03-15`."""
    return f"{days.first:%Y-%m}" if days.is_month else f"{days.first}_{days.last}"


def amount_text(cents: int | None) -> str:
    """As an input of dollars has it: `1200.50`, empty for nothing."""
    return "" if cents is None else f"{cents // 100}.{cents % 100:02}"


def edited_inputs(posted: Mapping[str, str]) -> set[str]:
    """The names of the inputs in which something was typed, with what they had."""
    names = {*NEW_INPUTS}
    for name in posted:
        before = BEFORE_PREFIX + name.removeprefix(INPUT_PREFIX)
        had = amount_text(_cents_before(posted.get(before, "")))
        if name.startswith(INPUT_PREFIX) and posted[name] != had:
            names |= {name, before}
    return names


def read_edits(campaign: Campaign, posted: Mapping[str, str]) -> SpendEdits:
    """Each range has `spend-2026-03` as it is now and `was-2026-03` in cents as the
    page had it; an emptied input takes it away. Raises TextRefused.
    """
    edits = SpendEdits()
    for name in posted:
        if name.startswith(INPUT_PREFIX):
            word = name.removeprefix(INPUT_PREFIX)
            before = _cents_before(posted.get(BEFORE_PREFIX + word, ""))
            _edit(edits, campaign, _days_of(word), posted[name], before)
    typed = [posted.get(name, "").strip() for name in NEW_INPUTS]
    if any(typed):
        first, last, amount = typed
        if not amount:
            raise TextRefused("Enter the spend for these dates.")
        days = range_between(_date(first), _date(last or first))
        if (campaign.pk, days) in edits.given:
            raise TextRefused(f"{format_days(days)} appears twice.")
        _edit(edits, campaign, days, amount, None)
        del edits.expected[campaign.pk, days]
    return edits


def _edit(
    edits: SpendEdits, campaign: Campaign, days: DayRange, text: str, before: int | None
) -> None:
    refuse_days(days)
    try:
        after = read_whole_cents(text) if text.strip() else None
    except TextRefused as refusal:
        raise TextRefused(f"{format_days(days)}: {refusal}") from None
    if after != before:
        edits.given[campaign.pk, days] = after
        edits.expected[campaign.pk, days] = before


def _days_of(word: str) -> DayRange:
    first, mark, last = word.partition("_")
    if mark:
        return range_between(_date(first), _date(last))
    return read_spend_days(word)


def _date(text: str) -> date:
    days = read_spend_days(text)
    if days.days != 1:
        raise TextRefused("Enter the start and end dates.")
    return days.first


def _cents_before(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) <= MAX_CENTS_DIGITS
    return int(text) if is_number else None
