"""Bulk acts of any size: their leads in chunks, each done in one transaction."""

import re

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import medspa.ids

# A run that was done in one request becomes a run of one chunk, which takes its id.
TO_CHUNKS = """
INSERT INTO leads_bulkchunk
    (id, run_id, number, lead_ids, changed_ids, before, done_at, undone_at)
SELECT id, id, 0, lead_ids, lead_ids, before, created_at, undone_at
FROM leads_bulkrun;
UPDATE leads_bulkrun SET
    changed = cardinality(lead_ids),
    chosen = cardinality(lead_ids) + skipped + failed,
    restored = CASE WHEN undone_at IS NULL THEN 0 ELSE cardinality(lead_ids) END,
    reasons = ARRAY(
        SELECT substr(told, strpos(told, ' × ') + 3) FROM unnest(reasons) told
    ),
    reason_counts = ARRAY(
        SELECT replace(split_part(told, ' × ', 1), ',', '')::integer
        FROM unnest(reasons) told
    );
SET CONSTRAINTS ALL IMMEDIATE;
"""
FROM_CHUNKS = """
UPDATE leads_bulkrun SET
    lead_ids = ARRAY(
        SELECT unnest(changed_ids) FROM leads_bulkchunk
        WHERE run_id = leads_bulkrun.id ORDER BY number
    ),
    before = ARRAY(
        SELECT unnest(before) FROM leads_bulkchunk
        WHERE run_id = leads_bulkrun.id ORDER BY number
    ),
    reasons = ARRAY(
        SELECT held || ' × ' || why FROM unnest(reasons, reason_counts) told(why, held)
    );
"""


def ids():
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.CharField(blank=True, max_length=25),
        blank=True,
        default=list,
        size=None,
    )


def work():
    return models.ForeignKey(
        blank=True,
        db_index=False,
        null=True,
        on_delete=django.db.models.deletion.SET_NULL,
        related_name="+",
        to="medspa.longrun",
    )


class Migration(migrations.Migration):
    dependencies = [("leads", "0007_list_views"), ("medspa", "0003_long_runs")]

    operations = [
        migrations.CreateModel(
            name="BulkChunk",
            fields=[
                (
                    "id",
                    medspa.ids.CuidField(
                        db_collation="C",
                        default=medspa.ids.new_id,
                        editable=False,
                        max_length=25,
                        primary_key=True,
                        serialize=False,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                            )
                        ],
                    ),
                ),
                ("number", models.IntegerField()),
                ("lead_ids", ids()),
                ("changed_ids", ids()),
                ("before", ids()),
                (
                    "done_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
                (
                    "undone_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chunks",
                        to="leads.bulkrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "part of a bulk act",
                "verbose_name_plural": "parts of bulk acts",
                "ordering": ["run", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("run", "number"),
                        name="leads_bulkchunk_number_is_unique",
                        violation_error_message="This part is there already.",
                    ),
                    models.CheckConstraint(
                        condition=Q(("before__len", F("changed_ids__len"))),
                        name="leads_bulkchunk_remembers_every_lead",
                        violation_error_message="Each lead needs what undo puts back.",
                    ),
                    models.CheckConstraint(
                        condition=Q(undone_at__isnull=True) | Q(done_at__isnull=False),
                        name="leads_bulkchunk_undoes_what_is_done",
                        violation_error_message="Only what was done can be taken back.",
                    ),
                ],
            },
        ),
        migrations.AddField("bulkrun", "changed", models.IntegerField(default=0)),
        migrations.AddField("bulkrun", "chosen", models.IntegerField(default=0)),
        migrations.AddField(
            "bulkrun",
            "restored",
            models.IntegerField(default=0, verbose_name="taken back"),
        ),
        migrations.AddField(
            "bulkrun",
            "lost_reason",
            models.CharField(
                blank=True,
                choices=[
                    ("price", "Too expensive"),
                    ("no_response", "Could not be reached"),
                    ("competitor", "Went elsewhere"),
                    ("timing", "Not the right time"),
                    ("not_a_fit", "Not a fit for us"),
                    ("changed_mind", "Changed their mind"),
                    ("no_show", "Did not come"),
                    ("duplicate", "Duplicate"),
                    ("spam", "Spam or test"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddField(
            "bulkrun",
            "scheduled_for",
            models.DateTimeField(blank=True, null=True, verbose_name="consult on"),
        ),
        migrations.AddField(
            "bulkrun",
            "reason_counts",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.IntegerField(),
                blank=True,
                default=list,
                help_text="How many for each reason.",
                size=None,
            ),
        ),
        migrations.AlterField(
            "bulkrun",
            "reasons",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=300),
                blank=True,
                default=list,
                help_text="Why leads were skipped or failed.",
                size=None,
            ),
        ),
        migrations.AddField("bulkrun", "work", work()),
        migrations.AddField("bulkrun", "undo_work", work()),
        migrations.RunSQL(TO_CHUNKS, FROM_CHUNKS),
        migrations.RemoveConstraint("bulkrun", "leads_bulkrun_remembers_every_lead"),
        migrations.RemoveField("bulkrun", "lead_ids"),
        migrations.RemoveField("bulkrun", "before"),
        migrations.AddConstraint(
            "bulkrun",
            models.CheckConstraint(
                condition=Q(changed__gte=0, skipped__gte=0, failed__gte=0)
                & Q(chosen__gte=F("changed") + F("skipped") + F("failed"))
                & Q(restored__gte=0, restored__lte=F("changed")),
                name="leads_bulkrun_adds_up",
                violation_error_message="No more leads were changed than chosen.",
            ),
        ),
        migrations.AddConstraint(
            "bulkrun",
            models.CheckConstraint(
                condition=Q(("reason_counts__len", F("reasons__len"))),
                name="leads_bulkrun_counts_every_reason",
                violation_error_message=(
                    "Each reason needs how many leads it held up."
                ),
            ),
        ),
    ]
