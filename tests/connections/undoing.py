"""Files that are imported, and undone, for tests."""

from collections.abc import Sequence

from connections.models import IntakeBatch, ItemOutcome, UndoRun
from connections.undoing.run import start
from connections.undoing.scope import UndoScope
from leads.intake.files.upload import UploadReport, import_upload
from leads.intake.take_in import ImportOptions
from medspa.audit.actors import acting
from medspa.models import User

HEADERS = "Contact Id,First Name,Phone,Email,Tags"


def import_leads(person: User, *rows: str) -> IntakeBatch:
    """Import a GoHighLevel export with these rows."""
    text = "\n".join((HEADERS, *rows))
    with acting(user=person):
        report: UploadReport = import_upload(text.encode(), "", (), ImportOptions())
    assert report.result and not report.result.failed, report
    return IntakeBatch.objects.get(pk=report.result.batch)


def undo_batch(batch: IntakeBatch, person: User) -> UndoRun:
    return start(UndoScope(batch=batch), person)


def kept(run: UndoRun) -> Sequence[str]:
    items = ItemOutcome.objects.filter(undo=run).exclude(kept="")
    return list(items.order_by("number").values_list("kept", flat=True))
