"""Tags that imports suggest; managers see them."""

import re
from typing import Any

import django.core.validators
import django.db.models.functions.text
import django.utils.timezone
from django.apps import apps as live_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

import medspa.ids
from medspa.roles import sync_groups


def grant(apps: Any, editor: Any) -> None:
    # Permissions are made after a migrate run; the groups need them now.
    config = live_apps.get_app_config("leads")
    create_permissions(config, verbosity=0, apps=apps)
    sync_groups(apps)


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0034_views_filter_by_answer"),
    ]

    operations = [
        migrations.CreateModel(
            name="TagSuggestion",
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
                ("name", models.CharField(max_length=40)),
                ("row_count", models.IntegerField(default=1, verbose_name="rows")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="suggested",
                    ),
                ),
            ],
            options={
                "verbose_name": "suggested tag",
                "ordering": ["-row_count", "name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "name__regex",
                                "@|[0-9]{5}|[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}|([0-9][ ().-]*){7}|[\\x01-\\x1f\\x7f]",
                            ),
                            _negated=True,
                        ),
                        name="leads_tagsuggestion_name_is_no_persons",
                        violation_error_message="A name here has no e-mail address, date, phone number or other long number.",
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("name"),
                        name="leads_tagsuggestion_name_is_unique",
                        violation_error_message="This tag is suggested already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("row_count__gte", 1)),
                        name="leads_tagsuggestion_rows_are_counted",
                        violation_error_message="A suggestion comes from at least one row.",
                    ),
                ],
            },
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
