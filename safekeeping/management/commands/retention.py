"""`manage.py retention`: remove what is over, show what would go, check proofs."""

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from medspa.formats import format_date
from medspa.plurals import counted
from safekeeping.certificates.signing import is_genuine
from safekeeping.models import Certificate
from safekeeping.retention.nightly import run_night
from safekeeping.retention.preview import DueRule, read_due

HELP = """\
Remove what is kept longer than the clinic's policy says.

The worker does this every night by itself; the command does it now. How many years
leads, payments and activities are kept is set under Settings, Clinic. What remains of a
removed lead or payment is a figure without a name, so past months keep their numbers.
Leads under a legal hold are left alone.

Start with --dry-run: it lists what would go and removes nothing.
"""
EXAMPLES = """\
examples:
  manage.py retention --dry-run            what would go tonight, by kind
  manage.py retention --dry-run --json     the same for a program
  manage.py retention                      remove it now
  manage.py retention --verify proof.json  check a certificate that was downloaded
  manage.py retention --verify all         check every certificate in the database
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, *args: Any, **options: Any) -> Any:
        parser = super().create_parser(*args, **options)
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EXAMPLES
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would be removed"
        )
        parser.add_argument(
            "--json", action="store_true", help="answer in JSON, for a program"
        )
        parser.add_argument(
            "--verify",
            metavar="FILE",
            help='check a certificate; "all" checks those in the database',
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verify"]:
            self._verify(options["verify"])
        elif options["dry_run"]:
            self._show(read_due(), as_json=options["json"])
        else:
            self._run(as_json=options["json"])

    def _show(self, due: list[DueRule], *, as_json: bool) -> None:
        if as_json:
            self._print([_as_dict(one) for one in due])
            return
        for one in due:
            before = format_date(one.before.date())
            rows = "on legal hold" if one.is_suspended else f"{one.rows:,}"
            self.stdout.write(f"{rows:>13}  {one.rule.label}, from before {before}")
        total = sum(one.rows for one in due)
        self.stdout.write(f"{total:>13,}  in all. Nothing was removed.")

    def _run(self, *, as_json: bool) -> None:
        night = run_night(tell=lambda label, rows: self._tell(label, rows, as_json))
        if as_json:
            self._print({"night": str(night.night), "removed": night.counts_json})
        elif night.total:
            rows = counted(night.total, "row", "rows")
            self.stdout.write(f"{rows} removed or reduced to figures.")
        else:
            self.stdout.write("Nothing was due.")

    def _tell(self, label: str, rows: int, is_quiet: bool) -> None:
        if not is_quiet:
            self.stdout.write(f"{label}: {rows:,}")

    def _verify(self, what: str) -> None:
        if what == "all":
            rows = list(Certificate.objects.all())
            wrong = [
                row.pk
                for row in rows
                if not is_genuine(row.content_json, row.signature)
            ]
            if wrong:
                raise CommandError(f"Not genuine: {', '.join(wrong)}.")
            self.stdout.write(
                f"{counted(len(rows), 'certificate', 'certificates')}, all genuine."
                if rows
                else "There are no certificates yet."
            )
            return
        content, signature = _read(Path(what))
        if not is_genuine(content, signature):
            raise CommandError(
                "This certificate is not genuine: it was changed, or signed elsewhere."
            )
        self.stdout.write(f"Genuine: {content['kind']} certificate {content['id']}.")

    def _print(self, answer: Any) -> None:
        self.stdout.write(json.dumps(answer, indent=2))


def _as_dict(due: DueRule) -> dict[str, Any]:
    return {
        "rule": due.rule.key,
        "label": due.rule.label,
        "kept_years": due.rule.kept_years,
        "before": due.before.isoformat(),
        "rows": due.rows,
        "on_legal_hold": due.is_suspended,
    }


def _read(path: Path) -> tuple[dict[str, Any], str]:
    try:
        parts = json.loads(path.read_text())
        return parts["certificate"], str(parts["signature"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{path} can't be read as a certificate.") from error
