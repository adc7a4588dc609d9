"""manage.py rotate_field_keys: encrypts everything again under the newest key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from medspa.audit.events import record_event
from medspa.encryption.audit_kinds import KEYS_ROTATED, RotationDetails
from medspa.encryption.key_checks import WrongKeys, retire_field_keys, verify
from medspa.encryption.rotation import encrypted_models, rotate_keys, stale_rows
from medspa.formats.plurals import counted


class Command(BaseCommand):
    help = (
        "Re-encrypts every value with the first of FIELD_ENCRYPTION_KEYS. "
        "Put the new key in front, restart all processes, run this, then take the old "
        "key away. It may be interrupted and run again at any time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            verify()
        except WrongKeys as error:
            raise CommandError(f"{error}.") from error
        unreadable = rotated = 0
        for model in encrypted_models():
            table = model._meta.db_table
            with tqdm(
                total=stale_rows(model).count(), desc=table, unit="row", disable=None
            ) as bar:
                result = rotate_keys(model, bar.update)
            done = counted(result.rotated, "row", "rows")
            self.stdout.write(f"{table}: {done} re-encrypted")
            unreadable += result.unreadable
            rotated += result.rotated
        record_event(KEYS_ROTATED, details=RotationDetails(rows=rotated))
        if unreadable:
            raise CommandError(
                f"{counted(unreadable, 'row opens', 'rows open')} with none of the "
                "keys, and nothing was changed there. Add the key they were encrypted "
                "with to FIELD_ENCRYPTION_KEYS and run this again."
            )
        retire_field_keys()
        self.stdout.write("Everything is encrypted with the newest key.")
