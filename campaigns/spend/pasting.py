"""Months and amounts that somebody pasted or typed for one campaign."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from campaigns.models import Campaign
from campaigns.spend.planning import Change, Given, Plan, refuse_month
from campaigns.spend.text import TextRefused, read_month, whole_cents

MONTH_THEN_COMMA = re.compile(r"(\d{4}-\d{1,2}(?:-\d{1,2})?)\s*,\s*(.+)")
MOST_LINES = 500
MOST_DIGITS = 18  # of what the database can count
INPUT = "spend-"
BEFORE = "was-"


@dataclass
class Pasted:
    """Cents by month, and (line number, sentence) for each line that is neither."""

    cents: dict[date, int] = field(default_factory=dict)
    refused: list[tuple[int, str]] = field(default_factory=list)

    def given(self, campaign: Campaign) -> Given:
        return {(campaign.pk, month): cents for month, cents in self.cents.items()}


def read_pasted(text: str) -> Pasted:
    """Lines like `2026-03<TAB>1,200.50`; a line of headers above them is passed."""
    pasted = Pasted()
    lines = [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line]
    for place, (number, line) in enumerate(lines[:MOST_LINES]):
        try:
            _take(pasted, line)
        except TextRefused as refusal:
            if place or any(mark.isdigit() for mark in line):
                pasted.refused.append((number, str(refusal)))
    if len(lines) > MOST_LINES:
        pasted.refused.append((MOST_LINES + 1, f"Paste at most {MOST_LINES} lines."))
    return pasted


def _take(pasted: Pasted, line: str) -> None:
    when, amount = _halves(line)
    month = read_month(when)
    refuse_month(month)
    if month in pasted.cents:
        raise TextRefused(f"{month:%B %Y} is there twice.")
    pasted.cents[month] = whole_cents(amount)


def _halves(line: str) -> tuple[str, str]:
    """The month and the amount: between them a tab, a semicolon or a space."""
    if marks := [mark for mark in "\t;" if mark in line]:
        when, _, amount = line.partition(marks[0])
        return when.strip(), amount.strip(" \t;")
    if found := MONTH_THEN_COMMA.fullmatch(line):
        return found[1], found[2]
    when, _, amount = line.rpartition(" ")
    return when.strip(" ,"), amount


def read_edits(campaign: Campaign, posted: Mapping[str, str]) -> Plan:
    """What a person changed in the inputs of a table, as a plan.

    Each month has `spend-2026-03` as it is now and `was-2026-03` in cents as the
    page had it; an emptied input takes the month away. Raises TextRefused.
    """
    changes = []
    for name in posted:
        if not name.startswith(INPUT):
            continue
        word = name.removeprefix(INPUT)
        month = read_month(word)
        refuse_month(month)
        before = _cents_before(posted.get(BEFORE + word, ""))
        text = posted[name].strip()
        try:
            after = whole_cents(text) if text else None
        except TextRefused as refusal:
            raise TextRefused(f"{month:%B %Y}: {refusal}") from None
        if after != before:
            changes.append(Change(campaign, month, before, after))
    return Plan(sorted(changes, key=lambda change: change.month))


def _cents_before(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if is_number else None
