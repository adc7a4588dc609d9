"""manage.py archive_wal: archive the database's log, until it is stopped."""

import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.core.management.base import CommandError

from safekeeping.backups.command import BackupCommand
from safekeeping.backups.making.receiving import follow, follow_in_turn
from safekeeping.backups.running import archive_now, note_archived
from safekeeping.backups.storage.config import current_config

HELP = """\
Keep copying what is changed in the database to BACKUP_DIR, within seconds.

It runs until it is stopped, as a service beside the worker
(deploy/systemd/medspa-archive.service). Without it a restore goes back to the last
backup; with it, to any moment until a few seconds ago.
"""


class Command(BackupCommand):
    help = HELP
    # The log is archived whatever state the tables and the settings are in.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="archive what there is, then end"
        )
        parser.add_argument(
            "--wait",
            action="store_true",
            help="while another process archives, wait until it has ended",
        )

    def work(self, **options: Any) -> None:
        config = current_config()
        if config.is_export:
            raise CommandError(
                "This site makes exports (BACKUP_METHOD=export): the log is kept by "
                "the database's provider."
            )
        _ = config.role_url
        if options["once"]:
            archive_now(config)
            return
        stop = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        archive = follow_in_turn if options["wait"] else follow
        archive(config, note_archived, stop.is_set)
