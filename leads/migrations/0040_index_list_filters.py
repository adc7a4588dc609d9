"""Indexes of the lead list's filters and orders."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

NOT_DELETED = models.Q(("deleted_at__isnull", True))


def _of_summary(column: str, name: str) -> AddIndexConcurrently:
    index = models.Index(models.F(column), models.F("lead"), name=name)
    return AddIndexConcurrently(model_name="leadsummary", index=index)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("leads", "0039_fill_lead_summaries")]

    operations = [
        _of_summary("active_at", "leads_leadsummary_active"),
        _of_summary("contacted_at", "leads_leadsummary_contacted"),
        _of_summary("called_at", "leads_leadsummary_called"),
        _of_summary("next_due_at", "leads_leadsummary_next_due"),
        _of_summary("value_cents", "leads_leadsummary_value"),
        AddIndexConcurrently(
            model_name="opportunity",
            index=models.Index(
                models.F("procedure_code"),
                models.F("lead"),
                condition=NOT_DELETED,
                name="leads_opportunity_procedure",
            ),
        ),
        AddIndexConcurrently(
            model_name="lead",
            index=models.Index(
                models.F("ad_platform"),
                models.F("created_at"),
                models.F("id"),
                condition=NOT_DELETED & ~models.Q(("ad_platform", "")),
                name="leads_lead_platform",
            ),
        ),
        AddIndexConcurrently(
            model_name="leadstage",
            index=models.Index(
                models.F("changed_at"),
                models.F("id"),
                condition=models.Q(("left_at__isnull", True)),
                name="leads_leadstage_current_since",
            ),
        ),
        AddIndexConcurrently(
            model_name="leadstage",
            index=models.Index(
                models.F("lost_reason"),
                models.F("changed_at"),
                models.F("id"),
                condition=models.Q(("left_at__isnull", True))
                & ~models.Q(("lost_reason", "")),
                name="leads_leadstage_lost_reason",
            ),
        ),
    ]
