"""manage.py dumpdata: Django's, without what the database or `migrate` makes itself."""

from typing import Any

from django.core.management.commands import dumpdata

from medspa.encryption.fields import surviving_damage

# Kept by triggers or made again (the board's totals, the KPI sums, what months are to
# be looked at), queues, sessions, how this server is, and rows that Django makes in
# every database.
LEFT_OUT = (
    "admin.logentry",
    "auth.permission",
    "axes",
    "commissions.inputchange",
    "commissions.openpayment",
    "commissions.reconciledmonth",
    "contenttypes",
    "kpis.daysum",
    "kpis.dirtysubject",
    "kpis.fact",
    "kpis.repeat",
    "kpis.rollupstate",
    "kpis.stageflow",
    "kpis.stageperiodsum",
    "kpis.stepsum",
    "kpis.waitsum",
    "leads.queueclaim",
    "leads.leadsummary",
    "leads.stagetotal",
    "medspa.alert",
    "medspa.alertmessage",
    "medspa.historychange",
    "medspa.keycheck",
    "medspa.measurement",
    "medspa.requestminute",
    "medspa.requesttotal",
    "procrastinate",
    "safekeeping.seal",
    "safekeeping.sealedrows",
    "sessions",
)


class Command(dumpdata.Command):
    help = (
        "Writes the clinic as JSON that `loaddata` takes into an empty database, also "
        "months that are locked. Emails and phones stay encrypted and need our keys. "
        "For a backup of a large clinic use pg_dump."
    )

    def handle(self, *labels: str, **options: Any) -> None:
        if not labels:
            options["exclude"] = [*options["exclude"], *LEFT_OUT]
            # Deleted rows too: others refer to them.
            options["use_base_manager"] = True
            # A permission has another number in every database.
            options["use_natural_foreign_keys"] = True
        # A value that doesn't open is written as it is stored, and named in the log.
        with surviving_damage():
            super().handle(*labels, **options)
