"""Waits and lengths are counted in wide buckets and in narrow ones.

Built again by the worker, by `rebuild_kpis`, or in a small clinic by the first page that
asks. Until then pages ask leads and events themselves. The facts are emptied, so that
no index is built of them twice.
"""

from django.db import migrations, models

EMPTY = "DELETE FROM kpis_kept; TRUNCATE kpis_fact;"
OPTIONS = {"default_permissions": ()}
GRANULARITY = models.CharField(
    choices=[("day", "Day"), ("month", "Month")], db_collation="C", max_length=5
)
DIMENSION = models.CharField(
    choices=[
        ("slice", "Campaign, source and procedure"),
        ("tag", "Tag"),
        ("hour", "Hour of the week"),
        ("owner", "Assigned person"),
        ("payee", "Credited provider"),
    ],
    db_collation="C",
    max_length=5,
)


def key(*fields: str) -> models.CompositePrimaryKey:
    return models.CompositePrimaryKey(
        *fields, blank=True, editable=False, primary_key=True, serialize=False
    )


class Migration(migrations.Migration):
    dependencies = [("kpis", "0033_metadata_is_checked_by_a_kept_plan")]

    operations = [
        migrations.RunSQL(EMPTY, EMPTY),
        migrations.RemoveIndex(model_name="fact", name="kpis_fact_any_wait"),
        migrations.RemoveIndex(model_name="fact", name="kpis_fact_human_waits"),
        migrations.RemoveField(model_name="fact", name="any_bucket"),
        migrations.RemoveField(model_name="fact", name="human_bucket"),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(
                models.F("any_wait"),
                models.F("created_day"),
                condition=models.Q(("any_wait__isnull", False)),
                name="kpis_fact_any_wait",
            ),
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(
                models.F("human_wait"),
                models.F("created_day"),
                condition=models.Q(("human_wait__isnull", False)),
                include=("assigned_to",),
                name="kpis_fact_human_wait",
            ),
        ),
        migrations.DeleteModel("WaitSum"),
        migrations.CreateModel(
            "WaitSum",
            [
                (
                    "pk",
                    key(
                        "dimension",
                        "granularity",
                        "digits",
                        "day",
                        "key",
                        "who",
                        "bucket",
                    ),
                ),
                ("dimension", DIMENSION),
                ("granularity", GRANULARITY),
                ("day", models.DateField()),
                ("key", models.CharField(blank=True, db_collation="C", max_length=25)),
                ("who", models.CharField(db_collation="C", max_length=5)),
                ("digits", models.SmallIntegerField()),
                ("bucket", models.BigIntegerField()),
                ("n", models.BigIntegerField()),
            ],
            OPTIONS,
        ),
        migrations.DeleteModel("StepSum"),
        migrations.CreateModel(
            "StepSum",
            [
                (
                    "pk",
                    key("granularity", "digits", "day", "step", "went_on", "bucket"),
                ),
                ("granularity", GRANULARITY),
                ("day", models.DateField()),
                ("step", models.CharField(db_collation="C", max_length=10)),
                ("went_on", models.BooleanField()),
                ("digits", models.SmallIntegerField()),
                ("bucket", models.BigIntegerField()),
                ("n", models.BigIntegerField()),
                ("given_up", models.BigIntegerField()),
                ("lost_cents", models.BigIntegerField()),
            ],
            OPTIONS,
        ),
        migrations.DeleteModel("StagePeriodSum"),
        migrations.CreateModel(
            "StagePeriodSum",
            [
                ("pk", key("granularity", "digits", "day", "stage", "bucket")),
                ("granularity", GRANULARITY),
                ("day", models.DateField()),
                ("stage", models.CharField(db_collation="C", max_length=25)),
                ("digits", models.SmallIntegerField()),
                ("bucket", models.BigIntegerField()),
                ("n", models.BigIntegerField()),
                ("microseconds", models.BigIntegerField()),
            ],
            OPTIONS,
        ),
    ]
