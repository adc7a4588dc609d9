"""The rows of an export of leads, in the order and with the cells of its columns.

Names of stages, campaigns and people are read once for a file, moments come as the
clinic's clock shows them, and each other value of a lead is found by its own index:
10,000 rows take a third of the CPU that the lead list's values take.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connections
from django.db.models import (
    DateTimeField,
    F,
    FilteredRelation,
    Func,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.expressions import RawSQL

from campaigns.models import Campaign, Platform
from leads.lead_list.columns import ROW_LEAD
from leads.models import Activity, LeadTag, PipelineStage
from leads.models.lead_lists import source_choices
from leads.models.lead_queries import LeadQuerySet
from leads.models.procedure import procedure_choices
from medspa.clinic_time import clinic_zone
from medspa.encryption.fields import key_ring, readable
from medspa.formats.phones import country_code, format_phone
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
# Stands in the statement where the ids of some leads go.
IDS: list[str] = []


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
        self.database = database
        # Made once: making it takes as long as reading a hundred leads.
        self.statement, self.bound = _statement(leads, clinic_zone().key)
        self.ring = key_ring()
        self.home = country_code()
        self.sources = dict(source_choices())
        self.procedures = dict(procedure_choices())
        self.stages = _names(PipelineStage.all_objects.using(database))
        self.campaigns = _names(Campaign.all_objects.using(database))
        people = User.objects.using(database).values_list(
            "pk", "first_name", "username"
        )
        self.people = {pk: first or username for pk, first, username in people}

    def of(self, ids: Sequence[str]) -> Iterator[list[Cell]]:
        """The cells of each lead, newest first."""
        with connections[self.database].cursor() as cursor:
            bound: list[Any] = [ids if value is IDS else value for value in self.bound]
            cursor.execute(self.statement, bound)
            rows = map(self._cells, cursor.fetchall())
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
        if email:
            email = readable(email, f"leads_lead.email:{pk}", self.ring)
        if phone:
            phone = readable(phone, f"leads_lead.phone:{pk}", self.ring)
        return [
            name,
            email or "",
            format_phone(phone, self.home) if phone else "",
            self.stages.get(stage, ""),
            since,
            ", ".join(tags),
            self.sources.get(source, source),
            self.campaigns.get(campaign, ""),
            PLATFORMS.get(platform, ""),
            self.procedures.get(procedure, procedure) or "",
            cents,
            expected_on,
            self.people.get(person, ""),
            created,
            activity,
            "yes" if do_not_contact else "",
        ]


def _statement(leads: LeadQuerySet, zone: str) -> tuple[str, Sequence[Any]]:
    """SQL for the leads with `IDS`, and what is bound."""
    columns = _columns(zone)
    found = (
        leads.annotate(
            current=FilteredRelation(
                "stage_periods", condition=Q(stage_periods__left_at=None)
            ),
            sale=FilteredRelation(
                "opportunity", condition=Q(opportunity__deleted_at=None)
            ),
            **columns,
        )
        .filter(pk__in=RawSQL("SELECT unnest(%s::text[])", (IDS,)))
        .order_by("-created_at", "-pk")
    )
    statement, bound = found.values_list("pk", *columns).query.sql_with_params()
    return statement, bound


def _columns(zone: str) -> dict[str, Any]:
    tags = LeadTag.objects.filter(lead=ROW_LEAD, tag__deleted_at=None)
    done = Activity.objects.filter(lead=ROW_LEAD).order_by("-created_at")
    latest = Subquery(done.values("created_at")[:1])
    return {
        "row_name": F("first_name"),
        "row_email": F("email"),
        "row_phone": F("phone"),
        "row_stage": F("current__stage_id"),
        "row_since": OnClock(F("current__changed_at"), zone),
        "row_tags": ArraySubquery(tags.order_by("tag__name").values("tag__name")),
        "row_source": F("source"),
        "row_campaign": F("campaign_id"),
        "row_platform": F("ad_platform"),
        "row_procedure": F("sale__procedure_code"),
        "row_cents": F("sale__expected_value_cents"),
        "row_expected_on": F("sale__expected_date"),
        "row_person": F("assigned_to_id"),
        "row_created": OnClock(F("created_at"), zone),
        "row_activity": OnClock(latest, zone),
        "row_do_not_contact": F("do_not_contact_at"),
    }


def _names(rows: QuerySet[Any]) -> dict[str, str]:
    return dict(rows.order_by().values_list("pk", "name"))
