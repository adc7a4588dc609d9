"""Months and amounts that were pasted or typed for one campaign."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from campaigns.models import Campaign
from campaigns.spend.planning import SpendByMonth, SpendChange, SpendPlan, refuse_month
from campaigns.spend.text import TextRefused, read_spend_month, read_whole_cents

MONTH_THEN_COMMA = re.compile(r"(\d{4}-\d{1,2}(?:-\d{1,2})?)\s*,\s*(.+)")
MAX_PASTED_LINES = 500
MAX_CENTS_DIGITS = 18  # what a bigint column holds
INPUT_PREFIX = "spend-"
BEFORE_PREFIX = "was-"


@dataclass
class Pasted:
    """Cents by month, and (line number, sentence) for each line that is neither."""

    cents: dict[date, int] = field(default_factory=dict)
    refused: list[tuple[int, str]] = field(default_factory=list)

    def given(self, campaign: Campaign) -> SpendByMonth:
        return {(campaign.pk, month): cents for month, cents in self.cents.items()}


def read_pasted(text: str) -> Pasted:
    """Lines like `2026-03<TAB>1,200.50`; a line of headers above them is skipped."""
    pasted = Pasted()
    lines = [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line]
    for index, (number, line) in enumerate(lines[:MAX_PASTED_LINES]):
        try:
            _take(pasted, line)
        except TextRefused as refusal:
            if index or any(mark.isdigit() for mark in line):
                pasted.refused.append((number, str(refusal)))
    if len(lines) > MAX_PASTED_LINES:
        pasted.refused.append(
            (MAX_PASTED_LINES + 1, f"Paste at most {MAX_PASTED_LINES} lines.")
        )
    return pasted


def _take(pasted: Pasted, line: str) -> None:
    when, amount = _month_and_amount(line)
    month = read_spend_month(when)
    refuse_month(month)
    if month in pasted.cents:
        raise TextRefused(f"{month:%B %Y} is there twice.")
    pasted.cents[month] = read_whole_cents(amount)


def _month_and_amount(line: str) -> tuple[str, str]:
    """The month and the amount: between them a tab, a semicolon or a space."""
    if marks := [mark for mark in "\t;" if mark in line]:
        when, _, amount = line.partition(marks[0])
        return when.strip(), amount.strip(" \t;")
    if found := MONTH_THEN_COMMA.fullmatch(line):
        return found[1], found[2]
    when, _, amount = line.rpartition(" ")
    return when.strip(" ,"), amount


def read_edits(campaign: Campaign, posted: Mapping[str, str]) -> SpendPlan:
    """What a person changed in the inputs of a table, as a plan.

    Each month has `spend-2026-03` as it is now and `was-2026-03` in cents as the
    page had it; an emptied input takes the month away. Raises TextRefused.
    """
    changes = []
    for name in posted:
        if not name.startswith(INPUT_PREFIX):
            continue
        word = name.removeprefix(INPUT_PREFIX)
        month = read_spend_month(word)
        refuse_month(month)
        before = _cents_before(posted.get(BEFORE_PREFIX + word, ""))
        text = posted[name].strip()
        try:
            after = read_whole_cents(text) if text else None
        except TextRefused as refusal:
            raise TextRefused(f"{month:%B %Y}: {refusal}") from None
        if after != before:
            changes.append(SpendChange(campaign, month, before, after))
    return SpendPlan(sorted(changes, key=lambda change: change.month))


def _cents_before(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) <= MAX_CENTS_DIGITS
    return int(text) if is_number else None
