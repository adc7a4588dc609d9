"""The rollups say in columns of their own what a row is of.

Until now a letter said whether `campaign` holds a campaign, a tag or an hour. The rows
are not changed but built again: by the worker, by `rebuild_kpis`, or in a small clinic by
the first page that asks. Until then pages ask leads and events themselves. The same
holds for the way back.
"""

from typing import Any

from django.db import migrations, models

# Without this row there are no rollups, whatever stands in their tables.
FORGET = "DELETE FROM kpis_kept;"
MEASURES = (
    "leads",
    "ad_clicks",
    "booked_events",
    "booked_days",
    "show_events",
    "shown_days",
    "paid_invoices",
    "paid_days",
    "new_customers",
    "gross_cents",
    "refunds_cents",
    "due",
    "held",
    "cohort_booked_events",
    "cohort_booked_leads",
    "cohort_show_events",
    "cohort_shown_leads",
    "cohort_shown_and_won",
    "cohort_paid_invoices",
    "cohort_paying_leads",
    "cohort_gross_cents",
    "cohort_refunds_cents",
    "cohort_any_contacted",
    "cohort_any_within",
    "cohort_human_contacted",
    "cohort_human_within",
    "cohort_7_cents",
    "cohort_30_cents",
    "cohort_60_cents",
    "cohort_90_cents",
)


def primary_key(*names: str) -> tuple[str, Any]:
    key = models.CompositePrimaryKey(
        *names, blank=True, editable=False, primary_key=True, serialize=False
    )
    return "pk", key


def text(name: str, length: int) -> tuple[str, Any]:
    return name, models.CharField(blank=True, db_collation="C", max_length=length)


def dimension() -> tuple[str, Any]:
    choices = [
        ("slice", "Campaign, source and procedure"),
        ("tag", "Tag"),
        ("hour", "Hour of the week"),
    ]
    field = models.CharField(choices=choices, db_collation="C", max_length=5)
    return "dimension", field


def granularity() -> tuple[str, Any]:
    choices = [("day", "Day"), ("month", "Month")]
    field = models.CharField(choices=choices, db_collation="C", max_length=5)
    return "granularity", field


SLICE = ("key", "campaign", "source", "procedure")


class Migration(migrations.Migration):
    dependencies = [("kpis", "0007_only_clicks_lack_a_lead")]

    operations = [
        migrations.RunSQL(FORGET, FORGET),
        # The tables keep their names: triggers write into them.
        migrations.AlterModelTable("Kept", "kpis_kept"),
        migrations.RenameModel("Kept", "RollupState"),
        migrations.AlterModelTable("Changed", "kpis_changed"),
        migrations.RenameModel("Changed", "DirtySubject"),
        # Composite primary keys can't be altered.
        migrations.DeleteModel("DaySum"),
        migrations.DeleteModel("Repeat"),
        migrations.DeleteModel("WaitSum"),
        migrations.CreateModel(
            "DaySum",
            [
                primary_key("dimension", "granularity", "day", *SLICE),
                dimension(),
                granularity(),
                ("day", models.DateField()),
                text("key", 25),
                text("campaign", 25),
                text("source", 20),
                text("procedure", 10),
                *((name, models.BigIntegerField()) for name in MEASURES),
            ],
            {"default_permissions": ()},
        ),
        migrations.CreateModel(
            "Repeat",
            [
                primary_key(
                    "dimension", "granularity", "earlier", "day", "kind", *SLICE
                ),
                dimension(),
                granularity(),
                ("kind", models.CharField(db_collation="C", max_length=20)),
                ("earlier", models.DateField()),
                ("day", models.DateField()),
                text("key", 25),
                text("campaign", 25),
                text("source", 20),
                text("procedure", 10),
                ("n", models.BigIntegerField()),
            ],
            {
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        "dimension",
                        "granularity",
                        "day",
                        "earlier",
                        name="kpis_repeat_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "WaitSum",
            [
                primary_key("granularity", "day", "who", "bucket"),
                granularity(),
                ("day", models.DateField()),
                ("who", models.CharField(db_collation="C", max_length=5)),
                ("bucket", models.IntegerField()),
                ("n", models.BigIntegerField()),
            ],
            {"default_permissions": ()},
        ),
    ]
