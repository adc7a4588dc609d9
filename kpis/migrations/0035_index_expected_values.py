"""The forecast has an index of its own, in the order in which it is added up."""

from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("kpis", "0034_wide_and_narrow_buckets")]

    operations = [
        AddIndexConcurrently(
            "fact",
            models.Index(
                "stage",
                "expected_on",
                include=["value_cents"],
                condition=Q(outcome="open", value_cents__isnull=False),
                name="kpis_fact_expected",
            ),
        ),
        AddIndexConcurrently(
            "fact",
            models.Index(
                "stage",
                "stage_since",
                condition=Q(outcome="open"),
                name="kpis_fact_open_since",
            ),
        ),
        RemoveIndexConcurrently("fact", "kpis_fact_open"),
    ]
