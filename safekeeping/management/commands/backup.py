"""manage.py backup: back the database up now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from medspa import clock
from medspa.formats.plurals import counted
from safekeeping.backups.command import BackupCommand
from safekeeping.backups.running import back_up, export, is_due, should_be_full
from safekeeping.backups.storage.config import BackupConfig, current_config
from safekeeping.backups.storage.copying import copy_to_second
from safekeeping.backups.storage.destinations import every
from safekeeping.backups.storage.signing import public_key
from safekeeping.backups.storage.sizes import in_words
from safekeeping.backups.storage.verifying import problems_in

HELP = """\
Back the database up now. The worker does it every night by itself.

Once a week everything is copied, otherwise only what changed. The copy is compressed,
encrypted so that only the owner's and the escrow's keys open it, and stored in
BACKUP_DIR, then in BACKUP_SECOND if there is one. People can go on working.
"""
EXAMPLES = """\
examples:
  manage.py backup             back up now
  manage.py backup --full      all of it, for example after a restore
  manage.py backup --verify    is every stored file as it was stored? (makes no backup)
"""


class Command(BackupCommand):
    help = HELP
    examples = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--full", action="store_true", help="a full backup")
        parser.add_argument(
            "--if-due",
            action="store_true",
            help="only if the night's backup was missed (for cron)",
        )
        parser.add_argument(
            "--logical",
            action="store_true",
            help="an export by pg_dump, as BACKUP_METHOD=export makes every night",
        )
        parser.add_argument(
            "--no-copy", action="store_true", help="leave the second copy to the worker"
        )

        parser.add_argument(
            "--verify",
            action="store_true",
            help="make none: compare every stored file with what was signed",
        )

    def work(self, **options: Any) -> None:
        config = current_config()
        if options["verify"]:
            self._verify(config)
            return
        if options["if_due"] and not is_due(config, clock.now()):
            self.stdout.write("No backup is due.")
            return
        if options["logical"]:
            row = export(config)
        else:
            is_full = options["full"] or should_be_full(clock.now())
            row = back_up(config, is_full=is_full)
        self.stdout.write(
            f"{row.get_kind_display()} backup {row.label}: {in_words(row.size)} "
            f"for a database of {in_words(row.database_bytes)}, in {config.first}."
        )
        if config.second and not options["no_copy"]:
            files = counted(len(copy_to_second(config)), "file", "files")
            self.stdout.write(f"{files} copied to {config.second}.")

    def _verify(self, config: BackupConfig) -> None:
        key = public_key(config.signing_key)
        found = [
            sentence for place in every(config) for sentence in problems_in(place, key)
        ]
        for sentence in found:
            self.stderr.write(sentence)
        if found:
            raise CommandError(f"Not as they were stored: {len(found)}.")
        self.stdout.write("Every file is as it was stored.")
