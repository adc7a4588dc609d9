"""The rows of an export of leads, in the order and with the cells of its columns.

Names of stages, campaigns and people are read once for a file, moments come as the
clinic's clock shows them, and each other value of a lead is found by its own index:
10,000 rows take a third of the CPU that the lead list's values take.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateTimeField, F, Func, QuerySet, Subquery, Value

from campaigns.models import Campaign, Platform
from leads.lead_list.columns import ROW_LEAD
from leads.models import Activity, LeadStage, LeadTag, Opportunity, PipelineStage
from leads.models.lead_lists import source_name
from leads.models.lead_queries import LeadQuerySet
from leads.models.procedure import procedure_name
from medspa.clinic_time import clinic_zone
from medspa.encryption.fields import readable
from medspa.formats.phones import format_phone
from medspa.models import User
from medspa.web.xlsx import Cell

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

PLATFORMS = dict(Platform.choices)


class OnClock(Func):
    """A moment as the clock of a zone shows it, without the zone."""

    template = "(%(expressions)s)"
    arg_joiner = " AT TIME ZONE "
    output_field = DateTimeField()

    def __init__(self, moment: Any, zone: str) -> None:
        super().__init__(moment, Value(zone))


class ExportRows:
    """Reads these leads by their ids; what all rows need is read first."""

    def __init__(self, leads: LeadQuerySet, *, has_contacts: bool = True) -> None:
        database = leads.db
        left_out = () if has_contacts else CONTACT_HEADERS
        self.headers = [name for name in HEADERS if name not in left_out]
        self.places = [HEADERS.index(name) for name in self.headers]
        self.leads = leads
        self.columns = _columns(clinic_zone().key)
        self.stages = _names(PipelineStage.all_objects.using(database))
        self.campaigns = _names(Campaign.all_objects.using(database))
        people = User.objects.using(database).values_list(
            "pk", "first_name", "username"
        )
        self.people = {pk: first or username for pk, first, username in people}

    def of(self, ids: Sequence[str]) -> Iterator[list[Cell]]:
        """The cells of each lead, newest first."""
        found = self.leads.annotate(**self.columns).filter(pk__in=ids)
        newest_first = found.order_by("-created_at", "-pk")
        rows = map(self._cells, newest_first.values_list("pk", *self.columns))
        if len(self.headers) == len(HEADERS):
            return rows
        return ([cells[place] for place in self.places] for cells in rows)

    def _cells(self, row: Sequence[Any]) -> list[Cell]:
        (
            pk,
            name,
            email,
            phone,
            stage,
            since,
            tags,
            source,
            campaign,
            platform,
            procedure,
            cents,
            expected_on,
            person,
            created,
            activity,
            do_not_contact,
        ) = row
        return [
            name,
            readable(email, f"leads_lead.email:{pk}") if email else "",
            format_phone(readable(phone, f"leads_lead.phone:{pk}")) if phone else "",
            self.stages.get(stage, ""),
            since,
            ", ".join(tags),
            source_name(source),
            self.campaigns.get(campaign, ""),
            PLATFORMS.get(platform, ""),
            procedure_name(procedure),
            cents,
            expected_on,
            self.people.get(person, ""),
            created,
            activity,
            "yes" if do_not_contact else "",
        ]


def _columns(zone: str) -> dict[str, Any]:
    period = LeadStage.objects.filter(lead=ROW_LEAD, left_at=None).order_by()
    sale = Opportunity.objects.filter(lead=ROW_LEAD).order_by()
    tags = LeadTag.objects.filter(lead=ROW_LEAD, tag__deleted_at=None)
    done = Activity.objects.filter(lead=ROW_LEAD).order_by("-created_at")
    return {
        "row_name": F("first_name"),
        "row_email": F("email"),
        "row_phone": F("phone"),
        "row_stage": _one(period, "stage_id"),
        "row_since": OnClock(_one(period, "changed_at"), zone),
        "row_tags": ArraySubquery(tags.order_by("tag__name").values("tag__name")),
        "row_source": F("source"),
        "row_campaign": F("campaign_id"),
        "row_platform": F("ad_platform"),
        "row_procedure": _one(sale, "procedure_code"),
        "row_cents": _one(sale, "expected_value_cents"),
        "row_expected_on": _one(sale, "expected_date"),
        "row_person": F("assigned_to_id"),
        "row_created": OnClock(F("created_at"), zone),
        "row_activity": OnClock(_one(done[:1], "created_at"), zone),
        "row_do_not_contact": F("do_not_contact_at"),
    }


def _one(rows: QuerySet[Any], column: str) -> Subquery:
    return Subquery(rows.values(column))


def _names(rows: QuerySet[Any]) -> dict[str, str]:
    return dict(rows.order_by().values_list("pk", "name"))
