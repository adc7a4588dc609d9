"""The rows of a large import wait in chunks, and restored leads are counted.

Rows of imports that are under way are deleted: their page says how many were not
reached, and the same file can be imported again.
"""

import re

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import leads.models.import_file
import medspa.encryption.fields
import medspa.ids


def delete_rows(apps, schema_editor):
    apps.get_model("leads", "ImportFile")._base_manager.update(
        content=b"", is_settled=True
    )


class Migration(migrations.Migration):
    dependencies = [("leads", "0025_exports_count_unreadable_values")]

    operations = [
        migrations.RunPython(delete_rows, migrations.RunPython.noop, elidable=True),
        migrations.CreateModel(
            name="ImportChunk",
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
                (
                    "content",
                    medspa.encryption.fields.EncryptedField(
                        associated_data="leads_importchunk.content",
                        clean=leads.models.import_file.as_it_is,
                        editable=False,
                    ),
                ),
                (
                    "is_done",
                    models.BooleanField(
                        default=False, verbose_name="holds only failed rows"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chunks",
                        to="leads.importfile",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("file", "number"),
                        name="leads_importchunk_one_of_a_number",
                        violation_error_message="The import has a part of this number.",
                    ),
                    medspa.encryption.fields.EncryptedConstraint(
                        encrypted="content",
                        indexes=(),
                        name="leads_importchunk_is_encrypted",
                        violation_error_message="The rows are encrypted.",
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint("importfile", "leads_importfile_adds_up"),
        migrations.AddField("importfile", "restored", models.IntegerField(default=0)),
        migrations.AddConstraint(
            "importfile",
            models.CheckConstraint(
                condition=Q(
                    created__gte=0, updated__gte=0, restored__gte=0, skipped__gte=0
                )
                & Q(
                    rows__gte=F("created")
                    + F("updated")
                    + F("restored")
                    + F("skipped")
                    + F("failed_rows__len")
                ),
                name="leads_importfile_adds_up",
                violation_error_message="No more rows were imported than there are.",
            ),
        ),
    ]
