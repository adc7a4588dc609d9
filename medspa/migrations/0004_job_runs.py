"""`LongRun` is called `JobRun`, and so are its permission, rules and index."""

from django.db import migrations, models

import medspa.json_shapes
from medspa.roles import sync_groups


def rename_permission(old, new):
    def rename(apps, schema_editor):
        permissions = apps.get_model("auth", "Permission").objects
        permissions.filter(content_type__app_label="medspa", codename=old).update(
            codename=new, name="Can view background job"
        )
        sync_groups(apps)

    return rename


class Migration(migrations.Migration):
    dependencies = [
        ("medspa", "0003_long_runs"),
        # These name the model by its former name, so it is renamed after them.
        ("leads", "0011_import_files"),
    ]

    operations = [
        migrations.RenameModel("LongRun", "JobRun"),
        migrations.RunPython(
            rename_permission("view_longrun", "view_jobrun"),
            rename_permission("view_jobrun", "view_longrun"),
        ),
        migrations.AlterModelOptions(
            name="jobrun",
            options={
                "default_permissions": ("view",),
                "ordering": ["-created_at", "-id"],
                "verbose_name": "background job",
            },
        ),
        migrations.RemoveConstraint(
            model_name="jobrun",
            name="medspa_longrun_state_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="jobrun",
            name="medspa_longrun_kind_and_title_are_given",
        ),
        migrations.RemoveConstraint(
            model_name="jobrun",
            name="medspa_longrun_arguments_are_an_object",
        ),
        migrations.RemoveConstraint(
            model_name="jobrun",
            name="medspa_longrun_counts_fit",
        ),
        migrations.RemoveConstraint(
            model_name="jobrun",
            name="medspa_longrun_after_is_a_page_of_ours",
        ),
        migrations.RemoveConstraint(
            model_name="jobrun",
            name="medspa_longrun_has_started",
        ),
        migrations.RemoveConstraint(
            model_name="jobrun",
            name="medspa_longrun_has_finished",
        ),
        migrations.RemoveConstraint(
            model_name="jobrun",
            name="medspa_longrun_failure_is_said",
        ),
        migrations.RemoveConstraint(
            model_name="jobrun",
            name="medspa_longrun_runs_once",
        ),
        migrations.RenameIndex(
            model_name="jobrun",
            new_name="medspa_jobrun_of_person",
            old_name="medspa_longrun_of_person",
        ),
        migrations.AddConstraint(
            model_name="jobrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["waiting", "running", "done", "failed", "cancelled"])
                ),
                name="medspa_jobrun_state_is_known",
                violation_error_message="Choose a state from the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="jobrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", ""), _negated=True),
                    models.Q(("title", ""), _negated=True),
                ),
                name="medspa_jobrun_kind_and_title_are_given",
                violation_error_message="A job says what it does.",
            ),
        ),
        migrations.AddConstraint(
            model_name="jobrun",
            constraint=models.CheckConstraint(
                condition=models.Q(medspa.json_shapes.IsObject("arguments")),
                name="medspa_jobrun_arguments_are_an_object",
                violation_error_message="The arguments are a JSON object.",
            ),
        ),
        migrations.AddConstraint(
            model_name="jobrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("done__gte", 0),
                    ("total__gte", 0),
                    models.Q(
                        ("total", 0), ("done__lte", models.F("total")), _connector="OR"
                    ),
                ),
                name="medspa_jobrun_counts_fit",
                violation_error_message="No more can be done than there is.",
            ),
        ),
        migrations.AddConstraint(
            model_name="jobrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("after", ""),
                    models.Q(
                        ("after__startswith", "/"),
                        models.Q(("after__startswith", "//"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="medspa_jobrun_after_is_a_page_of_ours",
                violation_error_message="The result is shown on a page of this site.",
            ),
        ),
        migrations.AddConstraint(
            model_name="jobrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "running"), _negated=True),
                    ("started_at__isnull", False),
                    _connector="OR",
                ),
                name="medspa_jobrun_has_started",
                violation_error_message="What is running has started.",
            ),
        ),
        migrations.AddConstraint(
            model_name="jobrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("finished_at__isnull", True),
                        ("state__in", ("waiting", "running")),
                    ),
                    models.Q(
                        ("finished_at__isnull", False),
                        ("state__in", ("done", "failed", "cancelled")),
                    ),
                    _connector="OR",
                ),
                name="medspa_jobrun_has_finished",
                violation_error_message="What is over has finished, and only that.",
            ),
        ),
        migrations.AddConstraint(
            model_name="jobrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "failed"), models.Q(("failure", ""), _negated=True)
                    ),
                    models.Q(
                        models.Q(("state", "failed"), _negated=True), ("failure", "")
                    ),
                    _connector="OR",
                ),
                name="medspa_jobrun_failure_is_said",
                violation_error_message="A failure is said in words, and only that.",
            ),
        ),
        migrations.AddConstraint(
            model_name="jobrun",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ("waiting", "running")),
                    models.Q(("key", ""), _negated=True),
                ),
                fields=("kind", "key"),
                name="medspa_jobrun_runs_once",
                violation_error_message="This is being done already.",
            ),
        ),
    ]
