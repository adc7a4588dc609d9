"""Import leads from a file: `manage.py import_leads FILE.csv`."""

import getpass
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from leads.intake.files.failed_rows import failed_csv
from leads.intake.files.importers import FROM_A_FILE, IMPORTERS_BY_NAME
from leads.intake.files.importing import import_table
from leads.intake.files.mapping import map_columns
from leads.intake.files.refusals import FileRefused, ImportStopped
from leads.intake.files.result import ImportResult
from leads.intake.files.table import read_table
from leads.intake.incoming import INCOMING_FIELDS
from leads.intake.take_in import ImportOptions
from medspa.audit.actors import acting
from medspa.readiness import refuse_unready
from medspa.reading.text_file import FileUnreadable, read_bytes

MAX_LEADS_FILE_MEGABYTES = 50


class Command(BaseCommand):
    help = (
        "Import leads from a GoHighLevel, Meta Lead Ads, HubSpot or Google Contacts "
        "export or from any spreadsheet saved as CSV. Only first names and contact "
        "details are kept. A second run over the same file changes nothing."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--dry-run", action="store_true", help="Show what would happen."
        )
        parser.add_argument(
            "--format",
            choices=list(IMPORTERS_BY_NAME),
            default="",
            help="Where the file is from, if its headers don't say.",
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="HEADER=FIELD",
            help=(
                f"What a column holds: {', '.join(INCOMING_FIELDS)}; "
                "nothing leaves it out. Of two columns of one name the second is "
                "HEADER#2."
            ),
        )
        parser.add_argument(
            "--header-row",
            type=int,
            default=0,
            metavar="NUMBER",
            help="The header row, if it isn't found automatically.",
        )
        parser.add_argument(
            "--create-campaigns",
            action="store_true",
            help="Add campaigns from the file that don't exist yet.",
        )
        parser.add_argument(
            "--failed",
            type=Path,
            metavar="FILE",
            help="Where failed rows go (FILE.failed.csv; with --dry-run nowhere).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path, failed_path = options["file"], options["failed"]
        if failed_path and _is_same(path, failed_path):
            raise CommandError("--failed names the file itself. Choose another one.")
        refuse_unready()
        result = self._import(path, options)
        lines = (result.summary, result.dropped_sentence, *result.notes)
        self.stdout.write("\n".join(line for line in lines if line))
        if result.failed and not (options["dry_run"] and not failed_path):
            self._write_failed(result, failed_path or Path(f"{path}.failed.csv"))
        else:
            self._write_reasons(result)

    def _import(self, path: Path, options: dict[str, Any]) -> ImportResult:
        """The result; raises CommandError with one sentence."""
        import_options = ImportOptions(options["dry_run"], options["create_campaigns"])
        try:
            table = read_table(
                read_bytes(
                    path, MAX_LEADS_FILE_MEGABYTES, "Split it and import the parts."
                ),
                options["header_row"],
            )
            mapping = map_columns(table.headers, options["format"], options["map"])
            reason = f"{FROM_A_FILE}: {mapping.importer.title}"
            with (
                acting(f"import_leads ({_account()})", reason=reason),
                tqdm(total=table.row_count, unit=" rows", disable=None) as bar,
            ):
                return import_table(table, mapping, import_options, bar.update)
        except (FileUnreadable, FileRefused, ImportStopped) as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped. Import the file again to continue.",
                returncode=130,
            ) from None

    def _write_failed(self, result: ImportResult, path: Path) -> None:
        try:
            path.write_text(failed_csv(result), encoding="utf-8-sig", newline="")
            path.chmod(0o600)
        except OSError as error:
            raise CommandError(
                f"The failed rows could not be written to {path}: {error.strerror}."
            ) from None
        self.stdout.write(f"The failed rows and why: {path}")

    def _write_reasons(self, result: ImportResult) -> None:
        for reason, count in result.reasons:
            self.stdout.write(f"{count:,} × {reason}")


def _is_same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without an account
        return "unknown"
