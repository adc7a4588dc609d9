"""manage.py doctor: whether this site is well, in sentences."""

import json
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError

from medspa.health.lines import HealthLine, Severity
from medspa.health.measuring import measure_all
from medspa.health.reading import by_group, read_health, worst
from medspa.readiness import pending_migrations

HELP = """\
Checks this site and says in sentences what is fine and what to do about the rest: keys,
clock, database, worker, backups, email, settings, files, disks, certificate.

It changes nothing, and can be run at any time, also while the site is down. Run it with
the same environment and account as the site, for example after an installation, after
an upgrade, or when something seems wrong.

The exit code is 0 when all is well, 1 with warnings, 2 with errors."""


class Command(BaseCommand):
    help = HELP
    # What they would refuse is told in our words.
    requires_system_checks = ()

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--json", action="store_true", help="print JSON for programs"
        )
        parser.add_argument(
            "--offline",
            action="store_true",
            help="don't connect to the mail server and the site's own address now; "
            "say what the worker found",
        )

    def create_parser(self, *args: Any, **options: Any) -> Any:
        parser = super().create_parser(*args, **options)
        parser.formatter_class = _keeps_paragraphs(parser.formatter_class)
        return parser

    def handle(self, *args: Any, json: bool, offline: bool, **options: Any) -> None:
        if not offline and _has_tables():
            measure_all()
        lines = read_health()
        self.stdout.write(as_json(lines) if json else as_text(lines))
        if code := worst(lines):
            raise SystemExit(int(code))


def as_text(lines: list[HealthLine]) -> str:
    told: list[str] = []
    for group, members in by_group(lines).items():
        told.append(f"{group}")
        for line in members:
            told.append(f"  {line.level:8}{line.name}: {line.words}")
            if line.to_do:
                told.append(f"          → {line.to_do}")
        told.append("")
    return "\n".join([*told, summary(lines)])


def summary(lines: list[HealthLine]) -> str:
    counts = Counter(line.severity for line in lines)
    found = [
        f"{counts[severity]} {severity.word}{'s' if counts[severity] > 1 else ''}"
        for severity in (Severity.ERROR, Severity.WARNING)
        if counts[severity]
    ]
    return f"{' and '.join(found)}." if found else "Everything is fine."


def as_json(lines: list[HealthLine]) -> str:
    facts = [
        {
            "group": line.group.value,
            "name": line.name,
            "severity": line.level,
            "words": line.words,
            "to_do": line.to_do,
        }
        for line in lines
    ]
    told = {"severity": worst(lines).word, "lines": facts}
    return json.dumps(told, ensure_ascii=False, indent=2)


def _has_tables() -> bool:
    try:
        return not pending_migrations()
    except (DatabaseError, InterfaceError):
        return False


def _keeps_paragraphs(base: Any) -> Any:
    """argparse would fill the description into one paragraph."""

    class Formatter(base):
        def _fill_text(self, text: str, width: int, indent: str) -> str:
            return "\n".join(indent + line for line in text.splitlines())

    return Formatter
