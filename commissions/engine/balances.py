"""From what was earned to what is paid: balances carried over, and draws."""

from dataclasses import dataclass

from commissions.engine.rule_language import Draw


@dataclass(frozen=True)
class OpeningBalance:
    """What the month before leaves to this one.

    `balance_cents` is what the provider owes (zero or less), `draw_cents` the part of
    earlier draws that is still to be recovered.
    """

    balance_cents: int = 0
    draw_cents: int = 0


@dataclass(frozen=True)
class MonthTotals:
    """The totals of a statement: lines + adjustments + opening = payable + closing."""

    lines_cents: int
    adjustments_cents: int
    opening_cents: int
    payable_cents: int
    closing_cents: int
    draw_topup_cents: int = 0
    draw_recovered_cents: int = 0
    draw_opening_cents: int = 0
    draw_balance_cents: int = 0

    @property
    def closing(self) -> OpeningBalance:
        return OpeningBalance(self.closing_cents, self.draw_balance_cents)


def calculate_totals(
    lines_cents: int, corrections_cents: int, opening: OpeningBalance, draw: Draw | None
) -> MonthTotals:
    """The totals of a month. What a draw pays or recovers is an adjustment.

    Without a draw in force nothing of an open draw is recovered: no rule says so.
    """
    due = lines_cents + corrections_cents + opening.balance_cents
    topup, recovered = _topup_and_recovery(due, opening.draw_cents, draw)
    due += topup - recovered
    owed_back = topup if draw and draw.recoverable else 0
    return MonthTotals(
        lines_cents=lines_cents,
        adjustments_cents=corrections_cents + topup - recovered,
        opening_cents=opening.balance_cents,
        payable_cents=max(due, 0),
        closing_cents=min(due, 0),
        draw_topup_cents=topup,
        draw_recovered_cents=recovered,
        draw_opening_cents=opening.draw_cents,
        draw_balance_cents=opening.draw_cents + owed_back - recovered,
    )


def _topup_and_recovery(
    due: int, open_cents: int, draw: Draw | None
) -> tuple[int, int]:
    """What the draw pays beyond what is due, and what of an open draw it takes back."""
    if draw is None:
        return 0, 0
    if due < draw.amount_cents:
        return draw.amount_cents - due, 0
    if draw.recoverable:
        return 0, min(open_cents, due - draw.amount_cents)
    return 0, 0
