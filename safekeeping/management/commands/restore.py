"""manage.py restore: the database as it was at a moment."""

import getpass
import shutil
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import OperationalError, ProgrammingError

from medspa import clock
from medspa.audit.events import record_event
from medspa.clinic.current import clinic_scope, current_clinic
from medspa.clinic.settings import ClinicSettings
from medspa.clinic_time import read_local_moment
from medspa.formats import clinic_formats
from medspa.formats.plurals import counted
from safekeeping.backups.command import BackupCommand
from safekeeping.backups.records.events import (
    RESTORED,
    RESTORED_IN_PLACE,
    RestoreDetails,
)
from safekeeping.backups.restoring.acts import ask_command, inspect
from safekeeping.backups.restoring.identities import (
    drill_identities,
    name_of,
    read_identities,
)
from safekeeping.backups.restoring.in_place import (
    prepare_data,
    put_in_place,
    refuse_unless_embedded,
    remove_kept,
)
from safekeeping.backups.restoring.plan import Archive, RestorePlan, plan_of_export
from safekeeping.backups.restoring.restore import Restored, restore
from safekeeping.backups.restoring.scratch import remove_scratch_servers
from safekeeping.backups.running import back_up
from safekeeping.backups.storage.config import OWNER, BackupConfig, current_config
from safekeeping.backups.storage.destinations import Destination, first_of, second_of
from safekeeping.backups.storage.sealing import identities_in
from safekeeping.backups.storage.signing import public_key

CONFIRMATION = "replace the database"

HELP = """\
Bring the database back as it was at a moment, from the backups.

Without further options it comes back beside the site, in a server of its own, to look
at; nothing of the site changes. How it takes the site's place is in docs/operations.md,
and what to do when the server is lost in docs/server-burned-down.md.

It needs the owner's or the escrow's key file (--identity). Moments are by the clinic's
clock.
"""
EXAMPLES = """\
examples:
  manage.py restore --window                               from when to when
  manage.py restore --to "2026-11-22 16:14" --lead ID      one lead, as it was then
  manage.py restore --to "2026-11-22 16:14"                all of it, to look at
  manage.py restore --to "2026-11-22 16:14" --data-only --into /var/lib/medspa/restored
                                                           to put in place
  manage.py restore --clean-up                             remove what was looked at
"""


