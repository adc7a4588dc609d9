"""The rows of a large import, sealed, while a worker takes them in."""

import re

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import leads.models.import_file
import medspa.fields
import medspa.ids


class Migration(migrations.Migration):
    dependencies = [("leads", "0010_stays_of_past_days"), ("medspa", "0003_long_runs")]

    operations = [
        migrations.CreateModel(
            name="ImportFile",
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
                (
                    "content",
                    medspa.fields.EncryptedField(
                        blank=True,
                        clean=leads.models.import_file.as_it_is,
                        editable=False,
                        place="leads_importfile.content",
                    ),
                ),
                ("rows", models.IntegerField()),
                ("created", models.IntegerField(default=0)),
                ("updated", models.IntegerField(default=0)),
                ("skipped", models.IntegerField(default=0)),
                (
                    "failed_rows",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(),
                        blank=True,
                        default=list,
                        help_text=(
                            "Numbers of rows, as a spreadsheet program shows them."
                        ),
                        size=None,
                    ),
                ),
                (
                    "failed_reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=300),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "is_settled",
                    models.BooleanField(
                        default=False, verbose_name="holds only failed rows"
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="medspa.longrun",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("work",),
                        name="leads_importfile_one_for_a_run",
                        violation_error_message="This work has its rows already.",
                    ),
                    models.CheckConstraint(
                        condition=Q(created__gte=0, updated__gte=0, skipped__gte=0)
                        & Q(
                            rows__gte=F("created")
                            + F("updated")
                            + F("skipped")
                            + F("failed_rows__len")
                        ),
                        name="leads_importfile_adds_up",
                        violation_error_message=(
                            "No more rows were imported than there are."
                        ),
                    ),
                    models.CheckConstraint(
                        condition=Q(failed_reasons__len=F("failed_rows__len")),
                        name="leads_importfile_says_why",
                        violation_error_message="Each failed row has its reason.",
                    ),
                    medspa.fields.SealedConstraint(
                        indexes=(),
                        name="leads_importfile_is_sealed",
                        sealed="content",
                        violation_error_message="The rows are sealed.",
                    ),
                ],
            },
        ),
    ]
