"""manage.py verify_encryption: opens every encrypted value and compares its indexes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from medspa.encryption.key_checks import WrongKeys, verify
from medspa.encryption.rotation import encrypted_models
from medspa.encryption.verifying import findings
from medspa.formats.plurals import counted


class Command(BaseCommand):
    help = (
        "Opens every encrypted value, history included, compares every search index "
        "with its value, and names the rows where something is wrong. Changes nothing."
    )
    # Wrong keys are what it is asked about.
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        try:
            verify()
        except WrongKeys as error:
            self.stderr.write(f"{error}.")
            wrong += 1
        for model in encrypted_models():
            rows, table = model._base_manager.count(), model._meta.db_table
            with tqdm(total=rows, desc=table, unit="row", disable=None) as bar:
                for finding in findings(model, bar.update):
                    self.stdout.write(str(finding))
                    wrong += 1
            self.stdout.write(f"{table}: {counted(rows, 'row', 'rows')} read")
        if wrong:
            things = "1 thing is" if wrong == 1 else f"{wrong:,} things are"
            raise CommandError(f"{things} wrong.")
        self.stdout.write("Every value opens, and every index is that of its value.")
