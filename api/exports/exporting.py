"""An export: a job finds its leads, and each download reads them as they are then."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.datastructures import MultiValueDict

from api.exports.models import LeadExport, LeadExportChunk
from leads.lead_list.export import (
    ExportFormat,
    ExportSource,
    chunks_of_ids,
    export_source,
)
from leads.lead_list.export_rows import ExportRows
from leads.models import Lead
from leads.selection.list_filters import ListFilter, read_list_filters
from medspa import clock
from medspa.audit.actors import current_actor
from medspa.jobs.progress import JobProgress
from medspa.jobs.registry import JobRefused, start_job
from medspa.json_columns import Schema
from medspa.models import JobRun, User

EXPORT_JOB = "api.export"
EXPORT_KEPT_FOR = timedelta(hours=24)
Filters = Mapping[str, Sequence[str]]


class ExportArguments(Schema):
    export: str
    filters: dict[str, list[str]]


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
def begin_export(given: Filters, by: User) -> JobRun:
    """Have a worker find the leads. Raises ValidationError."""
    used = read_filters(given, by).used
    export = LeadExport(filters=", ".join(used)[:200])
    filters = {name: list(values) for name, values in given.items()}
    export.work = start_job(
        EXPORT_JOB,
        ExportArguments(export=export.pk, filters=filters),
        title="Export leads for a program",
        by=by,
    )
    export.save(force_insert=True)
    return export.work


@transaction.atomic
def find_leads(arguments: ExportArguments, progress: JobProgress) -> str:
    """All in one transaction: a worker that goes on after a killed one begins anew."""
    person = current_actor().user
    if person is None:
        raise JobRefused("The person who started this no longer exists.")
    export = LeadExport.objects.select_for_update().get(pk=arguments.export)
    export.chunks.all().delete()
    export.rows = 0
    for number, ids in enumerate(
        chunks_of_ids(read_filters(arguments.filters, person).leads)
    ):
        LeadExportChunk.objects.create(export=export, number=number, lead_ids=ids)
        export.rows += len(ids)
        progress.step(len(ids))
    export.expires_at = clock.now() + EXPORT_KEPT_FOR
    export.save(update_fields=["rows", "expires_at"])
    return f"{export.rows:,} leads."


def download(
    export: LeadExport, person: User, form: ExportFormat, *, has_contacts: bool
) -> Iterator[bytes]:
    """The file's bytes; the log of exports has each download. Leads that were deleted
    meanwhile are left out.
    """
    rows = ExportRows(Lead.objects.all(), has_contacts=has_contacts)
    source = ExportSource(_stored_ids(export), rows)
    return export_source(source, person, export.filters, form)


def _stored_ids(export: LeadExport) -> Iterator[list[str]]:
    for chunk in export.chunks.iterator(chunk_size=20):
        yield chunk.lead_ids


def forget_old_exports() -> None:
    """Each minute: which leads were in an export that has expired."""
    old = LeadExport.objects.filter(expires_at__lte=clock.now())
    LeadExportChunk.objects.filter(export__in=old).delete()
