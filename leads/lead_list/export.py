"""Leads as a CSV or XLSX file, sent row by row, with a log of who exported what.

Every export has the same columns, whatever the list shows, so that files can be put
together and imported again. Money is in dollars, moments are in the clinic's zone.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice

from django.db.models import Q
from django.utils import timezone

from leads.lead_list import columns as list_columns
from leads.lead_list.columns import RowValues, row_values
from leads.models import ExportLog, Lead
from leads.models.lead_queries import LeadQuerySet
from leads.view_schema import ListColumn
from medspa.audit.actors import acting, current_address, from_address
from medspa.audit.downloads import (
    DOWNLOAD_ENDED,
    DownloadEndDetails,
    record_download,
)
from medspa.audit.events import record_event
from medspa.encryption.fields import Unreadable
from medspa.models import User
from medspa.web.csv import csv_file
from medspa.web.xlsx import Cell, workbook

HEADERS = (
    "First name",
    "Email",
    "Phone",
    "Stage",
    "In stage since",
    "Tags",
    "Source",
    "Campaign",
    "Ad platform",
    "Procedure",
    "Expected value",
    "Expected date",
    "Assigned to",
    "Created",
    "Last activity",
    "Do not contact",
)
CONTACT_HEADERS = ("Email", "Phone")
EXPORT_ROWS_AT_ONCE = 500
IDS_AT_ONCE = 10_000
INCOMPLETE = (
    "THIS FILE IS INCOMPLETE: the export failed after {rows:,} leads. Export again."
)
logger = logging.getLogger(__name__)


def _csv(headers: Sequence[str], rows: Iterable[list[Cell]]) -> Iterator[bytes]:
    texts = ([_text(cell) for cell in row] for row in rows)
    return (line.encode() for line in csv_file(chain([headers], texts)))


def _xlsx(headers: Sequence[str], rows: Iterable[list[Cell]]) -> Iterator[bytes]:
    return workbook(headers, rows, "Leads")


@dataclass(frozen=True)
class ExportFormat:
    """A kind of file; `write` turns headers and rows into its bytes, one row after the
    other.
    """

    ending: str
    content_type: str
    write: Callable[[Sequence[str], Iterable[list[Cell]]], Iterator[bytes]]


CSV = ExportFormat("csv", "text/csv; charset=utf-8", _csv)
XLSX = ExportFormat(
    "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx
)
EXPORT_FORMATS = {form.ending: form for form in (CSV, XLSX)}


@dataclass(frozen=True)
class ExportSource:
    """Ids of leads, a few hundred at a time, and the rows that they are read from."""

    ids: Iterable[list[str]]
    everybody: LeadQuerySet
    has_contacts: bool = True

    @property
    def headers(self) -> tuple[str, ...]:
        return tuple(name for name in HEADERS if self._has(name))

    def shown(self, cells: list[Cell]) -> list[Cell]:
        pairs = zip(HEADERS, cells, strict=True)
        return [cell for name, cell in pairs if self._has(name)]

    def _has(self, header: str) -> bool:
        return self.has_contacts or header not in CONTACT_HEADERS


def export(
    leads: LeadQuerySet, person: User, filters: str, form: ExportFormat = CSV
) -> Iterator[bytes]:
    """The file's bytes, newest lead first."""
    everybody = Lead.all_objects.using(leads.db)
    source = ExportSource(chunks_of_ids(leads), everybody)
    return export_source(source, person, filters, form)


def export_source(
    source: ExportSource, person: User, filters: str, form: ExportFormat
) -> Iterator[bytes]:
    """The file's bytes; the log counts what was sent.

    The log is written before the first byte is sent; it stays incomplete when the
    download is broken off. `filters` names the filters in use.
    """
    log = ExportLog.objects.create(exported_by=person, filters=filters[:200])
    with acting(user=person):
        record_download("leads", form.ending, log)
    return _sent(source, log, form, current_address() or "")


def _sent(
    source: ExportSource, log: ExportLog, form: ExportFormat, address: str
) -> Iterator[bytes]:
    failures: list[str] = []
    try:
        yield from form.write(source.headers, _rows(source, log, failures))
        log.is_complete = not failures
    finally:
        log.save(update_fields=["row_count", "unreadable_count", "is_complete"])
        # The request has been answered by now.
        with from_address(address):
            record_event(
                DOWNLOAD_ENDED,
                by=log.exported_by,
                subject=log,
                details=DownloadEndDetails(
                    rows=log.row_count,
                    how="complete" if log.is_complete else "cut off",
                ),
            )


def _rows(
    source: ExportSource, log: ExportLog, failures: list[str]
) -> Iterator[list[Cell]]:
    """The rows; where reading them fails, the last one says so, and `failures`.

    The answer has begun by then, so that nothing else could tell the reader.
    """
    try:
        yield from _counted(source, log)
    except Exception:  # whatever it is, the file must not look complete
        logger.exception("The export %s failed after %s rows.", log.pk, log.row_count)
        failures.append(INCOMPLETE.format(rows=log.row_count))
        yield [*failures]


def _counted(source: ExportSource, log: ExportLog) -> Iterator[list[Cell]]:
    for ids in source.ids:
        found = source.everybody.filter(pk__in=ids).order_by("-created_at", "-pk")
        for row in row_values(found, ListColumn):
            cells = source.shown(_cells(row))
            log.row_count += 1
            log.unreadable_count += sum(isinstance(cell, Unreadable) for cell in cells)
            yield cells


def chunks_of_ids(leads: LeadQuerySet) -> Iterator[list[str]]:
    """The ids of all leads, newest first; the first ones before the rest is found.

    Finding a million ids takes a second, reading their rows a minute: the file begins
    at once, and no statement of the database lasts as long as the download.
    """
    newest_first = leads.order_by("-created_at", "-pk").values_list("created_at", "pk")
    first = list(newest_first[:EXPORT_ROWS_AT_ONCE])
    if not first:
        return
    yield [pk for _, pk in first]
    created_at, last = first[-1]
    older = newest_first.filter(
        Q(created_at__lt=created_at) | Q(created_at=created_at, pk__lt=last)
    )
    ids = (pk for _, pk in older.iterator(chunk_size=IDS_AT_ONCE))
    while chunk := list(islice(ids, EXPORT_ROWS_AT_ONCE)):
        yield chunk


def _cells(row: RowValues) -> list[Cell]:
    return [
        row["row_name"],
        list_columns.email_of(row),
        list_columns.phone_of(row),
        list_columns.stage_of(row)["name"],
        _local(list_columns.since_of(row)),
        ", ".join(tag["name"] for tag in row["row_tags"]),
        list_columns.source_of(row),
        row["row_campaign"] or "",
        list_columns.platform_of(row),
        list_columns.procedure_of(row),
        list_columns.value_of(row),
        list_columns.expected_on(row),
        row["row_person"] or "",
        _local(row["row_created"]),
        _local(row["row_activity"]),
        "yes" if row["row_do_not_contact"] else "",
    ]


def _local(moment: datetime | None) -> datetime | None:
    """In the clinic's zone."""
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
