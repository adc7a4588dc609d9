"""Rollups of past boards, of revenue by provider, and of waits by person.

Built again by the worker, by `rebuild_kpis`, or in a small clinic by the first page that
asks. Until then pages ask leads and events themselves.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

# Without this row there are no rollups, whatever stands in their tables.
FORGET = "DELETE FROM kpis_kept;"
# Empty, it gets columns at once.
EMPTY = "TRUNCATE kpis_fact;"


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0027_index_consults_of_leads"),
    ]

    operations = [
        migrations.RunSQL(FORGET, FORGET),
        migrations.RunSQL(EMPTY, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="StageFlow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "day",
                        "stage",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("day", models.DateField()),
                ("stage", models.CharField(db_collation="C", max_length=25)),
                ("leads", models.BigIntegerField()),
                ("cents", models.BigIntegerField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="fact",
            name="credited_cents",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                blank=True,
                db_default=models.Value("{}"),
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="fact",
            name="credited_days",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.DateField(),
                blank=True,
                db_default=models.Value("{}"),
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="fact",
            name="credited_to",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=25),
                blank=True,
                db_default=models.Value("{}"),
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="fact",
            name="entered_days",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.DateField(blank=True, null=True),
                blank=True,
                db_default=models.Value("{}"),
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="daysum",
            name="dimension",
            field=models.CharField(
                choices=[
                    ("slice", "Campaign, source and procedure"),
                    ("tag", "Tag"),
                    ("hour", "Hour of the week"),
                    ("owner", "Assigned person"),
                    ("payee", "Credited provider"),
                ],
                db_collation="C",
                max_length=5,
            ),
        ),
        migrations.AlterField(
            model_name="repeat",
            name="dimension",
            field=models.CharField(
                choices=[
                    ("slice", "Campaign, source and procedure"),
                    ("tag", "Tag"),
                    ("hour", "Hour of the week"),
                    ("owner", "Assigned person"),
                    ("payee", "Credited provider"),
                ],
                db_collation="C",
                max_length=5,
            ),
        ),
        migrations.DeleteModel(name="WaitSum"),
        migrations.CreateModel(
            name="WaitSum",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "dimension",
                        "granularity",
                        "day",
                        "key",
                        "who",
                        "bucket",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "dimension",
                    models.CharField(
                        choices=[
                            ("slice", "Campaign, source and procedure"),
                            ("tag", "Tag"),
                            ("hour", "Hour of the week"),
                            ("owner", "Assigned person"),
                            ("payee", "Credited provider"),
                        ],
                        db_collation="C",
                        max_length=5,
                    ),
                ),
                (
                    "granularity",
                    models.CharField(
                        choices=[("day", "Day"), ("month", "Month")],
                        db_collation="C",
                        max_length=5,
                    ),
                ),
                ("day", models.DateField()),
                ("key", models.CharField(blank=True, db_collation="C", max_length=25)),
                ("who", models.CharField(db_collation="C", max_length=5)),
                ("bucket", models.IntegerField()),
                ("n", models.BigIntegerField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.RemoveIndex(model_name="fact", name="kpis_fact_waits_of_days"),
        migrations.RemoveIndex(model_name="fact", name="kpis_fact_human_wait"),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(
                models.F("human_bucket"),
                models.F("human_wait"),
                models.F("created_day"),
                include=("assigned_to",),
                name="kpis_fact_human_waits",
            ),
        ),
    ]
