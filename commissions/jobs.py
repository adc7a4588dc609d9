"""Months worked out and signed by a worker.

Each is one transaction under the closing lock: of a worker that is killed or told to
stop nothing remains, and the next one does it all.
"""

from datetime import date, datetime

from pydantic import AwareDatetime, Field

from commissions.engine import InputRefused
from commissions.statements import closing
from commissions.statements.calculate import RunRefused, RunReport, run_month
from kpis.models import KpiEvent
from medspa.audit.actors import current_actor
from medspa.clinic_time import clinic_zone, day_range
from medspa.jobs.progress import Steps
from medspa.jobs.registry import WorkRefused, begin, long_run
from medspa.json_shapes import Shape
from medspa.models import LongRun, User
from medspa.months import last_day, read_month

RUN, APPROVE, LOCK = "commissions.month", "commissions.approve", "commissions.lock"
# Events of a month that are worked out in about half a second.
FEW = 5_000


class MonthArguments(Shape):
    """`month` as 2026-03; `statements` are the chosen ones, None for all; `seen_at`
    is the state that whoever signs has looked at."""

    month: str
    statements: list[str] | None = None
    seen_at: AwareDatetime | None = Field(None, strict=False)


@long_run(RUN, arguments=MonthArguments)
def work_out(arguments: MonthArguments, progress: Steps) -> str:
    try:
        return " ".join(run_sentences(run_month(_month(arguments), steps=progress)))
    except (RunRefused, InputRefused) as refusal:
        raise WorkRefused(f"{refusal} Nothing was changed.") from refusal


@long_run(APPROVE, arguments=MonthArguments)
def approve(arguments: MonthArguments, progress: Steps) -> str:
    signed = closing.approve(
        _month(arguments),
        _person(),
        arguments.statements,
        seen_at=arguments.seen_at,
        steps=progress,
    )
    return _signed(signed, "approved")


@long_run(LOCK, arguments=MonthArguments)
def lock(arguments: MonthArguments, progress: Steps) -> str:
    month = _month(arguments)
    signed = closing.lock(month, _person(), arguments.statements, steps=progress)
    return _signed(signed, "locked")


def begin_work(
    kind: str,
    month: date,
    user: User,
    after: str,
    ids: list[str] | None = None,
    seen_at: datetime | None = None,
) -> LongRun:
    """Have a worker do it; the same act on the same month waits only once."""
    arguments = MonthArguments(month=f"{month:%Y-%m}", statements=ids, seen_at=seen_at)
    titles = {RUN: "Working out", APPROVE: "Approving", LOCK: "Locking"}
    return begin(
        kind,
        arguments,
        title=f"{titles[kind]} {month:%B %Y}",
        by=user,
        after=after,
        key=f"{month:%Y-%m}",
    )


def last_work(month: date) -> LongRun | None:
    """The latest that was asked for about `month`, which may be going on."""
    runs = LongRun.objects.filter(kind__in=(RUN, APPROVE, LOCK), key=f"{month:%Y-%m}")
    return runs.order_by("-created_at", "-pk").first()


def is_large(month: date) -> bool:
    """Whether signing, which works the month out again, takes longer than a request
    should."""
    start, end = day_range(month, last_day(month), clinic_zone())
    events = KpiEvent.all_objects.filter(
        occurred_at__gte=start, occurred_at__lt=end, kind="invoice_paid"
    )
    return events.order_by()[: FEW + 1].count() > FEW


def run_sentences(report: RunReport) -> list[str]:
    """What a run did, and what somebody should look at."""
    sentence = f"{report.written} worked out anew, {report.unchanged} unchanged"
    if report.closed:
        sentence += f", {report.closed} locked and left alone"
    return [
        f"{sentence}.",
        *(
            f"Somebody earned something in {month:%B %Y} and has no statement there: "
            "work that month out again."
            for month in sorted({month for month, _ in report.missing})
        ),
    ]


def _signed(signed: closing.Signed, done: str) -> str:
    reasons = sorted({sentence.partition(": ")[2] for sentence in signed.refused})
    sentence = f"{len(signed.done)} {done}."
    if signed.refused:
        sentence += f" {len(signed.refused)} not: {' '.join(reasons)}"
    return sentence


def _month(arguments: MonthArguments) -> date:
    month = read_month(arguments.month)
    if month is None:
        raise WorkRefused("Write the month as 2026-03.")
    return month


def _person() -> User:
    """Who asked for it; somebody must stand for a signature."""
    user = current_actor().user
    if user is None or not user.is_active:
        raise WorkRefused("Whoever asked for this may no longer sign.")
    return user
