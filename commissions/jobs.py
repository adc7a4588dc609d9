"""Months calculated and signed by a background worker.

Each job is one transaction under the closing lock: when a worker is killed or the job
canceled nothing of it is saved, and another worker begins again.
"""

from datetime import date, datetime

from pydantic import AwareDatetime, Field

from commissions.statements import closing
from commissions.statements.calculate import RunReport, run_month
from kpis.choices import Kind
from kpis.models import KpiEvent
from medspa.audit.actors import current_actor
from medspa.clinic_time import clinic_zone, day_range
from medspa.formats import format_month
from medspa.jobs.progress import JobProgress
from medspa.jobs.registry import JobRefused, job, start_job
from medspa.json_columns import Schema
from medspa.models import JobRun, User
from medspa.months import last_day, read_month
from medspa.refusals import Refused

RUN, APPROVE, LOCK = "commissions.month", "commissions.approve", "commissions.lock"
# A month of so many payments is calculated in about half a second.
EVENTS_PER_REQUEST = 5_000


class MonthArguments(Schema):
    """`month` is like 2026-03; `statements` are ids of the chosen ones, None for all;
    `seen_at` is when the latest statement was calculated that the signer has seen."""

    month: str
    statements: list[str] | None = None
    seen_at: AwareDatetime | None = Field(None, strict=False)


@job(RUN, arguments=MonthArguments, right="commissions.run_month")
def calculate(arguments: MonthArguments, progress: JobProgress) -> str:
    month = _month_of(arguments)
    try:
        return " ".join(run_sentences(run_month(month, steps=progress)))
    except Refused as refusal:
        raise JobRefused(f"{refusal} Nothing was changed.") from refusal


@job(APPROVE, arguments=MonthArguments, right="commissions.approve_statement")
def approve(arguments: MonthArguments, progress: JobProgress) -> str:
    signed = closing.approve(
        _month_of(arguments),
        _signer(),
        arguments.statements,
        seen_at=arguments.seen_at,
        steps=progress,
    )
    return _result_sentence(signed, "approved")


@job(LOCK, arguments=MonthArguments, right="commissions.lock_statement")
def lock(arguments: MonthArguments, progress: JobProgress) -> str:
    month = _month_of(arguments)
    signed = closing.lock(month, _signer(), arguments.statements, steps=progress)
    return _result_sentence(signed, "locked")


def begin_job(
    kind: str,
    month: date,
    user: User,
    after: str,
    ids: list[str] | None = None,
    seen_at: datetime | None = None,
) -> JobRun:
    """Start a job; the same one, if it waits or runs, is returned.

    Raises JobRefused if somebody else signs the month, or the person other statements.
    """
    arguments = MonthArguments(month=f"{month:%Y-%m}", statements=ids, seen_at=seen_at)
    titles = {RUN: "Calculating", APPROVE: "Approving", LOCK: "Locking"}
    run = start_job(
        kind,
        arguments,
        title=f"{titles[kind]} {format_month(month)}",
        by=user,
        after=after,
        key=f"{month:%Y-%m}",
    )
    others = set(run.arguments["statements"] or ()) ^ set(ids or ())
    if others or (kind != RUN and run.made_by_id != user.pk):
        raise JobRefused(
            f"{run.title} has already been started. Try again when it's done."
        )
    return run


def last_job(month: date) -> JobRun | None:
    """The latest job for `month`, which may still be running."""
    runs = JobRun.objects.filter(kind__in=(RUN, APPROVE, LOCK), key=f"{month:%Y-%m}")
    return runs.order_by("-created_at", "-pk").first()


def is_large(month: date) -> bool:
    """Whether signing, which calculates the month again, is too long for a request."""
    start, end = day_range(month, last_day(month), clinic_zone())
    events = KpiEvent.all_objects.filter(
        occurred_at__gte=start, occurred_at__lt=end, kind=Kind.INVOICE_PAID
    )
    return events.order_by()[: EVENTS_PER_REQUEST + 1].count() > EVENTS_PER_REQUEST


def run_sentences(report: RunReport) -> list[str]:
    """What a run did, and what remains to be done."""
    sentence = f"{report.written} recalculated, {report.unchanged} unchanged"
    if report.closed:
        sentence += f", {report.closed} locked and left alone"
    return [
        f"{sentence}.",
        *(
            f"Someone earned a commission in {format_month(month)} without a "
            "statement. Recalculate that month."
            for month in sorted({month for month, _ in report.missing})
        ),
    ]


def _result_sentence(signed: closing.SigningResult, done: str) -> str:
    reasons = sorted({sentence.partition(": ")[2] for sentence in signed.refused})
    sentence = f"{len(signed.done)} {done}."
    if signed.refused:
        sentence += f" {len(signed.refused)} not: {' '.join(reasons)}"
    return sentence


def _month_of(arguments: MonthArguments) -> date:
    month = read_month(arguments.month)
    if month is None:
        raise JobRefused("Enter the month like 2026-03.")
    return month


def _signer() -> User:
    """Who started the job: signatures need a person."""
    user = current_actor().user
    if user is None or not user.may_sign_in:
        raise JobRefused("The person who started this can no longer sign.")
    return user
