"""What is kept of a person, where, why and how long: for the page and the export."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from commissions.models import LeadProvider
from kpis.models import ConsultDetails, KpiEvent
from leads.models import (
    Activity,
    ContactPoint,
    Lead,
    LeadArrival,
    LeadMerge,
    LeadStage,
    LeadTag,
    Opportunity,
    Task,
)
from medspa import clock
from medspa.audit.sentences import value_in_words
from medspa.clinic.current import current_clinic
from medspa.encryption.fields import surviving_damage
from medspa.formats import clinic_formats
from safekeeping.erasure.details import details_in_words, names_of_rows
from safekeeping.erasure.person import lead_ids_of

# What says nothing about the person: keys, marks of deletion, blind indexes.
FIELDS_LEFT_OUT = {
    "id",
    "lead",
    "deleted_at",
    "recorded_at",
    "email_index",
    "phone_index",
    "phone_last4_index",
    "created_time_known",
    "is_backfilled",
    "erased_at",
    "payload_json",
    "metadata_json",
    "moved_json",
    "expected_date_set_on",
    "refund_of",
    "booking",
}
LEADS, EVENTS, ACTIVITIES = (
    "leads_kept_years",
    "kpi_events_kept_years",
    "activities_kept_years",
)
NO_NAMES: Mapping[str, str] = {}
READ = "To answer questions, book consults and record what was paid."


@dataclass(frozen=True)
class KeptPart:
    """Rows of one table: how many, why they are kept and for how many years.

    Each of `rows` is a mapping of label to text.
    """

    label: str
    why: str
    years: int
    rows: Sequence[dict[str, str]]


@dataclass(frozen=True)
class PersonData:
    """All that is kept of one person, the parts that are empty left out."""

    lead: Lead
    parts: Sequence[KeptPart]

    @property
    def total(self) -> int:
        return sum(len(part.rows) for part in self.parts)


def read_person(lead: Lead) -> PersonData:
    ids = lead_ids_of(lead.pk)
    with surviving_damage():
        parts = [part for part in _parts(ids) if part.rows]
    return PersonData(lead, parts)


def _parts(ids: Sequence[str]) -> Iterator[KeptPart]:
    names = names_of_rows()
    leads = Lead.all_objects.filter(pk__in=ids).order_by("created_at")
    yield _part("Lead", READ, LEADS, leads)
    for label, why, years, rows in (
        ("Further contacts", READ, LEADS, ContactPoint.objects.all()),
        (
            "Arrivals and consents",
            "How the person found us, and what they agreed to.",
            LEADS,
            LeadArrival.objects.all(),
        ),
        ("Interests", "What the person asked for.", LEADS, LeadTag.objects.all()),
        (
            "Stages",
            "The steps from first contact to treatment.",
            LEADS,
            LeadStage.objects.all(),
        ),
        (
            "Expected value",
            "The treatment they are interested in.",
            LEADS,
            Opportunity.objects.all(),
        ),
        ("Next steps", "What we planned to do next.", ACTIVITIES, Task.objects.all()),
        ("Calls and messages", READ, ACTIVITIES, Activity.objects.all()),
        ("Consults and payments", READ, EVENTS, KpiEvent.objects.all()),
        ("Providers", "Who treats them.", LEADS, LeadProvider.objects.all()),
        (
            "IDs in other systems",
            "Fingerprints of the person's IDs there, and GoHighLevel's IDs.",
            LEADS,
            _rows_beside("external_ids"),
        ),
    ):
        of_person = rows.filter(lead__in=ids).order_by("pk")
        yield _part(label, why, years, of_person, names)
    details = ConsultDetails.objects.filter(booking__lead__in=ids).order_by("pk")
    yield _part("Consult details", "With whom, and for what.", EVENTS, details)
    merges = LeadMerge.objects.standing().filter(survivor__in=ids).order_by("pk")
    yield _part("Merged leads", "Other records of the same person.", LEADS, merges)
    history = Lead.history.filter(id__in=ids).order_by("history_id")
    yield _part(
        "Past values", "What stood here before, and when it changed.", LEADS, history
    )


def _rows_beside(related_name: str) -> Any:
    """Rows of an app that this one doesn't import, by their name at a lead."""
    model: Any = Lead._meta.get_field(related_name).related_model
    return model.objects.all()


def _part(
    label: str, why: str, years: str, rows: Any, names: Mapping[str, str] = NO_NAMES
) -> KeptPart:
    kept = int(getattr(current_clinic(), years))
    return KeptPart(label, why, kept, [_in_words(row, names) for row in rows])


def _in_words(row: models.Model, names: Mapping[str, str]) -> dict[str, str]:
    """The fields that hold something, by their labels."""
    said = {}
    for field in row._meta.concrete_fields:
        if field.name in FIELDS_LEFT_OUT or field.name.startswith("history_"):
            continue
        value = getattr(row, field.name)
        if value in (None, "", b"", [], {}):
            continue
        label = str(field.verbose_name)
        said[label[:1].upper() + label[1:]] = _value_in_words(field, value)
    details = getattr(row, "payload_json", None) or getattr(row, "metadata_json", None)
    said |= details_in_words(details or {}, names)
    if date := getattr(row, "history_date", None):
        said.pop("Changed", None)
        said["When"] = clinic_formats().full_moment(date)
    return said


def _value_in_words(field: Any, value: Any) -> str:
    """With the year: what is handed out is read in later years, too."""
    if isinstance(value, datetime):
        return clinic_formats().full_moment(value)
    return value_in_words(field, value)


def as_json(data: PersonData) -> str:
    """For the person, or a program of their choice."""
    content = {
        "clinic": current_clinic().name,
        "made_at": clock.now().isoformat(timespec="seconds"),
        "time_zone": current_clinic().time_zone,
        "kept": [
            {
                "what": part.label,
                "why": part.why,
                "kept_years": part.years,
                "rows": list(part.rows),
            }
            for part in data.parts
        ],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
