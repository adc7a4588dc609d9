"""By which names the exports of ad platforms know campaigns."""

import re

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import medspa.history
import medspa.ids


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CampaignAliasHistory",
            fields=[
                (
                    "history_actor",
                    models.CharField(default=medspa.history.actor_name, max_length=150),
                ),
                (
                    "id",
                    medspa.ids.CuidField(
                        db_collation="C",
                        db_index=True,
                        default=medspa.ids.new_id,
                        editable=False,
                        max_length=25,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                            )
                        ],
                    ),
                ),
                (
                    "door",
                    models.CharField(
                        choices=[
                            ("meta", "Meta Ads"),
                            ("google", "Google Ads"),
                            ("other", "A spreadsheet"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(max_length=300)),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                        max_length=1,
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="campaigns.campaign",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical name in exports",
                "verbose_name_plural": "historical names in exports",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="CampaignAlias",
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
                    "door",
                    models.CharField(
                        choices=[
                            ("meta", "Meta Ads"),
                            ("google", "Google Ads"),
                            ("other", "A spreadsheet"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(max_length=300)),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="aliases",
                        to="campaigns.campaign",
                    ),
                ),
            ],
            options={
                "verbose_name": "name in exports",
                "verbose_name_plural": "names in exports",
                "ordering": ["name"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        models.F("door"),
                        django.db.models.functions.text.Lower("name"),
                        name="campaigns_campaignalias_name_is_unique",
                        violation_error_message="This name already means a campaign.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="campaigns_campaignalias_has_a_name",
                        violation_error_message="Give the name in the exports.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("door__in", ["meta", "google", "other"])),
                        name="campaigns_campaignalias_door_is_known",
                        violation_error_message="Choose the platform from the list.",
                    ),
                ],
            },
        ),
    ]
