"""After a change of the clinic's time zone: what payments fall into a month anew.

Statements that nobody has locked are calculated again. Locked ones stay as they were
signed; what their months come to by now is a correction in the next open month.
"""

from commissions.models import Statement
from commissions.models.statement import CLOSED
from commissions.statements.calculate import run_month
from medspa.formats import format_month
from medspa.jobs.progress import JobProgress


def recalculate_open_months(progress: JobProgress) -> str:
    """The earliest month first: balances are carried forward."""
    rows = Statement.objects.current().exclude(status__in=CLOSED)
    months = sorted(set(rows.order_by().values_list("month", flat=True)))
    for month in months:
        run_month(month, steps=progress)
    if not months:
        return ""
    names = ", ".join(format_month(month) for month in months)
    return f"Commissions recalculated: {names}."
