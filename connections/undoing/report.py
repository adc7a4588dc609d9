"""What an undo did, or would do, in numbers and with what stays."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import QuerySet

from connections.models import ItemOutcome, Outcome, UndoRun
from connections.undoing.run import MOST_LEADS_IN_REQUEST, carry_out
from connections.undoing.scope import UndoScope
from medspa.jobs.progress import NullProgress
from medspa.models import User

MOST_KEPT_SHOWN = 200
WORDS = {
    "paid": "payments",
    "refunded": "refunds",
    "booked": "consults",
    "cancelled": "consults",
    "showed": "consults",
    "no_show": "consults",
}


@dataclass(frozen=True)
class UndoReport:
    """`deleted` leads were created by the import; `kept` are items with their lead."""

    deleted: int = 0
    set_back: int = 0
    payments: int = 0
    refunds: int = 0
    consults: int = 0
    kept_count: int = 0
    kept: Sequence[ItemOutcome] = ()
    # Too many to try: the most that it may come to.
    is_estimate: bool = False

    @property
    def is_cut(self) -> bool:
        return self.kept_count > len(self.kept)

    @property
    def planned(self) -> list[tuple[int, str]]:
        """Of a preview: numbers and what they count."""
        return self._counts("would be ")

    @property
    def done(self) -> list[tuple[int, str]]:
        return self._counts("")

    def _counts(self, tense: str) -> list[tuple[int, str]]:
        counts = [
            (self.deleted, "new lead", "new leads", f"{tense}deleted"),
            (self.set_back, "lead", "leads", f"{tense}set back"),
            (self.payments, "payment", "payments", f"{tense}voided"),
            (self.refunds, "refund", "refunds", f"{tense}voided"),
            (self.consults, "consult step", "consult steps", f"{tense}undone"),
            (self.kept_count, "stays", "stay", "unchanged, see below"),
        ]
        return [
            (number, f"{one if number == 1 else many} {verb}")
            for number, one, many, verb in counts
            if number
        ] or [(0, f"{tense}undone")]


def report_of(items: QuerySet[ItemOutcome]) -> UndoReport:
    """Of the items of an undo."""
    undone = items.exclude(undone_at=None)
    kept = items.exclude(kept="")
    shown = kept.select_related("lead", "event").order_by("-made_at", "-number")
    return replace(
        _count(undone),
        kept_count=kept.count(),
        kept=list(shown[:MOST_KEPT_SHOWN]),
    )


def _count(items: QuerySet[ItemOutcome]) -> UndoReport:
    found: Counter[str] = Counter()
    rows = items.order_by().values_list("what", "outcome", "lead_id").distinct()
    for what, outcome, _ in rows:
        if what not in WORDS:
            found["deleted" if outcome == Outcome.CREATED else "set_back"] += 1
    for what in items.order_by().values_list("what", flat=True):
        if name := WORDS.get(what):
            found[name] += 1
    return UndoReport(
        deleted=found["deleted"],
        set_back=found["set_back"],
        payments=found["payments"],
        refunds=found["refunds"],
        consults=found["consults"],
    )


def preview(scope: UndoScope, person: User) -> UndoReport:
    """What undoing would do. Raises NotUndone."""
    scope.refuse()
    leads = scope.items.order_by().values("lead").distinct().count()
    if leads > MOST_LEADS_IN_REQUEST:
        return replace(_count(scope.items), is_estimate=True)
    with transaction.atomic():
        run: UndoRun = scope.new_run()
        run.save(force_insert=True)
        carry_out(run.pk, person, NullProgress())
        report = report_of(run.items.all())
        transaction.set_rollback(True)
    return report
