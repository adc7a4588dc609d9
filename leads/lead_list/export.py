"""Leads as a CSV or XLSX file, sent row by row, with a log of who exported what.

Every export has the same columns, whatever the list shows, so that files can be put
together and imported again. Money is in dollars, moments are in the clinic's zone.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice
from typing import Any

from django.db.models import Q

from leads.lead_list.export_rows import CONTACT_HEADERS, ExportRows
from leads.models import ExportLog, Lead
from leads.models.lead_queries import LeadQuerySet
from medspa.audit.actors import acting, current_address, from_address
from medspa.audit.downloads import (
    DOWNLOAD_ENDED,
    DownloadEndDetails,
    record_download,
)
from medspa.audit.events import record_event
from medspa.encryption.fields import Unreadable
from medspa.formats.plurals import counted
from medspa.models import User
from medspa.web.csv import csv_file
from medspa.web.xlsx import Cell, workbook

EXPORT_ROWS_AT_ONCE = 1_000
# A worker makes the file of more leads than that; fewer are sent within a second.
LONG_EXPORT = 5_000
IDS_AT_ONCE = 10_000
INCOMPLETE = "THIS FILE IS INCOMPLETE: the export failed after {leads}. Export again."
logger = logging.getLogger(__name__)


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def _moment(moment: datetime) -> str:
    return moment.isoformat(" ", "minutes")


# Moments, a day and money; and how such values are written in a CSV file.
NO_TEXTS = (
    "In stage since",
    "Expected value",
    "Expected date",
    "Created",
    "Last activity",
)
AS_TEXT: dict[type, Callable[[Any], str]] = {
    int: _money,
    datetime: _moment,
    date: date.isoformat,
}


def _csv(headers: Sequence[str], rows: Iterable[list[Cell]]) -> Iterator[bytes]:
    places = [headers.index(name) for name in NO_TEXTS if name in headers]
    lines = csv_file(chain([headers], (_text(cells, places) for cells in rows)))
    return (piece.encode() for piece in lines)


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
    """Ids of leads, up to a thousand at a time, and what reads their rows."""

    ids: Iterable[list[str]]
    rows: ExportRows


def export(
    leads: LeadQuerySet, person: User, filters: str, form: ExportFormat = CSV
) -> Iterator[bytes]:
    """The file's bytes, newest lead first."""
    rows = ExportRows(Lead.all_objects.using(leads.db))
    source = ExportSource(chunks_of_ids(leads), rows)
    return export_source(source, person, filters, form)


def export_source(
    source: ExportSource, person: User, filters: str, form: ExportFormat
) -> Iterator[bytes]:
    """The file's bytes; the log counts what was sent.

    The log is written before the first byte is sent; it stays incomplete when the
    download is broken off. `filters` names the filters in use.
    """
    log = ExportLog(exported_by=person, filters=filters[:200])
    failures: list[str] = []
    pieces = form.write(source.rows.headers, _rows(source, log, failures))
    return send_logged(pieces, log, form, failures)


def send_logged(
    pieces: Iterator[bytes],
    log: ExportLog,
    form: ExportFormat,
    failures: Sequence[str] = (),
) -> Iterator[bytes]:
    """The pieces of a file, which is complete if there are no `failures` at its end.

    Writes the log, and what it counts by then again after the last piece.
    """
    log.save(force_insert=True)
    with acting(user=log.exported_by):
        record_download("leads", form.ending, log)
    return _sent(pieces, log, current_address() or "", failures)


def _sent(
    pieces: Iterator[bytes], log: ExportLog, address: str, failures: Sequence[str]
) -> Iterator[bytes]:
    try:
        yield from pieces
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
        yield from counted_rows(source, log)
    except Exception:  # whatever it is, the file must not look complete
        logger.exception("The export %s failed after %s rows.", log.pk, log.row_count)
        failures.append(
            INCOMPLETE.format(leads=counted(log.row_count, "lead", "leads"))
        )
        yield [*failures]


def counted_rows(source: ExportSource, log: ExportLog) -> Iterator[list[Cell]]:
    """The rows, which `log` counts."""
    headers = source.rows.headers
    contacts = [headers.index(name) for name in CONTACT_HEADERS if name in headers]
    for ids in source.ids:
        for cells in source.rows.of(ids):
            log.row_count += 1
            log.unreadable_count += sum(
                isinstance(cells[place], Unreadable) for place in contacts
            )
            yield cells


def is_long(leads: LeadQuerySet) -> bool:
    newest = leads.order_by("-created_at", "-pk").values_list("pk")
    return newest[LONG_EXPORT : LONG_EXPORT + 1].exists()


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


def _text(cells: list[Cell], no_texts: Sequence[int]) -> list[Cell]:
    """The row of a CSV file; the one that says that it failed has a single cell."""
    for place in no_texts if len(cells) > 1 else ():
        if as_text := AS_TEXT.get(type(cells[place])):
            cells[place] = as_text(cells[place])
    return cells
