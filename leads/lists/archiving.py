"""Archiving a row of the clinic's lists and offering it again, each of them once."""

from django.db import transaction

from medspa.refusals import Refused
from medspa.soft_deletion import SoftDeletable


class AlreadyArchived(Refused):
    """Someone else archived the row first."""

    code = "already_archived"

    def __init__(self, row: object) -> None:
        super().__init__(f"{row} is already archived.")


class NotArchived(Refused):
    """The row is offered: it was never archived, or someone else restored it first."""

    code = "not_archived"

    def __init__(self, row: object) -> None:
        super().__init__(f"{row} isn't archived.")


@transaction.atomic
def archive(row: SoftDeletable) -> None:
    """Where the row is used it stays, and nobody can choose it anymore.

    Raises AlreadyArchived, also if someone else archives it at this moment.
    """
    stored = _locked(row)
    if stored.is_deleted:
        raise AlreadyArchived(stored)
    stored.delete()


@transaction.atomic
def restore(row: SoftDeletable) -> None:
    """Raises NotArchived, and ValidationError if another row has the name by now."""
    stored = _locked(row)
    if not stored.is_deleted:
        raise NotArchived(stored)
    stored.restore()


def _locked(row: SoftDeletable) -> SoftDeletable:
    rows = type(row).all_objects.select_for_update(no_key=True)
    stored: SoftDeletable = rows.get(pk=row.pk)
    return stored
