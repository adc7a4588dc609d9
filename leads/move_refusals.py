"""Why a lead is not moved."""

from leads.models import Lead, LeadStage
from medspa import clock
from medspa.refusals import Refused

LEAD_IS_GONE = "This lead was deleted. Nothing was moved."
RETIRED = "This stage no longer exists. Reload to see the board."


class MoveRefused(Refused):
    """The lead stays where it is."""

    code = "move_refused"


class LeadIsGone(MoveRefused):
    """`survivor` is the lead that it was merged into, if it was."""

    code = "lead_deleted"

    def __init__(self, sentence: str, *, survivor: Lead | None = None) -> None:
        self.survivor = survivor
        super().__init__(sentence)


class StageIsRetired(MoveRefused):
    code = "stage_retired"


class ReasonNeeded(MoveRefused):
    code = "reason_needed"


class InTheFuture(MoveRefused):
    code = "in_the_future"


class MovedMeanwhile(MoveRefused):
    """Somebody else moved the lead first; `period` is where it is now."""

    code = "moved_meanwhile"

    def __init__(self, period: LeadStage) -> None:
        self.period = period
        who = period.changed_by or "Someone"
        seconds = max(0, int((clock.now() - period.changed_at).total_seconds()))
        ago = f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"
        super().__init__(f"{who} moved this to {period.stage} {ago} ago.")
