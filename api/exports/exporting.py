"""An export: a job finds its leads, and for a page it makes the file.

A program's download reads the leads as they are then; a page's is the stored file.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from api.exports.models import LeadExport, LeadExportChunk
from api.exports.stored_file import store_chunks, stored_pieces
from leads.lead_list.export import (
    EXPORT_FORMATS,
    ExportFormat,
    ExportSource,
    chunks_of_ids,
    export_source,
    send_logged,
)
from leads.lead_list.export_rows import ExportRows
from leads.models import ExportLog, Lead
from leads.selection.list_filters import ListFilter, read_list_filters
from medspa import clock
from medspa.audit.actors import current_actor
from medspa.jobs.progress import JobProgress
from medspa.jobs.registry import JobRefused, start_job
from medspa.json_columns import Schema
from medspa.models import JobRun, User

EXPORT_JOB = "api.export"
EXPORT_KEPT_FOR = timedelta(hours=24)
LOCK_FILES = (
    "SELECT pg_advisory_xact_lock('api_leadexportchunk'::regclass::oid::bigint)"
)
Filters = Mapping[str, Sequence[str]]


class ExportArguments(Schema):
    """`form` is the ending of the file to be made; empty for the ids alone."""

    export: str
    filters: dict[str, list[str]]
    form: str = ""


def read_filters(given: Filters, person: User) -> ListFilter:
    """The list's filters by their names there; raises ValidationError for what doesn't
    exist.
    """
    query = MultiValueDict({name: list(values) for name, values in given.items()})
    found, notices = read_list_filters(query, person)
    if notices:
        raise ValidationError({"filters": notices[0]})
    return found


@transaction.atomic
def begin_export(given: Filters, by: User, form: str = "") -> JobRun:
    """Have a worker find the leads, and make the file of this `form` if it is given.

    Raises ValidationError.
    """
    used = read_filters(given, by).used
    export = LeadExport(filters=", ".join(used)[:200], form=form)
    filters = {name: list(values) for name, values in given.items()}
    export.work = start_job(
        EXPORT_JOB,
        ExportArguments(export=export.pk, filters=filters, form=form),
        title="Export leads" if form else "Export leads for a program",
        by=by,
        after=reverse("export", args=[export.pk]) if form else "",
        key=_key(by, form, filters) if form else "",
    )
    if export.work.arguments["export"] == export.pk:
        export.save(force_insert=True)
    return export.work


def _key(by: User, form: str, filters: Filters) -> str:
    """Equal for what would be the same file: a second click finds the first's job."""
    asked = json.dumps([by.pk, form, filters], sort_keys=True)
    return sha256(asked.encode()).hexdigest()


@transaction.atomic
def find_leads(arguments: ExportArguments, progress: JobProgress) -> str:
    """All in one transaction: a worker that goes on after a killed one begins anew."""
    person = current_actor().user
    if person is None:
        raise JobRefused("The person who started this no longer exists.")
    export = LeadExport.objects.select_for_update().get(pk=arguments.export)
    export.chunks.all().delete()
    erased = _count_erased()
    leads = read_filters(arguments.filters, person).leads
    if arguments.form:
        progress.of(leads.count())
    counts = store_chunks(export, chunks_of_ids(leads), progress)
    _lock_files()
    if _count_erased() != erased:
        raise JobRefused("Someone was erased while the file was made. Export again.")
    export.rows, export.unreadable = counts.row_count, counts.unreadable_count
    export.expires_at = clock.now() + EXPORT_KEPT_FOR
    export.save(update_fields=["rows", "unreadable", "expires_at"])
    return f"{export.rows:,} lead{'' if export.rows == 1 else 's'}."


def _count_erased() -> int:
    return Lead.all_objects.exclude(erased_at=None).count()


def _lock_files() -> None:
    """Until the commit. Who erases a person removes the files that are stored, and who
    stores one asks who was erased: each of them when the other is done.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK_FILES)


def visible_exports(person: User) -> QuerySet[LeadExport]:
    """Those whose job the person may see."""
    runs = JobRun.objects.visible_to(person)
    return LeadExport.objects.filter(work__in=runs).select_related("work")


def download(
    export: LeadExport, person: User, form: ExportFormat, *, has_contacts: bool
) -> Iterator[bytes]:
    """The file's bytes; the log of exports has each download. Leads that were deleted
    meanwhile are left out.
    """
    rows = ExportRows(Lead.objects.all(), has_contacts=has_contacts)
    source = ExportSource(_stored_ids(export), rows)
    return export_source(source, person, export.filters, form)


def download_stored(export: LeadExport, person: User) -> Iterator[bytes]:
    """The stored file's bytes; the log of exports has each download."""
    log = ExportLog(
        exported_by=person,
        filters=export.filters,
        row_count=export.rows or 0,
        unreadable_count=export.unreadable,
    )
    return send_logged(stored_pieces(export), log, EXPORT_FORMATS[export.form])


def _stored_ids(export: LeadExport) -> Iterator[list[str]]:
    for chunk in export.chunks.iterator(chunk_size=20):
        yield chunk.lead_ids


def forget_files_of(leads: Collection[str], contacts: Collection[str]) -> int:
    """Stored files with any of these leads; how many. Their exports have expired."""
    _lock_files()
    chunks = LeadExportChunk.objects.filter(lead_ids__overlap=list(leads))
    files = LeadExport.objects.exclude(form="").filter(pk__in=chunks.values("export"))
    forgotten = [*files.values_list("pk", flat=True)]
    LeadExportChunk.objects.filter(export__in=forgotten).delete()
    LeadExport.objects.filter(pk__in=forgotten).update(expires_at=clock.now())
    return len(forgotten)


def forget_old_exports() -> None:
    """Each minute: which leads were in an export that has expired."""
    old = LeadExport.objects.filter(expires_at__lte=clock.now())
    LeadExportChunk.objects.filter(export__in=old).delete()
