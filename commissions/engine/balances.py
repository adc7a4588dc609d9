"""From what was earned to what is paid: carried balances and draws."""

from dataclasses import dataclass

from commissions.rule_language import Draw


@dataclass(frozen=True)
class Opening:
    """What the month before left: a balance owed (zero or less) and an open draw."""

    balance_cents: int = 0
    draw_cents: int = 0


@dataclass(frozen=True)
class Settlement:
    """How a month ends. Always: lines + adjustments + opening = payable + closing."""

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
    def closing(self) -> Opening:
        return Opening(self.closing_cents, self.draw_balance_cents)


def settle(
    lines_cents: int, corrections_cents: int, opening: Opening, draw: Draw | None
) -> Settlement:
    """Settle a month. What a draw adds or takes back is an adjustment.

    Without a draw in force nothing is taken for an open one: no rule says so.
    """
    due = lines_cents + corrections_cents + opening.balance_cents
    topup, recovered = _drawn(due, opening.draw_cents, draw)
    due += topup - recovered
    owed_back = topup if draw and draw.recoverable else 0
    return Settlement(
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


def _drawn(due: int, open_cents: int, draw: Draw | None) -> tuple[int, int]:
    if draw is None:
        return 0, 0
    if due < draw.amount_cents:
        return draw.amount_cents - due, 0
    if draw.recoverable:
        return 0, min(open_cents, due - draw.amount_cents)
    return 0, 0
