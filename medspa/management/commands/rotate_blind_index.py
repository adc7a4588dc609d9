"""manage.py rotate_blind_index: computes every blind index anew with the newest key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from medspa.audit.events import record_event
from medspa.encryption.audit_kinds import INDEX_KEY_ROTATED, RotationDetails
from medspa.encryption.index_rotation import indexed_models, rotate_indexes
from medspa.encryption.key_checks import WrongKeys
from medspa.formats.plurals import counted


class Command(BaseCommand):
    help = (
        "Recomputes the search indexes of emails and phones with the first key of "
        "BLIND_INDEX_KEY. Put the new key in front of the old one, restart all "
        "processes, run this, then remove the old key. It can be interrupted and "
        "run again at any time; it continues where it stopped."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        rows = sum(model._base_manager.count() for model in indexed_models())
        try:
            with tqdm(total=rows, desc="indexes", unit="row", disable=None) as bar:
                result = rotate_indexes(bar.update)
        except WrongKeys as error:
            raise CommandError(f"{error}.") from error
        self.stdout.write(f"{counted(result.rotated, 'row', 'rows')} reindexed.")
        details = RotationDetails(rows=result.rotated)
        record_event(INDEX_KEY_ROTATED, details=details)
        if result.unreadable:
            raise CommandError(
                f"{counted(result.unreadable, 'row opens', 'rows open')} with no key, "
                "and no index was changed there. "
                "`verify_encryption` names them."
            )
        self.stdout.write("Everything is indexed with the newest key.")
