"""The columns of the lead list: what each asks PostgreSQL for, and what it says.

A page looks up only what its columns show, for the page's own leads.
"""

from collections.abc import Iterable
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf

from campaigns.models import Platform
from leads.choices import Procedure, Source
from leads.contact import format_phone
from leads.models import Activity, Lead, LeadStage, LeadTag, Opportunity
from leads.view_schema import Column
from medspa.encryption.fields import key_ring

Found = dict[str, Any]
LEAD = OuterRef("pk")


def _stage() -> Subquery:
    stays = LeadStage.objects.filter(lead=LEAD, left_at=None)
    return Subquery(
        stays.values(
            found=JSONObject(
                name="stage__name", color="stage__color", since="changed_at"
            )
        )
    )


def _opportunity() -> Subquery:
    rows = Opportunity.objects.filter(lead=LEAD)
    return Subquery(
        rows.values(
            found=JSONObject(
                cents="expected_value_cents",
                procedure="procedure_code",
                on="expected_date",
            )
        )
    )


def _tags() -> ArraySubquery:
    links = LeadTag.objects.filter(lead=LEAD, tag__deleted_at=None)
    return ArraySubquery(
        links.order_by("tag__name").values(
            found=JSONObject(name="tag__name", color="tag__color")
        )
    )


def _person() -> Coalesce:
    return Coalesce(
        NullIf("assigned_to__first_name", Value("")),
        "assigned_to__username",
        output_field=CharField(),
    )


def _activity() -> Subquery:
    done = Activity.objects.filter(lead=LEAD).order_by("-created_at")
    return Subquery(done.values("created_at")[:1])


NEEDS: dict[str, Any] = {
    "row_stage": _stage(),
    "row_opportunity": _opportunity(),
    "row_tags": _tags(),
    "row_person": _person(),
    "row_activity": _activity(),
    "row_source": F("source"),
    "row_campaign": F("campaign__name"),
    "row_platform": F("ad_platform"),
    "row_created": F("created_at"),
    "row_phone": F("phone"),
    "row_email": F("email"),
}
NEEDED = {
    Column.STAGE: ("row_stage",),
    Column.SINCE: ("row_stage",),
    Column.CONTACT: ("row_phone", "row_email"),
    Column.TAGS: ("row_tags",),
    Column.SOURCE: ("row_source",),
    Column.CAMPAIGN: ("row_campaign",),
    Column.PLATFORM: ("row_platform",),
    Column.VALUE: ("row_opportunity",),
    Column.PROCEDURE: ("row_opportunity",),
    Column.EXPECTED_ON: ("row_opportunity",),
    Column.ASSIGNED: ("row_person",),
    Column.CREATED: ("row_created",),
    Column.ACTIVITY: ("row_activity",),
}


def described(
    leads: QuerySet[Lead, Any], columns: Iterable[Column]
) -> QuerySet[Lead, Found]:
    """Each lead with all that the columns need; e-mail and phone are still sealed."""
    names = dict.fromkeys(name for column in columns for name in NEEDED[column])
    found: Any = leads.values(
        row_lead=F("pk"),
        row_name=F("first_name"),
        **{name: NEEDS[name] for name in names},
    )
    return found


def phone_of(row: Found) -> str:
    """As people read it."""
    return format_phone(_opened("phone", row))


def email_of(row: Found) -> str:
    return _opened("email", row)


def _opened(name: str, row: Found) -> str:
    """What the lead's own field would open, without making a lead for it."""
    field: Any = Lead._meta.get_field(name)
    sealed = row[f"row_{name}"]
    row_of_value = field.associated_data_of(SimpleNamespace(id=row["row_lead"]))
    return key_ring().decrypt(sealed, row_of_value) if sealed else ""


def stage_of(row: Found) -> Found:
    return row["row_stage"] or {"name": "", "color": "", "since": None}


def since_of(row: Found) -> datetime | None:
    since = stage_of(row)["since"]
    return datetime.fromisoformat(since) if since else None


def value_of(row: Found) -> int | None:
    return (row["row_opportunity"] or {}).get("cents")


def expected_on(row: Found) -> date | None:
    day = (row["row_opportunity"] or {}).get("on")
    return date.fromisoformat(day) if day else None


def procedure_of(row: Found) -> str:
    code = (row["row_opportunity"] or {}).get("procedure")
    return Procedure(code).label if code else ""


def source_of(row: Found) -> str:
    return Source(row["row_source"]).label


def platform_of(row: Found) -> str:
    return Platform(row["row_platform"]).label if row["row_platform"] else ""
