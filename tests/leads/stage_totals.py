"""The totals of the stages, counted from the leads."""

from leads.services.totals import check_stage_totals


def count_stage_totals() -> dict[str, tuple[int, int]]:
    """Stage id → (current active leads, their expected cents); without empty stages."""
    return {
        check.stage_id: check.counted
        for check in check_stage_totals()
        if check.counted[0]
    }
