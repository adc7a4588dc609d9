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

    A draw is measured against what was earned alone: a balance that was carried into
    its month is recovered only from what exceeds it. Without a draw in force nothing
    of an open draw is recovered: no rule says so.
    """
    earned = lines_cents + corrections_cents
    topup, recovered = 0, 0
    payable, closing = max(earned + opening.balance_cents, 0), 0
    if draw:
        topup = max(draw.amount_cents - earned, 0)
        above = max(earned - draw.amount_cents, 0)
        repaid = min(above, -opening.balance_cents)
        closing = opening.balance_cents + repaid
        if draw.recoverable:
            recovered = min(opening.draw_cents, above - repaid)
        payable = draw.amount_cents + above - repaid - recovered
    else:
        closing = min(earned + opening.balance_cents, 0)
    owed_back = topup if draw and draw.recoverable else 0
    return MonthTotals(
        lines_cents=lines_cents,
        adjustments_cents=corrections_cents + topup - recovered,
        opening_cents=opening.balance_cents,
        payable_cents=payable,
        closing_cents=closing,
        draw_topup_cents=topup,
        draw_recovered_cents=recovered,
        draw_opening_cents=opening.draw_cents,
        draw_balance_cents=opening.draw_cents + owed_back - recovered,
    )
