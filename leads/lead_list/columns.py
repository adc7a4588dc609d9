"""The columns of the lead list: the values that each needs, and how they are read.

A page queries only the values of its own columns, for its own leads.
"""

from collections.abc import Iterable
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf

from campaigns.models import Platform
from leads.choices import NextStep
from leads.models import Activity, Lead, LeadStage, LeadTag, Opportunity, Task
from leads.models.lead_lists import source_name
from leads.models.lead_summary import NEVER
from leads.models.procedure import procedure_name
from leads.view_schema import ListColumn
from medspa.encryption.fields import readable
from medspa.formats.phones import format_phone

# The values that a row's columns need, by the names of NEEDS.
RowValues = dict[str, Any]
ROW_LEAD = OuterRef("pk")


def _stage() -> Subquery:
    periods = LeadStage.objects.filter(lead=ROW_LEAD, left_at=None)
    return Subquery(
        periods.values(
            found=JSONObject(
                name="stage__name", color="stage__color", since="changed_at"
            )
        )
    )


def _opportunity() -> Subquery:
    rows = Opportunity.objects.filter(lead=ROW_LEAD)
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
    links = LeadTag.objects.filter(lead=ROW_LEAD, tag__deleted_at=None)
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
    done = Activity.objects.filter(lead=ROW_LEAD).order_by("-created_at")
    return Subquery(done.values("created_at")[:1])


def _next_step() -> Subquery:
    planned = Task.objects.filter(lead=ROW_LEAD, done_at=None).order_by("due_at", "pk")
    return Subquery(planned.values(found=JSONObject(what="what", at="due_at"))[:1])


NEEDS: dict[str, Any] = {
    "row_stage": _stage(),
    "row_opportunity": _opportunity(),
    "row_tags": _tags(),
    "row_person": _person(),
    "row_activity": _activity(),
    "row_contacted": F("summary__contacted_at"),
    "row_step": _next_step(),
    "row_source": F("source"),
    "row_campaign": F("campaign__name"),
    "row_platform": F("ad_platform"),
    "row_created": F("created_at"),
    "row_phone": F("phone"),
    "row_email": F("email"),
    "row_do_not_contact": F("do_not_contact_at"),
}
NEEDED = {
    ListColumn.STAGE: ("row_stage",),
    ListColumn.SINCE: ("row_stage",),
    ListColumn.CONTACT: ("row_phone", "row_email"),
    ListColumn.TAGS: ("row_tags",),
    ListColumn.SOURCE: ("row_source",),
    ListColumn.CAMPAIGN: ("row_campaign",),
    ListColumn.PLATFORM: ("row_platform",),
    ListColumn.VALUE: ("row_opportunity",),
    ListColumn.PROCEDURE: ("row_opportunity",),
    ListColumn.EXPECTED_ON: ("row_opportunity",),
    ListColumn.ASSIGNED: ("row_person",),
    ListColumn.CREATED: ("row_created",),
    ListColumn.ACTIVITY: ("row_activity",),
    ListColumn.CONTACTED: ("row_contacted",),
    ListColumn.NEXT_STEP: ("row_step",),
}
# For the buttons of a row, whatever its columns are.
ALWAYS_NEEDED = ("row_phone", "row_email", "row_do_not_contact")


def row_values(
    leads: QuerySet[Lead, Any], columns: Iterable[ListColumn]
) -> QuerySet[Lead, RowValues]:
    """Each lead with what the columns need; email and phone are still encrypted."""
    needed = (name for column in columns for name in NEEDED[column])
    names = dict.fromkeys((*ALWAYS_NEEDED, *needed))
    found: Any = leads.values(
        row_lead=F("pk"),
        row_name=F("first_name"),
        **{name: NEEDS[name] for name in names},
    )
    return found


def phone_of(row: RowValues) -> str:
    """As people read it."""
    return format_phone(number_of(row))


def number_of(row: RowValues) -> str:
    """As E.164."""
    return _decrypted("phone", row)


def email_of(row: RowValues) -> str:
    return _decrypted("email", row)


def _decrypted(name: str, row: RowValues) -> str:
    """The plain text of the lead's field, without making a `Lead` for every row.

    It is kept in the row: the cells and the buttons of a row both ask for it.
    """
    if name not in row:
        field: Any = Lead._meta.get_field(name)
        encrypted = row[f"row_{name}"]
        place = field.associated_data_of(SimpleNamespace(id=row["row_lead"]))
        row[name] = readable(encrypted, place) if encrypted else ""
    text: str = row[name]
    return text


def stage_of(row: RowValues) -> RowValues:
    return row["row_stage"] or {"name": "", "color": "", "since": None}


def since_of(row: RowValues) -> datetime | None:
    since = stage_of(row)["since"]
    return datetime.fromisoformat(since) if since else None


def contacted_of(row: RowValues) -> datetime | None:
    """The last contact by a person; None for never."""
    contacted: datetime = row["row_contacted"]
    return contacted if contacted and contacted > NEVER else None


def next_step_of(row: RowValues) -> tuple[str, datetime] | None:
    """What is planned next, and when it is due."""
    step = row["row_step"]
    if not step:
        return None
    return str(NextStep(step["what"]).label), datetime.fromisoformat(step["at"])


def value_of(row: RowValues) -> int | None:
    return (row["row_opportunity"] or {}).get("cents")


def expected_on(row: RowValues) -> date | None:
    day = (row["row_opportunity"] or {}).get("on")
    return date.fromisoformat(day) if day else None


def procedure_of(row: RowValues) -> str:
    code = (row["row_opportunity"] or {}).get("procedure")
    return procedure_name(code)


def source_of(row: RowValues) -> str:
    return source_name(row["row_source"])


def platform_of(row: RowValues) -> str:
    return Platform(row["row_platform"]).label if row["row_platform"] else ""