class Command(BackupCommand):
    help = HELP
    examples = EXAMPLES
    # It is what helps when nothing else starts.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--to",
            metavar="MOMENT",
            help='by the clinic\'s clock, like "2026-11-22 16:14"; default: the last '
            "moment that was archived",
        )
        parser.add_argument(
            "--identity",
            type=Path,
            metavar="FILE",
            help="the owner's or the escrow's age identity; asked for if not given",
        )
        parser.add_argument(
            "--from-second", action="store_true", help="from the second destination"
        )
        parser.add_argument(
            "--export",
            action="store_true",
            help="from the last export (backup --logical) before the moment",
        )
        parser.add_argument(
            "--lead", metavar="ID", help="only print this lead, as it was"
        )
        parser.add_argument(
            "--in-place",
            action="store_true",
            help="replace the embedded server's data; what was there is kept beside it",
        )
        parser.add_argument(
            "--data-only",
            action="store_true",
            help="leave a stopped data folder for a server of your own",
        )
        parser.add_argument(
            "--into",
            type=Path,
            metavar="FOLDER",
            help="with --data-only: the folder to make of it, which isn't there yet",
        )
        parser.add_argument(
            "--window", action="store_true", help="only say what is there"
        )
        parser.add_argument(
            "--clean-up",
            action="store_true",
            help="remove scratch servers, and the data that earlier restores replaced",
        )

    def work(self, **options: Any) -> None:
        with clinic_scope(self._clinic()):
            self._work(current_config(), options)

    def _clinic(self) -> ClinicSettings | None:
        """Its own settings, unless there is no database to read them from."""
        try:
            current_clinic()
        except (OperationalError, ProgrammingError):
            self.stdout.write("No database answers here: moments are in UTC.")
            return ClinicSettings(time_zone="UTC")
        return None

    def _work(self, config: BackupConfig, options: dict[str, Any]) -> None:
        if options["clean_up"]:
            self._clean_up(config)
            return
        place = second_of(config) if options["from_second"] else first_of(config)
        if place is None:
            raise CommandError("There is no second destination: set BACKUP_SECOND.")
        key, words = public_key(config.signing_key), clinic_formats().full_moment
        if options["export"]:
            plan = plan_of_export(place, key, _moment(options["to"]), words)
        else:
            archive = Archive(place, key)
            if options["window"]:
                self._say_window(archive)
                return
            plan = archive.plan(_moment(options["to"]), words)
        if options["into"] and options["into"].exists():
            raise CommandError(f"{options['into']} exists: name a folder that doesn't.")
        if options["in_place"]:
            refuse_unless_embedded(plan)
            _confirm()
        self._restore(config, place, plan, options)

    def _restore(
        self,
        config: BackupConfig,
        place: Destination,
        plan: RestorePlan,
        options: dict[str, Any],
    ) -> None:
        identities = _identities(config, options["identity"])
        name_of(identities, plan.chain[-1].recipients)
        is_kept = options["in_place"] or options["data_only"]
        key = public_key(config.signing_key)
        restored = restore(config, place, plan, identities, key, is_kept=is_kept)
        database = str(settings.DATABASES["default"]["NAME"])
        moment = clinic_formats().full_moment(plan.target or plan.until)
        try:
            if options["lead"]:
                said = ask_command(
                    config, restored.server, database, ["--lead", options["lead"]]
                )
                self.stdout.write(f"On {moment}:\n{said}")
                restored.server.remove()
                return
            done = inspect(config, restored.server, database, is_checked=False).done
            for sentence in done:
                self.stdout.write(sentence)
        except BaseException:
            restored.server.remove()
            raise
        self.stdout.write(
            f"{moment} is restored from {plan.label}, {_seconds(restored)}."
        )
        details = RestoreDetails(moment=moment, label=plan.label)
        if options["in_place"]:
            self._put_in_place(config, restored, details)
        elif options["data_only"]:
            folder = prepare_data(restored.server)
            if into := options["into"]:
                folder = Path(shutil.move(folder, into))
                restored.server.remove()
            self.stdout.write(f"The data folder, for a stopped server: {folder}")
        else:
            record_event(RESTORED, details=details)
            self._say_how_to_reach(restored, database)

    def _put_in_place(
        self, config: BackupConfig, restored: Restored, details: RestoreDetails
    ) -> None:
        kept = put_in_place(restored.server, clock.now())
        record_event(RESTORED_IN_PLACE, details=details)
        self.stdout.write(
            "The site works on it now. Restart the web server and the worker."
            + (
                f" What was there is in {kept} until `restore --clean-up`."
                if kept
                else ""
            )
        )
        row = back_up(config, is_full=True)
        self.stdout.write(f"A full backup was made: {row.label}.")

    def _say_how_to_reach(self, restored: Restored, database: str) -> None:
        server, role = restored.server, str(settings.DATABASES["default"]["USER"])
        ours = " ".join(
            f"{k}={v}" for k, v in server.environment(database, role).items()
        )
        self.stdout.write(
            "Reach it by:\n"
            f"  psql --host={server.socket} --username={role} {database}\n"
            f"or start any command of ours with\n  {ours}\n"
            "`manage.py restore --clean-up` removes it."
        )

    def _say_window(self, archive: Archive) -> None:
        window, words = archive.window(), clinic_formats().full_moment
        self.stdout.write(
            f"From {words(window.first)} to {words(window.last)}, by "
            f"{counted(len(archive.known), 'backup', 'backups')} in "
            f"{archive.place.name}."
        )

    def _clean_up(self, config: BackupConfig) -> None:
        count = remove_scratch_servers(config)
        kept = [] if settings.IS_DATABASE_EXTERNAL else remove_kept()
        self.stdout.write(
            f"Removed: {counted(count, 'scratch server', 'scratch servers')}, "
            f"{counted(len(kept), 'data folder', 'data folders')}."
        )


def _seconds(restored: Restored) -> str:
    return f"in {restored.seconds:.0f} s"


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    moment = read_local_moment(text.replace(" ", "T"))
    if moment is None:
        raise CommandError('--to is a moment like "2026-11-22 16:14".')
    return moment


def _confirm() -> None:
    answer = input(
        "The clinic's database is replaced by an earlier one, and everyone is signed "
        f'out of it. Type "{CONFIRMATION}" to go on: '
    )
    if answer.strip() != CONFIRMATION:
        raise CommandError("Nothing was done.")


def _identities(config: BackupConfig, path: Path | None) -> list[Any]:
    """Read from the file, or asked for; kept nowhere."""
    if path:
        return read_identities(path)
    if known := drill_identities(config, OWNER):
        return known
    return identities_in(getpass.getpass("The owner's or the escrow's age identity: "))
