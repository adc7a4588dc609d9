"""Leads as a CSV or XLSX file, sent row by row: no file is kept, who took it is.

Every export has the same columns, whatever the list shows, so that files fit together
and an import reads them back. Money is in dollars, moments are the clinic's.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from leads.lead_list import columns as list_columns
from leads.lead_list.columns import Found, described
from leads.models import ExportLog
from leads.models.lead import LeadQuerySet
from leads.view_schema import Column
from medspa.models import User
from medspa.web.csv import without_formula
from medspa.web.xlsx import Cell, workbook

HEADERS = (
    "First name",
    "E-mail",
    "Phone",
    "Stage",
    "In stage since",
    "Tags",
    "Source",
    "Campaign",
    "Ad platform",
    "Procedure",
    "Expected value",
    "Expected on",
    "Assigned to",
    "Created",
    "Last activity",
)
CHUNK = 500


class _Echo:
    """A file that hands each written line back, so that rows can be streamed."""

    def write(self, line: str) -> str:
        return line


def _csv(rows: Iterable[list[Cell]]) -> Iterator[bytes]:
    writer: Any = csv.writer(_Echo())
    yield writer.writerow(HEADERS).encode()
    for row in rows:
        yield writer.writerow([without_formula(_text(cell)) for cell in row]).encode()


def _xlsx(rows: Iterable[list[Cell]]) -> Iterator[bytes]:
    return workbook(HEADERS, rows, "Leads")


@dataclass(frozen=True)
class Format:
    """A kind of file; `write` turns rows into its bytes as they come."""

    ending: str
    content_type: str
    write: Callable[[Iterable[list[Cell]]], Iterator[bytes]]


CSV = Format("csv", "text/csv; charset=utf-8", _csv)
XLSX = Format(
    "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx
)
FORMATS = {form.ending: form for form in (CSV, XLSX)}


def export(
    leads: LeadQuerySet, person: User, filters: str, form: Format = CSV
) -> Iterator[bytes]:
    """The file's bytes, newest lead first; the log counts what was sent.

    The log is there before the first byte leaves, and says so when somebody breaks
    off. `filters` names what narrowed the leads.
    """
    log = ExportLog.objects.create(exported_by=person, filters=filters[:200])
    return _sent(leads, log, form)


def _sent(leads: LeadQuerySet, log: ExportLog, form: Format) -> Iterator[bytes]:
    try:
        yield from form.write(_counted(leads, log))
        log.is_complete = True
    finally:
        log.save(update_fields=["row_count", "is_complete"])


def _counted(leads: LeadQuerySet, log: ExportLog) -> Iterator[list[Cell]]:
    rows = described(leads.order_by("-created_at", "-pk"), Column)
    for row in rows.iterator(chunk_size=CHUNK):
        log.row_count += 1
        yield _cells(row)


def _cells(row: Found) -> list[Cell]:
    return [
        row["row_name"],
        list_columns.email_of(row),
        list_columns.phone_of(row),
        list_columns.stage_of(row)["name"],
        _clock(list_columns.since_of(row)),
        ", ".join(tag["name"] for tag in row["row_tags"]),
        list_columns.source_of(row),
        row["row_campaign"] or "",
        list_columns.platform_of(row),
        list_columns.procedure_of(row),
        list_columns.value_of(row),
        list_columns.expected_on(row),
        row["row_person"] or "",
        _clock(row["row_created"]),
        _clock(row["row_activity"]),
    ]


def _clock(moment: datetime | None) -> datetime | None:
    """As the clinic's clock shows it."""
    return timezone.localtime(moment) if moment else None


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case int():
            return f"{cell // 100}.{cell % 100:02}"
        case datetime():
            return cell.strftime("%Y-%m-%d %H:%M")
        case date():
            return cell.isoformat()
    return cell
