"""Calculate a month, print its statements, and lock the approved ones."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from commissions.models import Provider, Statement
from commissions.statements import closing
from commissions.statements.calculate import RunReport, run_month
from commissions.statements.exports import as_json, month_rows
from medspa.formats import format_cents
from medspa.models import User
from medspa.months import read_month
from medspa.refusals import Refused
from medspa.web.csv import csv_lines


class Command(BaseCommand):
    help = "Calculate a month's commissions and print the statements."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--period", required=True, help="the month: 2026-03")
        parser.add_argument("--provider", help="one provider, by id or name")
        parser.add_argument(
            "--format", choices=["table", "json", "csv"], default="table"
        )
        parser.add_argument("--lock", action="store_true", help="lock what is approved")
        parser.add_argument("--user", help="who locks: the name they sign in with")

    def handle(self, *args: Any, **options: Any) -> None:
        month = read_month(options["period"])
        if month is None:
            raise CommandError("Enter the period like 2026-03.")
        provider = _provider(options["provider"])
        user = _user(options["user"]) if options["lock"] else None
        try:
            report = run_month(month, provider=provider, progress=self._note)
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        self._warn(report)
        rows = _statements(month, provider)
        if user:
            signed = closing.lock(month, user, [row.pk for row in rows])
            for sentence in signed.refused:
                self._note(sentence)
            self._note(f"{len(signed.done)} locked")
            rows = _statements(month, provider)
        self._print(rows, options["format"])

    def _note(self, sentence: str) -> None:
        self.stderr.write(sentence)

    def _warn(self, report: RunReport) -> None:
        if report.uncredited:
            self._note(f"{len(report.uncredited)} payments without full credit")
        if report.orphans:
            self._note(f"{len(report.orphans)} refunds of voided payments")
        for month, who in report.missing:
            self._note(f"{month:%Y-%m} has no statement for {who} yet")

    def _print(self, rows: Sequence[Statement], style: str) -> None:
        if style == "json":
            found = [as_json(row, row.lines.all()) for row in rows]
            self.stdout.write(json.dumps(found, indent=1))
        elif style == "csv":
            for line in csv_lines(month_rows(rows)):
                self.stdout.write(line, ending="")
        else:
            for line in table(rows):
                self.stdout.write(line)


def table(rows: Sequence[Statement]) -> list[str]:
    titles = "Earned", "Adjustments", "Opening", "Payable", "Closing"
    header = f"{'Provider':<28}" + "".join(f"{title:>14}" for title in titles)
    lines = [f"{header}  Status"]
    for row in rows:
        figures = (
            row.lines_cents,
            row.adjustments_cents,
            row.opening_cents,
            row.payable_cents,
            row.closing_cents,
        )
        cells = "".join(
            f"{format_cents(cents, always_cents=True):>14}" for cents in figures
        )
        lines.append(f"{row.provider.name[:27]:<28}{cells}  {row.get_status_display()}")
    total = sum(row.payable_cents for row in rows)
    lines.append(f"{len(rows)} statements, {format_cents(total)} payable")
    return lines


def _statements(month: date, provider: str | None) -> list[Statement]:
    rows = Statement.objects.current().of_month(month).select_related("provider")
    rows = rows.defer("snapshot_json").order_by("provider__name")
    return list(rows.filter(provider=provider) if provider else rows)


def _provider(text: str | None) -> str | None:
    if not text:
        return None
    everybody = Provider.all_objects.all()
    found = everybody.filter(pk=text) or everybody.filter(name__iexact=text)
    if len(found) != 1:
        raise CommandError(f"There's no provider “{text}”.")
    return found[0].pk


def _user(name: str | None) -> User:
    user = User.objects.may_sign_in().filter(username=name or "").first()
    if user is None or not user.has_perm("commissions.lock_statement"):
        raise CommandError("Pass --user with someone who can lock statements.")
    return user
