"""A person with invented contacts everywhere, and a search of the whole database."""

from collections.abc import Iterator

from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from kpis.choices import Kind
from leads.intake.files.payload import PayloadRow, PayloadRows
from leads.models import Lead
from leads.services.merging import MergeChoice, merge
from medspa.encryption.fields import EncryptedField, key_ring
from medspa.models import User
from tests.factories import (
    ContactPointFactory,
    ImportChunkFactory,
    KpiEventFactory,
    LeadArrivalFactory,
    LeadFactory,
    OpportunityFactory,
    StageFactory,
    TaskFactory,
)

EMAIL, OTHER_EMAIL = "zenobia.canary@example.com", "quirina.canary@example.com"
PHONE, OTHER_PHONE = "+12125550931", "+12125550932"
CONTACT_ID = "ghlcanary00000000001"
TRACES = (
    "zenobia",
    "quirina",
    "2125550931",
    "2125550932",
    "212) 555-0931",
    CONTACT_ID.lower(),
    "click-of-canary",
    "click-of-arrival",
)


def canary(staff: User) -> Lead:
    """Somebody who came twice, was merged, paid, and whose rows wait in an import."""
    stage = StageFactory()
    lead = LeadFactory(
        first_name="Zenobia",
        email=EMAIL,
        phone=PHONE,
        external_id=CONTACT_ID,
        stage=stage,
    )
    other = LeadFactory(
        first_name="Quirina", email=OTHER_EMAIL, phone=OTHER_PHONE, stage=stage
    )
    merge(lead.pk, other.pk, MergeChoice())
    lead.refresh_from_db()
    lead.source = "referral"
    lead.save()
    ContactPointFactory(lead=lead, email="zenobia.second@example.com").delete()
    KpiEventFactory(lead=lead, kind=Kind.INVOICE_PAID.value, value_cents=65_000)
    KpiEventFactory(
        lead=lead,
        kind=Kind.AD_CLICK.value,
        value_cents=None,
        metadata_json={"click_id": "click-of-canary"},
    )
    LeadArrivalFactory(lead=lead, click_kind="gclid", click_id="click-of-arrival-1")
    OpportunityFactory(lead=lead)
    TaskFactory(lead=lead)
    LogEntry.objects.create(
        user=staff,
        # Asked of the database: what this process remembers may be of another.
        content_type=ContentType.objects.get(app_label="leads", model="lead"),
        object_id=lead.pk,
        object_repr=str(lead),
        action_flag=CHANGE,
        change_message="",
    )
    rows = (
        PayloadRow(number=2, cells=("Zenobia", "(212) 555-0931", "")),
        PayloadRow(number=3, cells=("Bea", "", "bea@example.com")),
        PayloadRow(number=4, cells=(CONTACT_ID, "", "")),
    )
    ImportChunkFactory(content=PayloadRows(rows=rows).model_dump_json())
    return lead


def traces_in_database(traces: tuple[str, ...] = TRACES) -> list[str]:
    """`table: trace` wherever a row holds one, as text or behind encryption."""
    wanted = tuple(trace.lower() for trace in traces)
    return sorted(
        {
            f"{table}: {trace}"
            for table, text in [*_rows_as_text(), *_decrypted()]
            for trace in wanted
            if trace in text.lower()
        }
    )


def _rows_as_text() -> Iterator[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT one::text FROM "{table}" one')  # noqa: S608
            for (text,) in cursor.fetchall():
                yield table, text


def _decrypted() -> Iterator[tuple[str, str]]:
    """Every encrypted column of every table, histories too."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if not isinstance(field, EncryptedField):
                continue
            with connection.cursor() as cursor:
                cursor.execute(
                    f'SELECT id, "{field.column}" FROM "{model._meta.db_table}"'  # noqa: S608
                    f' WHERE "{field.column}" <> %s',
                    [b""],
                )
                for key, value in cursor.fetchall():
                    place = f"{field.associated_data}:{key}"
                    text = key_ring().decrypt(bytes(value), place)
                    yield model._meta.db_table, text
