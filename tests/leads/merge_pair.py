"""Two leads with a row of every kind, and all that a merge of them could touch."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from commissions.models import Credit
from kpis.models import KpiEvent
from leads.models import (
    Activity,
    Lead,
    LeadStage,
    LeadTag,
    Opportunity,
    Task,
)
from leads.services import pipeline
from leads.services.merging import MergeChoice
from leads.services.totals import check_stage_totals
from tests import factories

TABLES: tuple[Any, ...] = (
    Lead,
    LeadStage,
    Opportunity,
    Activity,
    LeadTag,
    Task,
    KpiEvent,
    Credit,
)


# When something was last touched is not what it is.
UNTOLD = {"updated_at", "recorded_at"}


def everything() -> dict[str, dict[str, Any]]:
    """Every value of every row that a merge could touch."""
    return {
        f"{model.__name__} {row.pk}": values(row)
        for model in TABLES
        for row in model._base_manager.all()
    }


def values(row: models.Model) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in UNTOLD and not field.name.endswith("_index")
    }


def totals_are_right() -> bool:
    return all(check.agrees for check in check_stage_totals())


def make_pair() -> tuple[Lead, Lead]:
    """Two leads with a row of every kind, and some that meet."""
    first, second = factories.StageFactory(), factories.StageFactory()
    older = timezone.now() - timedelta(days=3)
    ana = factories.LeadFactory(
        first_name="Ana", email="ana@example.com", phone="", stage=first
    )
    anna = factories.LeadFactory(
        first_name="Anna",
        email="anna@example.com",
        phone="+12125550199",
        external_id="ghl70000000000000000",
        source="google",
        created_at=older,
        stage=first,
    )
    pipeline.move(anna.pk, second.pk)
    shared = factories.TagFactory()
    for lead in (ana, anna):
        factories.OpportunityFactory(
            lead=lead, expected_value_cents=100_000 if lead is ana else 250_000
        )
        factories.ActivityFactory(lead=lead)
        factories.LeadTagFactory(lead=lead, tag=shared)
        factories.LeadTagFactory(lead=lead)
        factories.TaskFactory(lead=lead)
        factories.TaskFactory(
            lead=lead, what="check_in" if lead is ana else "send_prices"
        )
    paid = factories.KpiEventFactory(lead=anna, paid=True)
    factories.CreditFactory(kpi_event=paid)
    factories.KpiEventFactory(lead=anna).delete()
    factories.ActivityFactory(lead=anna).delete()
    return Lead.objects.get(pk=ana.pk), Lead.objects.get(pk=anna.pk)


EVERYTHING = MergeChoice(
    lead_fields=frozenset({"first_name", "email", "phone", "source"}),
    opportunity_fields=frozenset({"expected_value_cents"}),
    takes_stage=True,
)
