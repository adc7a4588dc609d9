"""Leads as a CSV file, line by line: no file is kept, who took it is."""

import csv
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from leads.intake.failed_rows import harmless
from leads.lead_list import described_leads
from leads.models import ExportLog, Lead
from leads.models.lead import LeadQuerySet
from leads.vocabulary import Source
from medspa.models import User

HEADERS = (
    "First name",
    "E-mail",
    "Phone",
    "Stage",
    "Tags",
    "Source",
    "Campaign",
    "Expected value in cents",
    "Assigned to",
    "Created",
)
CHUNK = 500


class _Echo:
    """A file that hands each written line back, so that rows can be streamed."""

    def write(self, line: str) -> str:
        return line


def export(leads: LeadQuerySet, person: User, filters: str) -> Iterator[str]:
    """The file's lines, newest lead first; the log counts what was sent.

    The log is there before the first line leaves, and says so when somebody breaks
    off. `filters` names what narrowed the leads.
    """
    log = ExportLog.objects.create(exported_by=person, filters=filters[:200])
    return _lines(leads, log)


def _lines(leads: LeadQuerySet, log: ExportLog) -> Iterator[str]:
    writer: Any = csv.writer(_Echo())
    rows = described_leads(leads.order_by("-created_at", "-pk"))
    try:
        yield writer.writerow(HEADERS)
        for row in rows.iterator(chunk_size=CHUNK):
            log.row_count += 1
            yield writer.writerow(map(harmless, _cells(row)))
        log.is_complete = True
    finally:
        log.save(update_fields=["row_count", "is_complete"])


def _cells(row: dict[str, Any]) -> list[str]:
    lead = Lead(
        pk=row["row_lead"], phone=row["sealed_phone"], email=row["sealed_email"]
    )
    cents = row["expected"]
    return [
        row["name"],
        lead.email,
        lead.phone_for_people,
        (row["stage_now"] or {}).get("name", ""),
        ", ".join(tag["name"] for tag in row["tags"]),
        Source(row["row_source"]).label,
        row["campaign_name"] or "",
        "" if cents is None else str(cents),
        row["person"] or "",
        timezone.localtime(row["came_at"]).strftime("%Y-%m-%d %H:%M"),
    ]
