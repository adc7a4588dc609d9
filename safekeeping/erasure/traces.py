"""Where else a person left traces: histories, reasons, the admin's log, imports.

Each function overwrites one kind of trace and returns how many rows it was. They run
in the transaction of the erasure.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from kpis.choices import Kind
from kpis.models import KpiEvent
from leads.contact import clean_phone, email_key, phone_key
from leads.intake.files.payload import PayloadRow, PayloadRows
from leads.models import ContactPoint, ImportChunk, Lead, LeadMerge
from leads.models.lead import ERASED_NAME
from medspa.audit.changing_history import overwrite_history
from medspa.encryption.fields import surviving_damage
from safekeeping.erasure.person import PersonIdentity

ERASED_REASON = "A person was erased"
ERASED_VALUES = {
    "first_name": ERASED_NAME,
    "email": b"",
    "phone": b"",
    "external_id": None,
}
ERASED_CONTACT = {"email": b"", "phone": b""}
# Reasons that name a lead begin so; they are cut to the first word.
MERGE_REASON = "Merge"


def overwrite_lead_history(ids: Sequence[str]) -> int:
    rows = Lead.history.filter(id__in=ids).order_by()
    return _overwrite(Lead.history.model, _keys(rows), ERASED_VALUES)


def overwrite_contact_history(ids: Sequence[str]) -> int:
    rows = ContactPoint.history.filter(lead__in=ids).order_by()
    return _overwrite(ContactPoint.history.model, _keys(rows), ERASED_CONTACT)


def overwrite_partners(partners: Sequence[str], identity: PersonIdentity) -> int:
    """What is left with others of this person since a merge that was undone.

    Their history and their deleted contacts; a contact that they share stays theirs.
    """
    done = 0
    with surviving_damage():
        for pk in partners:
            own = PersonIdentity()
            for row in [
                Lead.all_objects.get(pk=pk),
                *ContactPoint.objects.filter(lead=pk),
            ]:
                own.add(row)
            done += _overwrite_partner(pk, identity.without(own))
    return done


def _overwrite_partner(pk: str, identity: PersonIdentity) -> int:
    done = 0
    for points in ContactPoint.all_objects.deleted().filter(lead=pk):
        if identity.has_contact_of(points):
            same = ContactPoint.all_objects.filter(pk=points.pk)
            done += int(same._raw_delete(same.db))
    for trail in (Lead.history.filter(id=pk), ContactPoint.history.filter(lead=pk)):
        keys = [row.pk for row in trail.order_by() if identity.has_contact_of(row)]
        done += _overwrite(trail.model, keys, ERASED_CONTACT)
    return done


def overwrite_reasons(ids: Sequence[str]) -> int:
    """Reasons like "Merged with Sarah", of the person's rows and of former partners.

    Only of leads that were ever merged: no index finds history by its lead.
    """
    merges = LeadMerge.objects.filter(Q(survivor__in=ids) | Q(merged__in=ids))
    if not merges.exists():
        return 0
    done = 0
    for history in histories_of_leads():
        path = "id__in" if history.instance_type is Lead else "lead__in"
        rows = history.objects.filter(
            **{path: ids}, history_change_reason__startswith=MERGE_REASON
        ).order_by()
        done += _overwrite(
            history, _keys(rows), {"history_change_reason": "Merge of an erased lead"}
        )
    return done


def histories_of_leads() -> list[Any]:
    """The history models of leads and of the tables with a `lead`."""
    return [
        model
        for model in apps.get_models()
        if (of := getattr(model, "instance_type", None))
        and (of is Lead or any(field.name == "lead" for field in of._meta.fields))
    ]


def clear_click_ids(ids: Sequence[str]) -> int:
    """Ids that an ad platform knows the person's click by."""
    clicks = KpiEvent.all_objects.filter(lead__in=ids, kind=Kind.AD_CLICK).order_by()
    keys = list(clicks.values_list("pk", flat=True))
    if not keys:
        return 0
    clicks.exclude(metadata_json={}).update(metadata_json={})
    rows = KpiEvent.history.filter(id__in=keys).order_by().exclude(metadata_json={})
    return _overwrite(KpiEvent.history.model, _keys(rows), {"metadata_json": {}})


def clear_admin_log(ids: Sequence[str]) -> int:
    """The theme's own log writes a lead's name."""
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Lead), object_id__in=ids
    )
    return entries.update(object_repr="Erased lead")


def clear_import_rows(identity: PersonIdentity) -> int:
    """Rows of files that wait for a worker or to be downloaded, in all chunks.

    A row keeps its number, so that the file's counts still add up; it will be told as
    one without any contact.
    """
    done = 0
    for chunk in ImportChunk.objects.select_for_update().order_by("id"):
        with surviving_damage():
            rows = _parsed(chunk)
        cleared = [_without(row, identity) for row in rows]
        changed = sum(new is not old for new, old in zip(cleared, rows, strict=True))
        if changed:
            chunk.content = PayloadRows(rows=tuple(cleared)).model_dump_json()
            chunk.save(update_fields=["content"])
            done += changed
    return done


def _parsed(chunk: ImportChunk) -> tuple[PayloadRow, ...]:
    try:
        return PayloadRows.model_validate_json(chunk.content).rows
    except ValueError:  # it can't be decrypted: nobody can read it either
        return ()


def _without(row: PayloadRow, identity: PersonIdentity) -> PayloadRow:
    if not any(_is_contact(cell, identity) for cell in row.cells):
        return row
    return PayloadRow(
        number=row.number, cells=tuple("" for _ in row.cells), refusal=row.refusal
    )


def _is_contact(cell: str, identity: PersonIdentity) -> bool:
    if cell in identity.external_ids:
        return True
    if "@" in cell:
        return email_key(cell) in identity.emails
    digits = "".join(filter(str.isdigit, cell))
    if len(digits) < 7:
        return False
    return bool(identity.phones) and _phone_of(cell) in identity.phones


def _phone_of(cell: str) -> str:
    try:
        return phone_key(clean_phone(cell))
    except ValidationError:
        return ""


def _keys(rows: Any) -> list[int]:
    return list(rows.values_list("pk", flat=True))


def _overwrite(history: type[models.Model], keys: list[int], values: Any) -> int:
    return overwrite_history(history, keys, values, why=ERASED_REASON) if keys else 0
